"""What became of reports: sent once for a period, a place and a language."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from itsm_sync.model.deliveries import REPORTS, Delivery, Errand, Named, Stand
from itsm_sync.model.letters import Letter, LetterKind, Retrying
from itsm_sync.model.reporting import Span
from itsm_sync.model.words import Message
from itsm_sync.store.codec import decode, encode
from itsm_sync.store.database import upsert
from itsm_sync.store.schema import deliveries, heeded
from itsm_sync.store.subject import Part

_UNSETTLED = Message("whether it arrived is not known: nobody answered")


class Deliveries(Part):
    """The ledger of reports, and the clocks that were heeded."""

    def keep_delivery(self, one: Delivery, *, refused: bool = False) -> None:
        """Note how a delivery stands; of a failure nothing, where it is done or may have arrived.

        `refused`: whom it was handed to said so, and it did not arrive.
        """
        settled = [Stand.DONE] if refused else [Stand.DONE, Stand.SENDING]
        open_yet = deliveries.c.stand.not_in([stand.value for stand in settled])
        where = open_yet if one.stand is Stand.FAILED else None
        with self._database.writing() as connection:
            upsert(connection, deliveries, [_row(one)], where=where)

    def delivery(self, errand: Errand) -> Delivery | None:
        """Answer what became of an errand; None: it was never begun."""
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(_its(errand))).first()
        return None if row is None else _delivery(row)

    def places_in_others(self, errand: Errand) -> frozenset[str]:
        """Answer where the same lies in other languages."""
        mine = (_as_any(errand), deliveries.c.language != errand.language)
        with self._database.reading() as connection:
            places = connection.execute(select(deliveries.c.place).where(*mine)).scalars()
            return frozenset(place for place in places if place)

    def deliveries(
        self, report: str | None = None, stands: Iterable[Stand] = tuple(Stand)
    ) -> tuple[Delivery, ...]:
        """Answer what became of errands (of a report) that stand so, the oldest first."""
        so = deliveries.c.stand.in_([stand.value for stand in stands])
        mine = [so] if report is None else [so, deliveries.c.report == report]
        question = (
            select(deliveries).where(*mine).order_by(deliveries.c.first_at, *deliveries.primary_key)
        )
        with self._database.reading() as connection:
            return tuple(_delivery(row) for row in connection.execute(question))

    def heeded(self) -> Mapping[str, datetime]:
        """Answer, by a schedule's name, the last of its times that was heeded."""
        with self._database.reading() as connection:
            return {row.name: row.at for row in connection.execute(select(heeded))}

    def heed(self, name: str, at: datetime) -> None:
        """Note that a schedule was heeded up to a time."""
        with self._database.writing() as connection:
            upsert(connection, heeded, [{"name": name, "at": at}])

    def heed_only(self, times: Mapping[str, datetime]) -> None:
        """Note that these are all schedules that there are, and up to when they were heeded."""
        with self._database.writing() as connection:
            connection.execute(delete(heeded))
            upsert(connection, heeded, [{"name": name, "at": at} for name, at in times.items()])


def undelivered(connection: Connection, retrying: Retrying) -> Iterator[Letter]:
    """Answer the letters of deliveries: those that failed, and those that may have arrived, which
    only a person has tried again.
    """
    open_ones = deliveries.c.stand.in_([Stand.FAILED.value, Stand.SENDING.value])
    for row in connection.execute(select(deliveries).where(open_ones)):
        one = _delivery(row)
        given_up = one.stand is Stand.SENDING or one.tries >= retrying.tries
        due = one.tried_at + retrying.pause(one.tries - 1) if one.tried_at else one.at
        yield Letter(
            kind=LetterKind.DELIVERY,
            source=REPORTS,
            key=one.errand.key,
            cause=one.cause or _UNSETTLED,
            first_at=one.first_at,
            last_at=one.at,
            times=max(1, one.times),
            tries=one.tries,
            tried_at=one.tried_at,
            next_at=None if given_up else due,
            given_up=given_up,
        )


def anew(key: str) -> Any:
    """Answer the statement after which a person's wish is heeded: nothing is given up of it."""
    named = Named.read(key)
    mine = and_(
        deliveries.c.report == named.report,
        deliveries.c.period == named.period,
        deliveries.c.target == named.target,
        deliveries.c.part == named.part,
        deliveries.c.language == named.language,
    )
    again = {"stand": Stand.FAILED.value, "tries": 0, "tried_at": None}
    return update(deliveries).where(mine).values(again)


def _its(errand: Errand) -> ColumnElement[bool]:
    return and_(deliveries.c.language == errand.language, _as_any(errand))


def _as_any(errand: Errand) -> ColumnElement[bool]:
    """Answer the errand in whatever language."""
    return and_(
        deliveries.c.report == errand.report,
        deliveries.c.period == errand.span.key,
        deliveries.c.target == errand.target,
        deliveries.c.part == errand.part,
    )


def _row(one: Delivery) -> dict[str, Any]:
    errand = one.errand
    return {
        "report": errand.report,
        "period": errand.span.key,
        "target": errand.target,
        "part": errand.part,
        "language": errand.language,
        "since": errand.span.since,
        "until": errand.span.until,
        "stand": one.stand.value,
        "place": one.place,
        "cause": None if one.cause is None else encode(one.cause),
        "first_at": one.first_at,
        "at": one.at,
        "times": one.times,
        "tries": one.tries,
        "tried_at": one.tried_at,
    }


def _delivery(row: Any) -> Delivery:
    span = Span(key=row.period, since=row.since, until=row.until)
    return Delivery(
        errand=Errand(
            report=row.report,
            span=span,
            target=row.target,
            part=row.part,
            language=row.language,
        ),
        stand=Stand(row.stand),
        first_at=row.first_at,
        at=row.at,
        place=row.place,
        cause=None if row.cause is None else decode(Message, row.cause),
        times=row.times,
        tries=row.tries,
        tried_at=row.tried_at,
    )
