"""Which names of the configuration a Redmine does not have."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from itsm_sync.model.text import folded, nearest
from itsm_sync.model.words import Message
from itsm_sync.routing.lint.finding import LintFinding, found
from itsm_sync.routing.lint.mentions import Kind, Mention

_MOST = 8  # names that are listed where none is near
_CALLED = {
    Kind.TRACKER: Message("tracker"),
    Kind.STATUS: Message("status of Redmine"),
    Kind.PRIORITY: Message("priority"),
    Kind.CATEGORY: Message("category"),
    Kind.PROJECT: Message("project"),
    Kind.GROUP: Message("group"),
    Kind.FIELD: Message("custom field"),
}

# Kind, and the field of a value ("" for the others) -> the names that are there. What could not be
# read is absent.
Known = Mapping[tuple[Kind, str], Collection[str]]


def lint_live(mentioned: Iterable[Mention], known: Known) -> Iterator[LintFinding]:
    """Answer each place none of whose names is there, with the nearest that is."""
    for mention in mentioned:
        there = known.get((mention.kind, folded(mention.field)))
        if there is None:
            continue
        if not {*map(folded, there)}.intersection(map(folded, mention.names)):
            yield _missing(mention, there)


def _missing(mention: Mention, there: Collection[str]) -> LintFinding:
    near = next(filter(None, (nearest(name, there) for name in mention.names)), "")
    params = {
        "what": _CALLED.get(mention.kind, ""),
        "names": ", ".join(f"`{name}`" for name in mention.names),
        "field": mention.field,
        "near": near,
        "there": ", ".join(sorted(there)[:_MOST]) or "-",
    }
    text = "Redmine has no {what} called {names}; there are: {there}."
    if mention.kind is Kind.VALUE:
        text = "The list {field} in Redmine has no value {names}; there are: {there}."
        if near:
            text = "The list {field} in Redmine has no value {names}; is `{near}` meant?"
    elif near:
        text = "Redmine has no {what} called {names}; is `{near}` meant?"
    return found(mention.file, mention.path, f"{mention.kind}-not-in-redmine", text, **params)
