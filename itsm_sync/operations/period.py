"""The period of a report, as people write it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.words import Message


def beginning(text: str | None, zone: tzinfo) -> datetime | None:
    """Answer the moment of `--from`: a day's first, or a time. Raises ConfigurationError."""
    return None if text is None else _moment("--from", text, zone, timedelta(0))


def end(text: str | None, zone: tzinfo) -> datetime | None:
    """Answer the moment of `--to`: a time, or a day's end. Raises ConfigurationError."""
    return None if text is None else _moment("--to", text, zone, timedelta(days=1))


def moment(option: str, text: str | None, zone: tzinfo) -> datetime | None:
    """Answer the moment of an option: a day's first, or a time. Raises ConfigurationError."""
    return None if text is None else _moment(option, text, zone, timedelta(0))


def check(since: datetime | None, until: datetime | None) -> None:
    """Raise ConfigurationError where the period ends before it begins."""
    if since is not None and until is not None and until <= since:
        text = Message("the period ends before it begins")
        raise ConfigurationError([Problem(file="--to", path=(), text=text)])


def _moment(option: str, text: str, zone: tzinfo, later: timedelta) -> datetime:
    try:
        found = _read(text.strip(), zone, later)
        found.astimezone(UTC)  # as it is stored and compared; at the ends of time it can't be
    except (ValueError, OverflowError) as error:
        told = Message("is no time: write 2026-03-02 or 2026-03-02T14:30 (ISO 8601)")
        problem = Problem(file=f"{option} {text}", path=(), text=told)
        raise ConfigurationError([problem]) from error
    return found


def _read(text: str, zone: tzinfo, later: timedelta) -> datetime:
    """Answer a time, or a day's first moment in the zone, `later` days on."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    return datetime.combine(day + later, time(), zone)
