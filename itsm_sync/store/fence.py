"""The leases that this process holds, and the fence before what they allow."""

from dataclasses import dataclass, field
from threading import Event
from time import CLOCK_BOOTTIME, clock_gettime

from sqlalchemy import Connection, bindparam, select

from itsm_sync.store.errors import LeaseLost
from itsm_sync.store.schema import leases

# PostgreSQL: who wants to take it waits for this transaction's end.
_HOLDER = (
    select(leases.c.token).where(leases.c.name == bindparam("name")).with_for_update(read=True)
)


def uptime() -> float:
    """Answer the seconds since the machine's boot; they go on while it or the process sleeps."""
    return clock_gettime(CLOCK_BOOTTIME)


@dataclass(slots=True, kw_only=True)
class Lease:
    """A lease that this process holds, for `length` seconds at a time; `until` is an uptime."""

    name: str
    token: str
    length: float
    until: float
    lost: bool = False
    look: Event = field(default_factory=Event)  # set: whoever renews it looks up

    @property
    def holds(self) -> bool:
        """Whether nobody else can have taken it yet."""
        return not self.lost and uptime() < self.until


@dataclass(slots=True)
class Fence:
    """The leases that are held over one database."""

    leases: list[Lease] = field(default_factory=list)

    def check(self, connection: Connection) -> None:
        """Fail a transaction of who has lost a lease.

        Raises:
            LeaseLost: another has it.
        """
        for lease in self.leases:
            if connection.scalar(_HOLDER, {"name": lease.name}) != lease.token:
                lease.lost = True
                raise LeaseLost
