"""What people did to a signal's ticket, as its history tells. Pure."""

from collections.abc import Collection, Iterable, Iterator

from itsm_sync.model.signals import Act, Deed
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, StatusChange


def deeds(
    episode_key: str,
    journals: Iterable[Journal],
    *,
    bot: int,
    closed_statuses: Collection[int],
    wont_fix: Collection[int],
) -> tuple[Act, ...]:
    """Answer what people did to an episode's ticket, in the order of the history.

    Nothing that the bot did is a deed. A history tells times by the second: of what became of the
    status within one, the last counts.

    Args:
        bot: our own user id.
        closed_statuses: the ids of the statuses that close a ticket.
        wont_fix: the ids of those among them that say that it will not be mended.
    """
    found: dict[tuple[object, ...], Act] = {}
    for journal in sorted(journals, key=lambda one: one.id):
        if journal.author.id == bot:
            continue
        moved = _moved(journal.status, closed_statuses, wont_fix)
        for deed in (*([moved] if moved else ()), *_taken(journal, moved)):
            lasting = deed is not Deed.TAKEN
            act = Act(episode=episode_key, deed=deed, at=journal.at, by=journal.author.name)
            found[journal.at, lasting] = act
    return tuple(found.values())


def _moved(
    change: StatusChange | None, closed: Collection[int], wont_fix: Collection[int]
) -> Deed | None:
    """Answer what a change of status means."""
    if change is None or change.old == change.new:
        return None
    was, now = change.old in closed, change.new in closed
    if change.new in wont_fix:
        return None if change.old in wont_fix else Deed.REJECTED
    if now:
        return Deed.CLOSED if not was or change.old in wont_fix else None
    return Deed.REOPENED if was else Deed.TAKEN


def _taken(journal: Journal, moved: Deed | None) -> Iterator[Deed]:
    """Answer whether somebody took the ticket beside moving it.

    A comment on closing or reopening says why, and takes nothing. To be nobody's is not taken.
    """
    assigned = any(
        change.field is FieldName.ASSIGNEE and normal(change.new) not in ("", normal(change.old))
        for change in journal.changes
    )
    if assigned or (moved is None and journal.notes.strip()):
        yield Deed.TAKEN
