"""What people did that shows a scheduled ticket done. Nothing that the bot did is proof. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from itsm_sync.model.items import Item
from itsm_sync.model.signals import carried
from itsm_sync.model.text import folded
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.watching.schedules import Proof
from itsm_sync.signals.ports import Known

PROVING = ("wiki_page", "pull", "wiki_edit", "issue")  # the kinds of items that may be proof
Found = tuple[Item, datetime]


def proven(proof: Proof, since: datetime, known: Known) -> Found | None:
    """Answer the first thing that people did after a time that is proof, and when."""
    found = (
        *_wiki(proof, since, known),
        *_docs(proof, since, known),
        *_tickets(proof, since, known),
    )
    later = [(item, at) for item, at in found if at > since]
    return min(later, key=lambda one: (one[1], one[0].key), default=None)


def _wiki(proof: Proof, since: datetime, known: Known) -> Iterator[Found]:
    """Answer the pages whose last writer is known, and a person."""
    if not proof.wiki:
        return
    for page in known.items(source="redmine", kind="wiki_page", since=since):
        name = f"{page.facts.get('project', '')}/{page.title}"
        spelt = (name, name.replace(" ", "_"))
        if page.facts.get("author") and any(_fits(proof.wiki, one) for one in spelt):
            yield page, page.updated_at


def _docs(proof: Proof, since: datetime, known: Known) -> Iterator[Found]:
    if not proof.docs:
        return
    for pull in known.items(source="github", kind="pull", since=since):
        at, paths = pull.facts.get("merged_at"), pull.facts.get("paths", ())
        if isinstance(at, datetime) and isinstance(paths, tuple) and not _robot(pull):
            repository = pull.facts.get("repository", "")
            if any(_fits(proof.docs, f"{repository}:{path}") for path in paths):
                yield pull, at
    for edit in known.items(source="github", kind="wiki_edit", since=since):
        if _fits(proof.docs, str(edit.facts.get("repository", ""))) and not _robot(edit):
            yield edit, edit.updated_at


def _tickets(proof: Proof, since: datetime, known: Known) -> Iterator[Found]:
    if not proof.ticket:
        return
    for ticket in known.items(source="redmine", kind="issue", state="closed", since=since):
        at, its = ticket.facts.get("closed_at"), ticket.ticket
        if its is None or not its.closed or not isinstance(at, datetime):
            continue
        by_people = not carried(its.fields.get(FieldName.KEY, ""), ticket.body)
        if by_people and any(folded(words) in folded(ticket.title) for words in proof.ticket):
            yield ticket, at


def _robot(item: Item) -> bool:
    return bool(item.facts.get("author_is_bot"))


def _fits(patterns: Iterable[str], name: str) -> bool:
    """Answer whether one of the patterns fits the whole name; `*` is any characters."""
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) for pattern in patterns
    )
