"""Tickets that were there before us: which of them are written, and how quietly. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.plans import Edit
from itsm_sync.model.tickets import FieldName


class Which(StrEnum):
    """Which tickets made before our first cycle are written, by its name in the settings."""

    OPEN = "open"
    SINCE = "since"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """What the settings say of old tickets; `since` is needed by `Which.SINCE` alone."""

    which: Which = Which.OPEN
    since: datetime | None = None


def backfilled(edits: Iterable[Edit], backfill: Backfill, began: datetime) -> tuple[Edit, ...]:
    """Answer the edits that the backfill lets through, those of old tickets marked and silent.

    Old is a ticket that was never routed and made before `began`, our first cycle. It gets no note
    and no watchers, and a closed one no assignee; what time ran out since is told all the same.
    """
    began = began.replace(microsecond=0)  # Redmine tells no fractions of a second
    found = (
        _quiet(edit) if not edit.routed and edit.ticket.created_on < began else edit
        for edit in edits
        if edit.routed or edit.ticket.created_on >= began or _named(edit, backfill, began)
    )
    return tuple(edit for edit in found if edit.fields or edit.note or edit.watchers or edit.kept)


def _named(edit: Edit, backfill: Backfill, began: datetime) -> bool:
    match backfill.which:
        case Which.SINCE:
            return backfill.since is not None and edit.ticket.updated_on >= backfill.since
        case Which.NONE:
            return edit.ticket.updated_on >= began
    return True


def _quiet(edit: Edit) -> Edit:
    fields = tuple(
        f for f in edit.fields if not (edit.ticket.closed and f.name is FieldName.ASSIGNEE)
    )
    return replace(edit, fields=fields, note=None, watchers=(), backfill=True)
