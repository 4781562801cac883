"""How each whole source stands, whether or not a cycle asks it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.words import Message
from itsm_sync.store.codec import decode, encode
from itsm_sync.store.database import upsert
from itsm_sync.store.gaps import note_read
from itsm_sync.store.records import SourceStanding
from itsm_sync.store.schema import sources
from itsm_sync.store.subject import Part


class Standings(Part):
    """Keeping and telling how sources answered."""

    def keep_standings(self, reports: Mapping[str, SourceReport], at: datetime) -> None:
        """Note how sources answered that were asked."""
        before = {one.source: one for one in self.source_standings()}
        rows = [
            _row(name, report, before.get(name), at)
            for name, report in reports.items()
            if report.asked
        ]
        with self._database.writing() as connection:
            upsert(connection, sources, rows)
            for name, report in reports.items():
                if report.asked:
                    stood = before.get(name)
                    well = report.health is not Health.FAILED
                    last = stood.succeeded_at if stood else None
                    note_read(connection, name, "", well=well, at=at, last=last)

    def source_standings(self) -> tuple[SourceStanding, ...]:
        """Answer how each source answered last, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(sources).order_by(sources.c.source)).all()
        return tuple(
            SourceStanding(
                source=row.source,
                health=Health(row.health),
                error=None if row.error is None else decode(Message, row.error),
                read_at=row.read_at,
                first_at=row.first_at,
                succeeded_at=row.succeeded_at,
            )
            for row in rows
        )


def _row(
    name: str, report: SourceReport, before: SourceStanding | None, at: datetime
) -> dict[str, object]:
    answered = report.health is not Health.FAILED
    return {
        "source": name,
        "health": report.health.value,
        "error": report.error and encode(report.error),
        "read_at": at,
        "first_at": before.first_at if before else at,
        "succeeded_at": at if answered else before and before.succeeded_at,
    }
