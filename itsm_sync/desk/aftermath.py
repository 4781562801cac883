"""What a ticket and its history tell after a write: people's part, and what was dropped. Pure."""

from collections.abc import Iterable, Iterator

from itsm_sync.desk.provenance import COUNTED
from itsm_sync.desk.subject import is_pinned
from itsm_sync.model.plans import Edit, FieldEdit, Override
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.model.words import Message


def fresh(journals: Iterable[Journal], now: Ticket) -> tuple[Journal, ...]:
    """Answer what was written since the look."""
    return tuple(journal for journal in journals if journal.at >= now.updated_on)


def lost(
    ticket: Ticket, wanted: Iterable[FieldEdit], journals: tuple[Journal, ...], bot: int
) -> tuple[Override, ...]:
    """Answer people's values that our write replaced between look and write.

    The old value in our own journal is what truly stood there; who set it is the author of the
    journal before that.
    """
    found = []
    for edit in wanted:
        position, stood = _replaced(edit, journals, bot)
        if position is None or stood == edit.old or not stood:
            continue
        setter = _setter(edit.name, stood, journals[:position], bot)
        if setter is not None:
            found.append(_decided(ticket, edit, stood, setter))
    return tuple(found)


def agreed(
    edit: Edit, now: Ticket, journals: tuple[Journal, ...], bot: int
) -> tuple[Override, ...]:
    """Answer decisions that people made between look and write just as we would have."""
    since = fresh(journals, now)
    return tuple(
        _decided(edit.ticket, f, f.new, setter)
        for f in edit.fields
        if f.name in COUNTED
        and _replaced(f, since, bot)[0] is None
        and (setter := _setter(f.name, f.new, since, bot)) is not None
    )


def _decided(ticket: Ticket, edit: FieldEdit, value: str, setter: Journal) -> Override:
    return Override(
        ticket=ticket.id,
        field=edit.name,
        value=value,
        by=setter.author.name,
        at=setter.at,
        chosen=edit.new,
    )


def put_back(override: Override) -> FieldEdit:
    why = Message("put back")
    return FieldEdit(name=override.field, old=override.chosen, new=override.value, why=why)


def _replaced(wanted: FieldEdit, journals: tuple[Journal, ...], bot: int) -> tuple[int | None, str]:
    """Answer our journal that wrote the field (its position), and the value that it replaced."""
    for position in range(len(journals) - 1, -1, -1):
        journal = journals[position]
        if journal.author.id != bot:
            continue
        for change in journal.changes:
            if change.field is wanted.name and normal(change.new) == wanted.new:
                return position, normal(change.old)
    return None, ""


def _setter(name: FieldName, value: str, journals: Iterable[Journal], bot: int) -> Journal | None:
    for journal in reversed(tuple(journals)):
        for change in journal.changes:
            if change.field is name:
                if normal(change.new) != value or journal.author.id == bot:
                    return None
                return journal
    return None


def doubled(edit: Edit, journals: tuple[Journal, ...], bot: int) -> Iterator[FieldEdit]:
    """Answer the fields in which a value replaced ours that our own account wrote, and we did not:
    so another program with this account does.
    """
    for wanted in edit.fields:
        position, _ = _replaced(wanted, journals, bot)
        if not wanted.again or not wanted.old or position is None:
            continue
        before = (
            (journal.author.id, normal(change.new))
            for journal in reversed(journals[:position])
            for change in journal.changes
            if change.field is wanted.name
        )
        if next(before, None) == (bot, wanted.old):
            yield wanted


def by_person(wanted: FieldEdit, journals: tuple[Journal, ...], bot: int) -> bool:
    """Whether a person changed the field after we wrote it: their value, no refusal."""
    position, _ = _replaced(wanted, journals, bot)
    if position is None:
        return False
    return any(
        change.field is wanted.name and journal.author.id != bot
        for journal in journals[position + 1 :]
        for change in journal.changes
    )


def alone(edit: Edit, journals: Iterable[Journal], bot: int) -> bool:
    """Whether nobody else wrote to the ticket since it was pulled."""
    return all(j.author.id == bot or j.at <= edit.ticket.updated_on for j in journals)


def dropped(wanted: FieldEdit, after: Ticket) -> Message:
    """Answer why Redmine dropped a value and answered 204 (Redmine fact 15)."""
    if after.value(wanted.name) is None:
        return Message("the field is not on the ticket's tracker or project any more")
    return Message("the bot may not write this field here: read-only by the workflow, or no right")


def moved(edit: Edit, now: Ticket) -> str:
    """Answer what is no longer as the plan saw it: the place, the planned fields, a decision."""
    planned = edit.ticket
    if now.closed and not planned.closed:
        return "closed"
    if is_pinned(now) and not is_pinned(planned):
        return FieldName.PIN
    if edit.episode and planned.private and not now.private:
        return "private"  # what only a private ticket may say is in it
    if now.project.id != planned.project.id:
        return "project"
    if now.tracker.id != planned.tracker.id:
        return "tracker"
    fields = [str(f.name) for f in edit.fields if normal(now.value(f.name)) != f.old]
    decided = [str(n) for n in COUNTED if normal(now.value(n)) != normal(planned.value(n))]
    return ", ".join(dict.fromkeys(fields + decided))
