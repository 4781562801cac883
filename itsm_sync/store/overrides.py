"""People's own values, since when, and when they were given back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from itsm_sync.model.plans import Override
from itsm_sync.model.tickets import FieldName
from itsm_sync.store.database import chunks
from itsm_sync.store.records import KeptOverride
from itsm_sync.store.schema import cycles, overrides
from itsm_sync.store.subject import Part

_STANDS = overrides.c.given_back_at.is_(None)


class Overrides(Part):
    """Keeping overrides; those given back stay as history."""

    def overrides(self) -> tuple[Override, ...]:
        """Answer the overrides that stand, in the order of tickets."""
        question = select(overrides).where(_STANDS).order_by(overrides.c.ticket, overrides.c.field)
        with self._database.reading() as connection:
            return tuple(_override(row) for row in connection.execute(question))

    def override_history(self) -> tuple[KeptOverride, ...]:
        """Answer all overrides, those given back too, in the order they were first seen."""
        joined = overrides.outerjoin(cycles, cycles.c.id == overrides.c.first_cycle)
        question = select(overrides, cycles.c.started_at).select_from(joined)
        with self._database.reading() as connection:
            return tuple(
                KeptOverride(
                    override=_override(row),
                    since=row.at or row.started_at,
                    given_back_at=row.given_back_at,
                )
                for row in connection.execute(question.order_by(overrides.c.id))
            )

    def overrides_at(self, ticket: int, at: datetime) -> tuple[Override, ...]:
        """Answer a ticket's overrides that stood at a time, in the order of fields.

        Where nobody knows when people decided, it was before the cycle that saw it first.
        """
        since = func.coalesce(overrides.c.at, cycles.c.started_at)
        joined = overrides.outerjoin(cycles, cycles.c.id == overrides.c.first_cycle)
        question = select(overrides).select_from(joined)
        ended = overrides.c.given_back_at
        stood = (since <= at) & (ended.is_(None) | (ended > at))
        mine = question.where(overrides.c.ticket == ticket, stood).order_by(overrides.c.field)
        with self._database.reading() as connection:
            return tuple(_override(row) for row in connection.execute(mine))

    def keep_overrides(
        self, seen: Iterable[Override], looked_at: Iterable[int], cycle: str, at: datetime
    ) -> None:
        """Store the overrides seen; those of tickets looked at that are no more are given back."""
        now = {(override.ticket, override.field.value): override for override in seen}
        tickets = set(looked_at) | {ticket for ticket, _ in now}
        with self._database.writing() as connection:
            stood = _standing(connection, tickets)
            ended = [row.id for place, row in stood.items() if place not in now]
            for some in chunks(ended):
                mine = update(overrides).where(overrides.c.id.in_(some))
                connection.execute(mine.values(given_back_at=at))
            for place, override in now.items():
                _keep(connection, override, stood.get(place), cycle, at)


def add_override(connection: Connection, override: Override, cycle: str, at: datetime) -> None:
    """Store one override beside those that stand."""
    before = _standing(connection, [override.ticket]).get((override.ticket, override.field.value))
    _keep(connection, override, before, cycle, at)


def _standing(connection: Connection, tickets: Iterable[int]) -> dict[tuple[int, str], Any]:
    found: dict[tuple[int, str], Any] = {}
    for some in chunks(tickets):
        question = select(overrides).where(_STANDS, overrides.c.ticket.in_(some))
        found |= {(row.ticket, row.field): row for row in connection.execute(question)}
    return found


def _keep(
    connection: Connection, override: Override, before: Any, cycle: str, at: datetime
) -> None:
    if before is not None:
        same = update(overrides).where(overrides.c.id == before.id)
        if before.value == override.value:
            if news := _news(before, override):
                connection.execute(same.values(news))
            return
        connection.execute(same.values(given_back_at=at))
    row = {
        "ticket": override.ticket,
        "field": override.field.value,
        "value": override.value,
        "by": override.by,
        "at": override.at,
        "chosen": override.chosen,
        "rule": override.rule,
        "team": override.team,
        "first_cycle": cycle,
    }
    connection.execute(insert(overrides), [row])


def _news(before: Any, override: Override) -> dict[str, Any]:
    """Answer what is better known now; the rule that people overruled stays the one of then."""
    now: dict[str, Any] = {"by": override.by, "at": override.at}
    if not before.rule:
        now |= {"chosen": override.chosen, "rule": override.rule, "team": override.team}
    return {name: value for name, value in now.items() if getattr(before, name) != value}


def _override(row: Any) -> Override:
    return Override(
        ticket=row.ticket,
        field=FieldName(row.field),
        value=row.value,
        by=row.by,
        at=row.at,
        chosen=row.chosen,
        rule=row.rule,
        team=row.team,
    )
