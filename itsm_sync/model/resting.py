"""How long something rests before it is done again, though clocks may be wrong."""

from datetime import datetime, timedelta


def rests(since: datetime, length: timedelta, now: datetime) -> bool:
    """Whether what was done at a time is not to be done again yet.

    A time that is still to come was noted while the clock was wrong: it keeps nothing waiting.
    """
    return timedelta() <= now - since < length
