"""What people say of a ticket's approval."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.tickets import FieldName


class Verdict(StrEnum):
    """What a field's value or a status says."""

    AWAITING = "awaiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One verdict as somebody gave it: by the field `approval`, or by a status (`field` None).

    `journal` is the entry of the ticket's history, 0 where the ticket was made so.
    """

    verdict: Verdict
    by: str
    at: datetime
    journal: int
    field: FieldName | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """How a ticket's approval stands.

    `stands` is the last verdict of somebody who may give it; `unheard` a later one that the ticket
    still shows, of somebody outside the accountable team's group.
    """

    stands: Said | None = None
    unheard: Said | None = None

    @property
    def verdict(self) -> Verdict | None:
        return self.stands.verdict if self.stands else None
