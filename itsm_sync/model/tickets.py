"""A Redmine issue as the service desk sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """An object of Redmine: its number and its name."""

    id: int
    name: str


class FieldName(StrEnum):
    """The fields of ours on a ticket, by their name in the settings."""

    PROCESS = "process"
    STAGE = "stage"
    TEAM = "team"
    ROLE = "role"
    RESPONSIBILITY = "responsibility"
    APPROVING_TEAM = "approving_team"
    APPROVAL = "approval"
    REASON = "reason"
    PIN = "pin"
    KEY = "key"
    SLA_STATE = "sla_state"
    SLA_DUE = "sla_due"
    # Redmine's own; people's, but for the assignee and for tickets that we opened ourselves.
    ASSIGNEE = "assignee"  # set to the team's group
    STATUS = "status"
    SUBJECT = "subject"
    DESCRIPTION = "description"
    PRIORITY = "priority"
    DUE_DATE = "due_date"
    NOTE = "note"  # no field: what is remembered of notes that Redmine refused

    __hash__ = str.__hash__  # that of an enumeration is slow, and these are keys everywhere


# People may overrule these; the others follow from them (`APPROVAL` and `PIN` are people's alone).
DECISIONS = (
    FieldName.PROCESS,
    FieldName.TEAM,
    FieldName.ROLE,
    FieldName.APPROVING_TEAM,
    FieldName.ASSIGNEE,
)
# What the clocks of a service level say; they follow from no decision, and no pin stops them.
CLOCKS = (FieldName.SLA_STATE, FieldName.SLA_DUE)
DERIVED = (
    FieldName.STAGE,
    FieldName.RESPONSIBILITY,
    FieldName.REASON,
    FieldName.KEY,
    *CLOCKS,
)
# Derived fields that hold sentences; an administrator may let Redmine render mark-up in them.
TEXTS = (FieldName.RESPONSIBILITY, FieldName.REASON)
PEOPLES = (FieldName.APPROVAL, FieldName.PIN)
# Those of Redmine's own fields that a signal's ticket is opened with.
SIGNALS = (
    FieldName.STATUS,
    FieldName.SUBJECT,
    FieldName.DESCRIPTION,
    FieldName.PRIORITY,
    FieldName.DUE_DATE,
)
# No custom fields.
BUILT_IN = (FieldName.ASSIGNEE, *SIGNALS, FieldName.NOTE)
_BUILT_IN = frozenset(BUILT_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a ticket shows now.

    `fields` has the normalised values of our custom fields that exist on the ticket's tracker and
    project; a name that is absent is not enabled there. `field_ids` gives their Redmine ids.
    `assignee` is None where nobody is assigned; its value in plans is the user's or group's id.
    `copied_from` is the ticket this one was copied from, where the relation says so. `subject`,
    `description` and `due_date` are there where a ticket was looked at by the desk; those of a
    stored one stand in its item (`model.items.worded`).
    """

    id: int
    project: Ref
    tracker: Ref
    status: Ref
    closed: bool
    private: bool
    author: Ref
    assignee: Ref | None
    created_on: datetime
    updated_on: datetime
    fields: Mapping[FieldName, str] = field(default_factory=dict)
    field_ids: Mapping[FieldName, int] = field(default_factory=dict)
    copied_from: int | None = None
    subject: str = ""
    description: str = ""
    priority: Ref | None = None
    due_date: str = ""

    @property
    def bare(self) -> "Ticket":
        """The ticket as it is stored: its words stand in its item."""
        return replace(self, subject="", description="", due_date="")

    def value(self, name: FieldName) -> str | None:
        """Answer the ticket's value of a field; None where a custom field is not enabled.

        People and groups, statuses and priorities are their numbers.
        """
        if name not in _BUILT_IN:
            return self.fields.get(name)
        found: Ref | str | None = getattr(self, name, "")  # called as the field; a note is none
        return str(found.id) if isinstance(found, Ref) else found or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One line of a journal: a field of ours (or the assignee) went from `old` to `new`."""

    field: FieldName
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """The status went from one id to another."""

    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerChange:
    """The ticket went from one tracker to another."""

    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """One entry of a ticket's history, with the changes of fields that concern us.

    `other_changes` names the rest of what changed ("tracker_id", "status_id", "cf:12", ...).
    """

    id: int
    author: Ref
    at: datetime
    notes: str
    private: bool
    changes: tuple[FieldChange, ...] = ()
    status: StatusChange | None = None
    tracker: TrackerChange | None = None
    other_changes: tuple[str, ...] = ()
