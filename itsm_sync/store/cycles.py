"""Cycles: begun, finished, or ended by a crash; one at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from itsm_sync.model.cycles import Cycle
from itsm_sync.store.leases import CYCLE, Leases
from itsm_sync.store.records import CycleRecord, State
from itsm_sync.store.schema import cycles, ledger


class Cycles(Leases):
    """The cycles over this database."""

    def begin(self, cycle: Cycle) -> None:
        """Note the start of a cycle, under `exclusive`: one left unfinished has crashed."""
        row = {
            "id": cycle.id,
            "started_at": cycle.started_at,
            "configuration": cycle.configuration,
        }
        unfinished = cycles.c.finished_at.is_(None)
        with self._database.writing() as connection:
            connection.execute(update(cycles).where(unfinished).values(crashed=True))
            connection.execute(insert(cycles), [row])

    def finish(self, cycle: str, at: datetime, summary: Mapping[str, Any]) -> None:
        """Note the end of a cycle and what it did, as JSON."""
        done = {"finished_at": at, "summary": dict(summary), "crashed": False}
        with self._database.writing() as connection:
            connection.execute(update(cycles).where(cycles.c.id == cycle).values(done))

    def last_cycles(self, number: int = 10, *, wrote: bool = False) -> tuple[CycleRecord, ...]:
        """Answer the last cycles, the newest first; `wrote`: of those that wrote to a ticket."""
        newest = select(cycles).order_by(cycles.c.started_at.desc(), cycles.c.id.desc())
        if wrote:
            newest = newest.where(cycles.c.id.in_(select(ledger.c.cycle)))
        with self._database.reading() as connection:
            rows = connection.execute(newest.limit(number)).all()
        running = any(lease.name == CYCLE for lease in self.leases())
        return tuple(_cycle(row, running=running) for row in rows)

    def first_finished(self) -> datetime | None:
        """Answer when a cycle finished for the first time; None: none has."""
        with self._database.reading() as connection:
            first: datetime | None = connection.scalar(select(func.min(cycles.c.finished_at)))
        return first

    def first_begun(self) -> datetime | None:
        """Answer when a cycle began for the first time; None: none has."""
        with self._database.reading() as connection:
            first: datetime | None = connection.scalar(select(func.min(cycles.c.started_at)))
        return first


def _cycle(row: Any, *, running: bool) -> CycleRecord:
    return CycleRecord(
        id=row.id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        configuration=row.configuration,
        state=_state(row, running=running),
        summary=row.summary or {},
    )


def _state(row: Any, *, running: bool) -> State:
    if row.finished_at is not None:
        return State.FINISHED
    return State.RUNNING if running and not row.crashed else State.CRASHED
