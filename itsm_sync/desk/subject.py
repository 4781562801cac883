"""What the planner knows: of one ticket, and of how to plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from itsm_sync.desk.provenance import Judgement, Ledger
from itsm_sync.model.approvals import Approval
from itsm_sync.model.letters import TRIES
from itsm_sync.model.plans import KeptNote, Refusal
from itsm_sync.model.routing import Routing
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.model.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the settings say of planning, and what Redmine says of its groups.

    `labels` are the fields' names in Redmine. `groups` maps (project id, team id) to the group
    that can be assigned there, to None where nobody knows just now. `notes` is "none", "private"
    or "public"; a new ticket gets one only when made after `notes_since`. `tries`: so often is the
    same value sent that Redmine refuses.
    """

    language: Language
    configuration: str
    assign: bool = True
    watch: bool = False
    notes: str = "none"
    notes_on: tuple[str, ...] = ()
    notes_since: datetime | None = None
    zone: tzinfo = UTC  # of days
    groups: Mapping[tuple[int, str], int | None] = field(default_factory=dict)
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    tries: int = TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """All that is known of one ticket when it is planned.

    `routing` already follows the overrides; `chosen` is what the matrix would say without them.
    `rewrites` counts how often a value of ours was written in a row in the last day, by (field,
    value). `watched` tells of (process, stage, team) whether the team was made a watcher; False: it
    is to be tried again. `moved_at` is the newest time of what moved the ticket. `identity` is the
    key that a signal's ticket carries, in the place of its own. `standings` are the clocks of its
    service level: none of them where it has none, None where nobody knows just now; `escalations`
    are the notes that are to be written because so much of their time is gone.
    """

    ticket: Ticket
    routing: Routing
    chosen: Routing
    judgement: Judgement
    ledger: Ledger
    refusals: Mapping[FieldName, Refusal] = field(default_factory=dict)
    rewrites: Mapping[tuple[FieldName, str], int] = field(default_factory=dict)
    approval: Approval | None = None
    watched: Mapping[tuple[str, str, str], bool] = field(default_factory=dict)
    moved_at: datetime | None = None
    identity: str = ""
    standings: tuple[Standing, ...] | None = None
    escalations: tuple[KeptNote, ...] = ()


def is_pinned(ticket: Ticket) -> bool:
    """Whether people asked to leave the ticket alone."""
    return ticket.value(FieldName.PIN) == "1"
