"""Redmine's versions, as the tickets tell of them: a version is over once all its tickets are."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from itsm_sync.model.items import Audience, Facts, Item
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.ports import Known
from itsm_sync.signals.releases.releasing import Kept, Proof, Release, waited_for
from itsm_sync.signals.words.shaping import lasting

_PREFIX = "version:"


def line_of(item: Item) -> str:
    """Answer the line of the version that a ticket belongs to; "" where it belongs to none."""
    project, version = item.facts.get("project"), item.facts.get("version")
    return f"{_PREFIX}{project}/{version}" if project and version else ""


def is_version(line: str) -> bool:
    """Whether a release's line is a version's."""
    return line.startswith(_PREFIX)


def versions(known: Known, issues: Iterable[Item], kept: Kept) -> Iterator[Release]:
    """Answer the versions that have an open ticket, or a release ticket of ours.

    Args:
        known: knows the tickets that were open before.
        issues: all tickets that are open.
        kept: the episodes so far.
    """
    ours = {known.ticket_of(key) for key in kept.keys}
    by_line: dict[str, list[Item]] = {line: [] for line in kept.lines if is_version(line)}
    for item in issues:
        line = line_of(item)
        if line and (item.ticket is None or item.ticket.id not in ours):
            by_line.setdefault(line, []).append(item)
    for line, tickets in sorted(by_line.items()):
        yield _version(line, tickets, kept.get(line), known)


def _version(line: str, tickets: list[Item], kept: Episode | None, known: Known) -> Release:
    before = [] if kept is None else [(key, known.item(key)) for key in waited_for(kept)]
    # One that is gone is as it was when it was seen last: nothing follows from its absence.
    gone = [item for _, item in before if item is not None and _is_in(item, line)]
    still = {item.key: item for item in (*tickets, *gone)}
    unknown = tuple(key for key, item in before if item is None)
    first = min(still.values(), key=lambda item: (item.created_at, item.key), default=None)
    waiting = tuple(sorted({*still, *unknown}))
    settled = [item for _, item in before if item is not None and item.key not in still]
    return Release(
        line=line,
        began=first.created_at if first else kept.began if kept else known.now,
        facts=_facts(first) if first else kept.facts if kept else {},
        audience=_audience(still.values()),
        proof=None if waiting else _proof(settled),
        back_at=_back_at(still.values(), kept),
        waits_for=waiting,
    )


def _is_in(item: Item, line: str) -> bool:
    return item.state == "open" and line_of(item) == line


def _facts(item: Item) -> Facts:
    return lasting(item.facts, "project", "version")


def _audience(tickets: Iterable[Item]) -> Audience:
    """A version's name is private only where everything of it is."""
    told = [item.audience for item in tickets]
    return Audience.PRIVATE if told and Audience.PUBLIC not in told else Audience.PUBLIC


def _proof(settled: Iterable[Item]) -> Proof | None:
    last = max(settled, key=lambda item: (item.updated_at, item.key), default=None)
    return None if last is None else Proof(at=last.updated_at, item=last.key)


def _back_at(still: Iterable[Item], kept: Episode | None) -> datetime | None:
    """Answer when a version that was over was not any more: a ticket opened, or opened again."""
    if kept is None or kept.standing is not Standing.CLOSED or not kept.healed:
        return None
    return min((item.updated_at for item in still), default=None)
