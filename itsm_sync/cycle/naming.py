"""What service levels call statuses and priorities, and what Redmine calls them.

Tickets and histories tell numbers, which stay when a name is changed. So what was renamed in
Redmine counts under the name that service levels know until they are put right: no clock begins to
run since somebody chose a better word.
"""

from collections.abc import Iterable, Iterator, Mapping

from itsm_sync.cycle.findings import KIND
from itsm_sync.model.findings import Finding
from itsm_sync.model.lists import Offered, Priority, Status
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.text import folded
from itsm_sync.model.tickets import Ref
from itsm_sync.model.words import Message
from itsm_sync.routing.lint.mentions import Kind, Mention, promised
from itsm_sync.routing.service_levels import RedmineNames

_Named = Iterable[Status] | Iterable[Priority]


def names_of(lists: Offered, levels: ServiceLevels) -> RedmineNames:
    """Answer what clocks ask of Redmine's lists, in the words of the service levels."""
    used = {kind: _used(levels, kind) for kind in (Kind.STATUS, Kind.PRIORITY)}
    return RedmineNames(
        statuses=_names(lists.statuses, lists.former_statuses, used[Kind.STATUS]),
        closed=frozenset(str(one.id) for one in lists.statuses if one.closed),
        priorities=_names(lists.priorities, lists.former_priorities, used[Kind.PRIORITY]),
    )


def nameless(lists: Offered | None, levels: ServiceLevels | None) -> Iterator[Finding]:
    """Answer the names of the service levels that Redmine has not: those that it had, and places
    where it has none of those that stand there.
    """
    if lists is None or levels is None:
        return
    for mention in promised(levels):
        now, former = _lists(lists, mention.kind)
        there = {folded(name) for name in now.values()}
        lacking = [name for name in mention.names if folded(name) not in there]
        gone = {folded(one.name): one.id for one in former}
        called = {name: now.get(gone[folded(name)], "") for name in lacking if folded(name) in gone}
        here = {folded(name) for name in mention.names}
        for name, present in called.items():
            if folded(present) not in here:  # else it stands there by its name of now, too
                yield _renamed(mention, name, present)
        if len(lacking) == len(mention.names) and not called:
            yield _lacking(mention, tuple(sorted(now.values())))


def _names(now: _Named, former: Iterable[Ref], used: set[str]) -> Mapping[str, str]:
    """Answer names by numbers; a former one where service levels use that, and not today's."""
    names = {str(one.id): one.name for one in now}
    for one in former:
        if folded(one.name) in used and folded(names.get(str(one.id), "")) not in used:
            names[str(one.id)] = one.name
    return names


def _used(levels: ServiceLevels, kind: Kind) -> set[str]:
    return {folded(n) for one in promised(levels) if one.kind is kind for n in one.names}


def _lists(lists: Offered, kind: Kind) -> tuple[Mapping[int, str], tuple[Ref, ...]]:
    if kind is Kind.STATUS:
        return {one.id: one.name for one in lists.statuses}, lists.former_statuses
    return {one.id: one.name for one in lists.priorities}, lists.former_priorities


def _renamed(mention: Mention, name: str, now: str) -> Finding:
    params = {"name": name, "place": _place(mention), "now": now}
    if not now:
        told = Message(
            "sla.yaml names “{name}” in `{place}`, which Redmine has not any more: it counts for"
            " what was so before; put the file right (`itsm-sync check` shows what is there)",
            params,
        )
    else:
        told = Message(
            "sla.yaml names “{name}” in `{place}`, which Redmine calls “{now}” by now: clocks take"
            " one for the other until the file is put right",
            params,
        )
    return _finding(mention, name, told)


def _lacking(mention: Mention, there: tuple[str, ...]) -> Finding:
    names = ", ".join(mention.names)
    params = {"name": names, "place": _place(mention), "there": ", ".join(there) or "-"}
    told = Message(
        "sla.yaml names “{name}” in `{place}`, and Redmine has nothing of that name, so it counts"
        " for no ticket; there are: {there}",
        params,
    )
    return _finding(mention, names, told)


def _finding(mention: Mention, name: str, told: Message) -> Finding:
    return Finding(key=f"sla/{_place(mention)}/{name}", kind=f"{KIND}sla", message=told)


def _place(mention: Mention) -> str:
    """Answer where it stands, counted as people count: `pauses`, `targets 2 priority`."""
    return " ".join(str(one + 1) if isinstance(one, int) else str(one) for one in mention.path)
