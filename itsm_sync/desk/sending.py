"""What is sent to Redmine: only what an edit changes, as text that its mark-up leaves alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from itsm_sync.clients.redmine_payloads import ATTRIBUTES
from itsm_sync.model.markup import Markup, Rendering, escaped
from itsm_sync.model.plans import Edit, NoteEdit, Override
from itsm_sync.model.tickets import BUILT_IN, TEXTS, FieldName, Ticket


def attributes(edit: Edit, rendering: Rendering) -> dict[str, Any]:
    """Answer the issue's attributes to send: only what the edit changes."""
    sent = _sent(edit.ticket, {f.name: f.new for f in edit.fields}, rendering)
    if edit.note is not None:
        sent["notes"] = said(edit.note, rendering.markup)
        sent["private_notes"] = edit.note.private
    return sent


def said(note: NoteEdit, markup: Markup) -> str:
    """Answer a note's text as it is sent."""
    return note.text if note.rendered else escaped(note.text, markup)


def restoring(ticket: Ticket, lost: Iterable[Override]) -> dict[str, Any]:
    """Answer the attributes that put people's values back, as they wrote them."""
    return _sent(ticket, {override.field: override.value for override in lost}, Rendering())


def custom_fields(
    values: Mapping[FieldName, str], ids: Mapping[FieldName, int], rendering: Rendering
) -> list[dict[str, Any]]:
    """Answer our fields as Redmine takes them; a text reads as itself, `plain` reads it back."""
    return [
        {"id": ids[name], "value": _shown(name, ids[name], value, rendering)}
        for name, value in values.items()
        if name not in BUILT_IN
    ]


def _shown(name: FieldName, number: int, value: str, rendering: Rendering) -> str:
    rendered = name in TEXTS and number in rendering.fields
    if not rendered or rendering.markup is Markup.UNKNOWN:
        return value
    return escaped(value, rendering.markup)


def _sent(ticket: Ticket, values: Mapping[FieldName, str], rendering: Rendering) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    if custom := custom_fields(values, ticket.field_ids, rendering):
        sent["custom_fields"] = custom
    return sent | {ATTRIBUTES[name]: values[name] for name in BUILT_IN if name in values}
