"""What people did to a signal's ticket, as its history tells. Pure."""

from collections.abc import Collection, Iterable, Iterator

from itsm_sync.model.signals import Act, Deed
from itsm_sync.model.tickets import FieldName, Journal


def deeds(
    episode: str,
    journals: Iterable[Journal],
    *,
    bot: int,
    closed_statuses: Collection[int],
    wont_fix: Collection[int],
) -> tuple[Act, ...]:
    """Answer what anybody but the bot did.

    Args:
        episode: the key of the episode whose ticket it is.
        journals: the ticket's history.
        bot: our own user id.
        closed_statuses: ids of the statuses that end a ticket.
        wont_fix: ids of those that say it will not be mended.
    """
    return tuple(
        Act(episode=episode, deed=deed, at=journal.at, by=journal.author.name)
        for journal in journals
        if journal.author.id != bot
        for deed in dict.fromkeys(_done(journal, closed_statuses, wont_fix))
    )


def _done(journal: Journal, closed: Collection[int], wont_fix: Collection[int]) -> Iterator[Deed]:
    status = journal.status
    if status is not None:
        if status.new in wont_fix:
            yield Deed.REJECTED
        elif status.new in closed:
            if status.old not in closed or status.old in wont_fix:
                yield Deed.CLOSED
        elif status.old in closed:
            yield Deed.REOPENED
        else:
            yield Deed.TAKEN
    taken = any(change.field is FieldName.ASSIGNEE for change in journal.changes)
    if taken or journal.notes.strip():
        yield Deed.TAKEN
