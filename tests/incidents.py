"""Incidents by default for the tests of problems and releases."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from itsm_sync.model.items import Item
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.keys import episode_key
from tests.builders import NOON

DAY = timedelta(days=1)


def day(number: float) -> datetime:
    """Answer noon of a day before or after the second of March."""
    return NOON + number * DAY


def incident(began: float, job: str = "abc/build", cause: str = "x", **changes: object) -> Episode:
    """An episode of failed builds of a job that lasted an hour."""
    line, at = f"ci:{job}", day(began)
    values: dict[str, object] = {
        "key": episode_key("builds", line, at),
        "signal": "builds",
        "line": line,
        "standing": Standing.CLOSED,
        "began": at,
        "opened": at,
        "ended": at + timedelta(hours=1),
        "first": f"jenkins:ci:{job}#{began}@1",
        "last": f"jenkins:ci:{job}#{began}@1",
        "last_at": at,
        "fingerprints": (cause,) if cause else (),
        "facts": {"job": job, "controller": "ci", "service": "portal"},
    }
    return Episode(**(values | changes))  # type: ignore[arg-type]


def build(of: Episode, **facts: object) -> Item:
    """The build that an incident began with."""
    return Item(
        key=of.first,
        source="jenkins",
        kind="build",
        title=str(of.facts["job"]),
        url="http://127.0.0.1/build",
        state="FAILURE",
        created_at=of.began,
        updated_at=of.began,
        facts={**of.facts, **facts},  # type: ignore[dict-item]
    )


def as_of(now: datetime, episodes: Iterable[Episode]) -> tuple[Episode, ...]:
    """Answer the episodes as they stood at a time."""
    return tuple(_as_of(now, one) for one in episodes if one.began <= now)


def _as_of(now: datetime, one: Episode) -> Episode:
    back = tuple(at for at in one.reopenings if at <= now)
    if one.ended is not None and one.ended > now:
        return replace(one, standing=Standing.OPEN, ended=None, reopenings=back)
    return replace(one, reopenings=back)
