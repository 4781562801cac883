"""Clocks that are off: a server's and ours may each be ten minutes off, and be put right."""

from datetime import datetime, timedelta

from itsm_sync.model.resting import rests

# Two clocks, each ten minutes off either way; and what becomes visible late.
SKEW = timedelta(minutes=25)
WIDE_EVERY = timedelta(hours=1)


def wide_from(since: datetime, wide_at: datetime | None, now: datetime) -> datetime | None:
    """Answer where a wide look has to begin, None where none is due.

    What is read by time from the newest time seen on misses what changes after the server's clock
    was put back. Whatever changed since the last wide look has a time after this, though.

    Args:
        since: where a look begins usually.
        wide_at: when the last wide look began, by our clock; None: never.
        now: by our clock.
    """
    if wide_at is not None and rests(wide_at, WIDE_EVERY, now):
        return None
    return min(since, wide_at or now) - SKEW
