"""Moments as whole microseconds, and when the clock on the wall shows a time."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant(moment: datetime) -> int:
    """Answer a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """Answer the moment of an instant, in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def reached(day: date, second: int, zone: tzinfo) -> int:
    """Answer when the clock on a zone's wall first shows a second of a day, or a later one.

    A time that summer time leaves out is reached when the clock is put forward; of one that it
    shows twice the first counts. So earlier times are never reached later than later ones.
    """
    wall = datetime.combine(day, time.min, zone) + timedelta(seconds=second)
    found = wall.astimezone(UTC)
    if found.astimezone(zone) == wall:
        return instant(found)
    before = instant(wall.replace(fold=1).astimezone(UTC)) // SECOND
    after = instant(found) // SECOND
    while after - before > 1:  # the clock is put forward between the two
        middle = (before + after) // 2
        shown = moment(middle * SECOND).astimezone(zone)
        before, after = (before, middle) if shown >= wall else (middle, after)
    return after * SECOND
