"""The one clock; all else takes it as a parameter."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Answer the time now."""
    return datetime.now(UTC)
