"""Leases: one holder at a time over one database, whichever it is.

A holder renews its lease; who finds a lease that nobody renewed for its whole length, by a clock of
their own, takes it. A process of this machine that lives no more is not waited for. No two clocks
are ever compared for that. A transaction of who has lost a lease fails, and so does a write to
Redmine (`assure`): a process that was stopped and goes on writes nothing more.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import Connection, delete, func, select, update

from itsm_sync.model.words import Message
from itsm_sync.store.database import insert_new
from itsm_sync.store.errors import Busy, LeaseLost, StoreError
from itsm_sync.store.fence import Lease, uptime
from itsm_sync.store.holders import Holder
from itsm_sync.store.records import LeaseRecord
from itsm_sync.store.schema import leases
from itsm_sync.store.subject import Part

CYCLE, DAEMON, REPORTS = "cycle", "daemon", "reports"
LENGTH = timedelta(seconds=30)
# Seconds: far more than making a file anew takes, which writes gigabytes a minute, or at least one
# on the slowest of disks.
LONGEST = 3600.0
_RENEWALS = 3  # in the length of a lease
_LOOKS = 20  # in the length of a lease, while one waits for it

Pause = Callable[[float], bool]  # waits so many seconds; True: nobody wants to wait any more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A lease of somebody else's; `since` this uptime it was seen unchanged. `fresh` is what the
    database's clock says: a hint, and no more.
    """

    holder: Holder
    state: tuple[str, int]
    since: float
    over: bool
    fresh: bool

    @classmethod
    def of(cls, row: Any, before: "_Seen | None", now: datetime) -> Self:
        state = (row.token, row.renewals)
        since = before.since if before is not None and before.state == state else uptime()
        holder = Holder.read(row.holder)
        over = _is_dead(row) or uptime() - since > row.seconds
        # One that was renewed later than now was so before the machine was started anew.
        left = timedelta() <= now - row.renewed_at < timedelta(seconds=row.seconds)
        return cls(holder=holder, state=state, since=since, over=over, fresh=not over and left)


class Leases(Part):
    """Taking leases, keeping them, and telling who has them."""

    _length = LENGTH
    occupied_until = 0.0  # an uptime

    @contextmanager
    def exclusive(self, name: str = CYCLE) -> Iterator[Lease]:
        """Hold a lease, `cycle` to keep every other cycle away from this database.

        One that its holder has not renewed in time is waited for as long as it takes to be sure.

        Raises:
            Busy: another process or thread holds it.
            LeaseLost: at a transaction in the block: another took it, since it was not renewed.
        """
        seen: _Seen | None = None
        while True:
            found = self._look(name, seen)
            if isinstance(found, Lease):
                break
            if found.fresh or (seen is not None and found.state != seen.state):
                raise Busy(_busy(name, self._database.name, found.holder))
            seen = found
            Event().wait(self._between)
        with self._keeping(found):
            yield found

    @contextmanager
    def succession(self, name: str, pause: Pause) -> Iterator[Lease | None]:
        """Wait for a lease however long, then hold it.

        Args:
            name: the lease's.
            pause: waits between two looks; where it answers True, None is handed over.
        """
        found = self._look(name, None)
        while isinstance(found, _Seen):
            if pause(self._between):
                yield None
                return
            found = self._look(name, found)
        with self._keeping(found):
            yield found

    def assure(self) -> None:
        """See that no lease that is held can be another's by now, and that it is one of the
        database that others see; asked right before each write.

        Raises:
            LeaseLost: one can.
            Displaced: the database's file is not at its address any more.
        """
        self._database.see()
        for lease in self._database.fence.leases:
            if not lease.holds:
                raise LeaseLost

    def last(self, length: timedelta) -> None:
        """Let leases last so long from now on, also those that are held."""
        before, self._length = self._length, length
        held = self._database.fence.leases
        if length == before or not held:
            return
        seconds = length.total_seconds()
        self._extend({lease.token: seconds for lease in held})
        for lease in held:
            lease.length = seconds
            lease.look.set()

    def leases(self) -> tuple[LeaseRecord, ...]:
        """Answer who holds what; one that is overdue, or whose holder is gone, is left out."""
        with self._database.reading() as connection:
            rows = connection.execute(select(leases).order_by(leases.c.name)).all()
            now = _now(connection)
        seen = ((row, _Seen.of(row, None, now)) for row in rows)
        return tuple(
            LeaseRecord(name=row.name, host=one.holder.host, process=one.holder.process)
            for row, one in seen
            if one.fresh
        )

    def others_at_work(self) -> bool:
        """Whether somebody else holds a lease."""
        ours = {lease.name for lease in self._database.fence.leases}
        return any(one.name not in ours for one in self.leases())

    @contextmanager
    def held_long(self) -> Iterator[None]:
        """Keep what is held for one long statement that keeps everybody out of the database, these
        leases' renewals too: nobody takes them meanwhile, unless this process dies.
        """
        held = self._database.fence.leases
        normal = {lease.token: lease.length for lease in held}
        self._extend(dict.fromkeys(normal, LONGEST))
        self.occupied_until = uptime() + LONGEST
        try:
            yield
        finally:
            self.occupied_until = 0.0
            self._extend(normal)

    @property
    def occupied(self) -> bool:
        """Whether such a statement is running, and may be."""
        return uptime() < self.occupied_until

    def _extend(self, lengths: Mapping[str, float]) -> None:
        """Let leases last for so many seconds from now on, by their tokens."""
        asked = uptime()
        with self._database.writing() as connection:
            for token, seconds in lengths.items():
                anew = {
                    "seconds": max(1, round(seconds)),
                    "renewals": leases.c.renewals + 1,
                    "renewed_at": _now(connection),
                }
                connection.execute(update(leases).where(leases.c.token == token).values(anew))
        for lease in self._database.fence.leases:
            if lease.token in lengths:
                lease.until = asked + lengths[lease.token]

    @property
    def _between(self) -> float:
        return self._length.total_seconds() / _LOOKS

    def _look(self, name: str, before: "_Seen | None") -> "Lease | _Seen":
        """Take a lease that is free, or whose holder is gone or silent for its whole length; else
        answer what was seen.
        """
        length = self._length.total_seconds()
        lease = Lease(name=name, token=uuid4().hex, length=length, until=uptime() + length)
        with self._database.writing(fenced=False) as connection:
            question = select(leases).where(leases.c.name == name)
            row = connection.execute(question.with_for_update()).first()
            mine = {
                "name": name,
                "token": lease.token,
                "holder": Holder.here().written(),
                "renewals": 0,
                "seconds": max(1, round(length)),
                "renewed_at": _now(connection),
            }
            _OURS.add(lease.token)
            if row is None:
                if insert_new(connection, leases, mine):
                    return lease
                row = connection.execute(question).one()
            seen = _Seen.of(row, before, _now(connection))
            if seen.over:
                old = leases.c.token == row.token
                if connection.execute(update(leases).where(old).values(mine)).rowcount == 1:
                    return lease
        _OURS.discard(lease.token)
        return seen

    @contextmanager
    def _keeping(self, lease: Lease) -> Iterator[None]:
        """Keep a lease that was just taken, renewing it, and give it back."""
        over = Event()
        keeper = Thread(target=self._renew, args=(lease, over), name="lease", daemon=True)
        self._database.fence.leases.append(lease)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            lease.look.set()
            keeper.join()
            self._database.fence.leases.remove(lease)
            _OURS.discard(lease.token)
            with suppress(StoreError), self._database.writing(fenced=False) as connection:
                connection.execute(delete(leases).where(leases.c.token == lease.token))

    def _renew(self, lease: Lease, over: Event) -> None:
        while True:
            lease.look.wait(lease.length / _RENEWALS)
            lease.look.clear()
            if over.is_set():
                return
            asked = uptime()
            try:
                renewed = self._renewed(lease)
            except StoreError:
                continue  # the lease runs out if this goes on
            if not renewed:
                lease.lost = True
                return
            # Where it waited for a long statement, `asked` is long ago, and known better by now.
            lease.until = max(lease.until, asked + lease.length)

    def _renewed(self, lease: Lease) -> bool:
        mine = (leases.c.name == lease.name) & (leases.c.token == lease.token)
        with self._database.writing(fenced=False) as connection:
            anew = {"renewals": leases.c.renewals + 1, "renewed_at": _now(connection)}
            return connection.execute(update(leases).where(mine).values(anew)).rowcount == 1


# Tokens that this process holds: a row of this process with another is one that nobody gave back.
_OURS: set[str] = set()


def _is_dead(row: Any) -> bool:
    """Whether a holder surely is no more; one of this process must hold it still."""
    holder = Holder.read(row.holder)
    return holder.gone or (holder == Holder.here() and row.token not in _OURS)


def _now(connection: Connection) -> datetime:
    """Answer the time by the clock that all who use this database share."""
    if connection.dialect.name == "sqlite":
        return datetime.fromtimestamp(uptime(), UTC)
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now


def _busy(lease: str, database: str, holder: Holder) -> Message:
    params = {"database": database, "host": holder.host, "process": holder.process}
    if lease == DAEMON:
        told = "the daemon runs over {database} ({host}, process {process}): stop it first"
        return Message(told, params)
    if lease == REPORTS:
        told = "another process delivers reports over {database} ({host}, process {process})"
        return Message(told, params)
    return Message("another cycle is running over {database} ({host}, process {process})", params)
