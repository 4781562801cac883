"""Words of a signal's ticket that the ledger does not know to be ours, after a crash or a loss."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.items import worded
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import SIGNALS, FieldName, Journal, Ticket
from itsm_sync.store import Store


def recognise_words(
    store: Store, desk: Desk, histories: Mapping[int, tuple[Journal, ...]], now: datetime
) -> None:
    """Take over what stands on tickets that we opened and nobody but us has changed.

    Args:
        histories: of tickets whose histories were just read.
    """
    known = store.written(histories)
    unknown = [n for n in histories if FieldName.SUBJECT not in known.get(n, {})]
    if not unknown:
        return
    try:
        priorities = {one.name: one.id for one in desk.priorities()}
    except ClientError:
        return
    bot = desk.account.id
    tickets = [worded(item, priorities) for item in store.ticket_items(unknown)]
    mine = [ticket for ticket in tickets if ticket is not None and ticket.author.id == bot]
    store.recognise({t.id: _ours(t, histories[t.id], bot) for t in mine}, now)


def _ours(ticket: Ticket, history: Iterable[Journal], bot: int) -> Mapping[FieldName, str]:
    theirs = {
        change.field for entry in history if entry.author.id != bot for change in entry.changes
    }
    return {name: normal(ticket.value(name)) for name in SIGNALS if name not in theirs}
