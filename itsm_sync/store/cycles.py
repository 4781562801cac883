"""Cycles: begun, finished, or ended by a crash; one at a time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from itsm_sync.model.cycles import Cycle
from itsm_sync.model.words import Message
from itsm_sync.store.errors import StoreError
from itsm_sync.store.locks import exclusive, held
from itsm_sync.store.records import CycleRecord, State
from itsm_sync.store.schema import cycles, ledger
from itsm_sync.store.subject import Part


class Cycles(Part):
    """The cycles over this database."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep every other cycle away from this database, in this process and in others.

        Raises:
            Busy: another cycle is at work.
            StoreError: the database has no such lock yet (only SQLite has).
        """
        if self._database.file is None:
            raise StoreError(
                Message(
                    "cycles over {database} can't be kept apart yet: use `sqlite:////absolute/path`",
                    {"database": self._database.name},
                )
            )
        with exclusive(self._database.file):
            yield

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
        return tuple(self._cycle(row) for row in rows)

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

    def _cycle(self, row: Any) -> CycleRecord:
        return CycleRecord(
            id=row.id,
            started_at=row.started_at,
            finished_at=row.finished_at,
            configuration=row.configuration,
            state=self._state(row),
            summary=row.summary or {},
        )

    def _state(self, row: Any) -> State:
        if row.finished_at is not None:
            return State.FINISHED
        file = self._database.file
        running = not row.crashed and (file is None or held(file))
        return State.RUNNING if running else State.CRASHED
