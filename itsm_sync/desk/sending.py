"""What is sent to Redmine: only what an edit changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from itsm_sync.model.plans import Edit, Override
from itsm_sync.model.tickets import FieldName, Ticket


def attributes(edit: Edit) -> dict[str, Any]:
    """Answer the issue's attributes to send: only what the edit changes."""
    sent = _sent(edit.ticket, {f.name: f.new for f in edit.fields})
    if edit.note is not None:
        sent["notes"] = edit.note.text
        sent["private_notes"] = edit.note.private
    return sent


def restoring(ticket: Ticket, lost: Iterable[Override]) -> dict[str, Any]:
    return _sent(ticket, {override.field: override.value for override in lost})


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
