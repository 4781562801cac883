"""What a signal's ticket and its history tell of what we wrote to it. Pure."""

from collections.abc import Iterable, Mapping

from itsm_sync.model.plans import KeptNote
from itsm_sync.model.signals import kept_name
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import SIGNALS, FieldName, Journal, Ticket


def kept_there(journals: Iterable[Journal], bot: int) -> Mapping[str, KeptNote]:
    """Answer our notes that are kept up, by name; of several of a name the first is the one."""
    found: dict[str, KeptNote] = {}
    for journal in journals:
        name = kept_name(journal.notes)
        if journal.author.id == bot and name and name not in found:
            found[name] = KeptNote(
                name=name, text=normal(journal.notes), private=journal.private, journal=journal.id
            )
    return found


def words_there(ticket: Ticket, journals: Iterable[Journal], bot: int) -> Mapping[FieldName, str]:
    """Answer what a ticket that we opened says, as far as nobody changed it since we last did."""
    if ticket.author.id != bot:
        return {}
    last = {
        change.field: journal.author.id
        for journal in journals
        for change in journal.changes
        if normal(change.old) != normal(change.new)
    }
    named = (name for name in SIGNALS if name is not FieldName.STATUS)
    return {name: normal(ticket.value(name)) for name in named if last.get(name, bot) == bot}
