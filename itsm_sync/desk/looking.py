"""How tickets stand when they are written to: read in batches, just before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from itsm_sync.clients.errors import ClientError
from itsm_sync.model.plans import Edit
from itsm_sync.model.ports import Clock
from itsm_sync.model.tickets import Ticket

# So long after a look a write may begin; then it is looked anew.
TRUSTED = timedelta(seconds=1)
# A write with its mails takes 70 ms, its reading back 25 ms (Redmine fact 21 and measured).
FIRST = 8
MOST = 32

Stands = Mapping[int, Ticket] | ClientError


class Looker(Protocol):
    """Reads tickets: `desk.redmine.Desk`, or a fake in tests."""

    def look(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
        """Answer the tickets as they stand, in one request; those not visible are absent."""


@dataclass(slots=True)
class Looks:
    """Looks at as many tickets at once as are written to within `TRUSTED`, by how long it took for
    those before.

    `edits` are all that are to be written, in their order.
    """

    looker: Looker
    clock: Clock
    edits: Sequence[Edit]
    _size: int = field(default=FIRST, init=False)
    _at: datetime | None = field(default=None, init=False)
    _begun: int = field(default=0, init=False)  # writes since the look
    _stands: Stands = field(default_factory=dict, init=False)

    def before(self, number: int) -> Stands:
        """Answer how the ticket of that edit stands, or why it can't be read: a look in vain counts
        for all that were looked for.
        """
        now = self.clock()
        if not self._holds(now):
            self._look(number, now)
        self._begun += 1
        return self._stands

    def _holds(self, now: datetime) -> bool:
        if self._at is None or self._begun == self._size:
            return False
        return isinstance(self._stands, ClientError) or timedelta() <= now - self._at < TRUSTED

    def _look(self, number: int, now: datetime) -> None:
        if self._at is not None and not isinstance(self._stands, ClientError):
            self._size = _fitting((now - self._at) / self._begun)
        self._at, self._begun = now, 0
        batch = self.edits[number : number + self._size]
        try:
            self._stands = self.looker.look([edit.ticket.id for edit in batch])
        except ClientError as error:
            self._stands = error


def _fitting(each: timedelta) -> int:
    """Answer how many writes fit, where each takes so long."""
    return max(1, min(MOST, TRUSTED // each)) if each > timedelta() else MOST
