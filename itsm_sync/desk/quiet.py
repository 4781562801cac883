"""A plan as Ruby for Redmine's own runner, which writes without a mail what REST can't."""

import json
from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files
from typing import Any

from itsm_sync.desk.provenance import COUNTED
from itsm_sync.model.plans import Edit
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import SIGNALS, FieldName, Ticket


def ruby(edits: Iterable[Edit], bot: int) -> str:
    """Answer the Ruby for `rails runner` that sets the edits' fields as the user `bot`.

    Notes, watchers and what signals say of their tickets are left out. Each ticket is one line of
    JSON in a here-document that reads nothing as Ruby.
    """
    kept = (
        replace(edit, fields=tuple(f for f in edit.fields if f.name not in SIGNALS))
        for edit in edits
    )
    tickets = ",\n".join(
        json.dumps(_wanted(edit), ensure_ascii=False) for edit in kept if edit.fields
    )
    template = (files(__package__) / "quiet.rb").read_text(encoding="utf-8")
    return template.replace("@PLAN@", f'{{"bot": {bot}, "tickets": [\n{tickets}\n]}}')


def _wanted(edit: Edit) -> dict[str, Any]:
    """Answer one ticket's edit, and what must still stand on it as it was seen."""
    ticket = edit.ticket
    decided = {n: normal(ticket.value(n)) for n in COUNTED if ticket.value(n) is not None}
    seen = decided | {f.name: f.old for f in edit.fields}
    new = {f.name: f.new for f in edit.fields}
    return {
        "id": ticket.id,
        "project": ticket.project.id,
        "tracker": ticket.tracker.id,
        "closed": ticket.closed,
        "pin": ticket.field_ids.get(FieldName.PIN),
        "seen": {name: _value(ticket, name, value) for name, value in seen.items()},
        "fields": {name: _value(ticket, name, value) for name, value in new.items()},
    }


def _value(ticket: Ticket, name: FieldName, value: str) -> dict[str, Any]:
    """Answer a value with its field's id in Redmine; the assignee, no custom field, has none."""
    return {"id": ticket.field_ids.get(name), "value": value}
