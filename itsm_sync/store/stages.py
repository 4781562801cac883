"""The time that tickets spend in each stage."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from itsm_sync.model.stages import StageSpan
from itsm_sync.store.database import chunks
from itsm_sync.store.schema import stages
from itsm_sync.store.subject import Part

_OPEN = stages.c.left_at.is_(None)


class Stages(Part):
    """Keeping and reading spans; a ticket is in one stage at a time."""

    def keep_stages(
        self, seen: Sequence[StageSpan], configuration: str, cycle_at: datetime
    ) -> None:
        """Store where tickets stand now; a span ends where another begins.

        `entered_at` of a span seen is when a person or another system moved the ticket. What
        another configuration moved, moved in the cycle, whose time is `cycle_at`.
        """
        with self._database.writing() as connection:
            stood = _standing(connection, [span.ticket for span in seen])
            rows = []
            for span in seen:
                before = stood.get(span.ticket)
                if before is not None and _place(before) == _place(span):
                    continue
                at = span.entered_at
                if before is not None:
                    at = cycle_at if before.configuration != configuration else at
                    at = max(at, before.entered_at)
                    ended = update(stages).where(stages.c.id == before.id)
                    connection.execute(ended.values(left_at=at))
                row = {"ticket": span.ticket, **_place(span)}
                rows.append(row | {"configuration": configuration, "entered_at": at})
            if rows:
                connection.execute(insert(stages), rows)
            _confirm(connection, stood.values(), configuration)

    def end_stages(self, ended: Mapping[int, datetime]) -> None:
        """End the spans of tickets that are closed, at these times."""
        with self._database.writing() as connection:
            for ticket, row in _standing(connection, ended).items():
                at = max(ended[ticket], row.entered_at)
                mine = update(stages).where(stages.c.id == row.id)
                connection.execute(mine.values(left_at=at))

    def stage_spans(self, tickets: Iterable[int]) -> Mapping[int, tuple[StageSpan, ...]]:
        """Answer ticket -> its spans, the oldest first."""
        found: dict[int, list[StageSpan]] = {}
        with self._database.reading() as connection:
            for some in chunks(tickets):
                question = select(stages).where(stages.c.ticket.in_(some)).order_by(stages.c.id)
                for row in connection.execute(question):
                    found.setdefault(row.ticket, []).append(_span(row))
        return {ticket: tuple(spans) for ticket, spans in found.items()}


def _standing(connection: Connection, tickets: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for some in chunks(tickets):
        question = select(stages).where(_OPEN, stages.c.ticket.in_(some))
        found |= {row.ticket: row for row in connection.execute(question)}
    return found


def _place(span: Any) -> dict[str, str]:
    return {name: getattr(span, name) for name in ("process", "stage", "row", "team")}


def _confirm(connection: Connection, stood: Iterable[Any], configuration: str) -> None:
    """Note that spans that go on do so under this configuration."""
    others = [row.id for row in stood if row.configuration != configuration]
    for some in chunks(others):
        mine = update(stages).where(_OPEN, stages.c.id.in_(some))
        connection.execute(mine.values(configuration=configuration))


def _span(row: Any) -> StageSpan:
    return StageSpan(
        ticket=row.ticket,
        process=row.process,
        stage=row.stage,
        row=row.row,
        team=row.team,
        entered_at=row.entered_at,
        left_at=row.left_at,
    )
