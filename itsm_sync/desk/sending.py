"""What is sent to Redmine: only what an edit changes, as text that its mark-up leaves alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from itsm_sync.model.markup import Markup, Rendering, escaped
from itsm_sync.model.plans import Edit, Override
from itsm_sync.model.tickets import TEXTS, FieldName, Ticket


def attributes(edit: Edit, rendering: Rendering) -> dict[str, Any]:
    """Answer the issue's attributes to send: only what the edit changes."""
    values = {f.name: _shown(edit.ticket, f.name, f.new, rendering) for f in edit.fields}
    sent = _sent(edit.ticket, values)
    if edit.note is not None:
        sent["notes"] = escaped(edit.note.text, rendering.markup)
        sent["private_notes"] = edit.note.private
    return sent


def restoring(ticket: Ticket, lost: Iterable[Override]) -> dict[str, Any]:
    return _sent(ticket, {override.field: override.value for override in lost})


def _shown(ticket: Ticket, name: FieldName, value: str, rendering: Rendering) -> str:
    """Answer a field's value so that Redmine shows it as it is, and `plain` reads it back."""
    rendered = name in TEXTS and ticket.field_ids[name] in rendering.fields
    if not rendered or rendering.markup is Markup.UNKNOWN:
        return value
    return escaped(value, rendering.markup)


def _sent(ticket: Ticket, values: Mapping[FieldName, str]) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    custom = [
        {"id": ticket.field_ids[name], "value": value}
        for name, value in values.items()
        if name is not FieldName.ASSIGNEE
    ]
    if custom:
        sent["custom_fields"] = custom
    if FieldName.ASSIGNEE in values:
        sent["assigned_to_id"] = values[FieldName.ASSIGNEE]
    return sent
