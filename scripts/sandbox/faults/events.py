"""What happens in the world of the matrix, row by row; the same in both runs. Sample data."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import get_args

from sandbox.torture.script import (
    CAUSES,
    CROWD,
    JOBS,
    ON_NODE,
    REPOSITORIES,
    START,
    STEP,
    Alerted,
    Alerts,
    Built,
    Event,
)

SUBJECTS = (
    "로그인이 안 됩니다",
    "배포 승인을 요청합니다",
    "서버 디스크를 늘려 주세요",
    "결제가 두 번 됩니다",
)
_KINDS: tuple[Alerts, ...] = get_args(Alerts)
_OPEN = 4  # rows for which an alert stays open


def beginning() -> Iterator[Event]:
    """All is well, once."""
    for job in (*JOBS, *CROWD, *ON_NODE):
        yield Built(job=job, at=START - STEP)


def happens(row: int, at: datetime) -> Iterator[Event]:
    """Answer what happened before the row's first cycle: a job fails or recovers, an alert opens,
    one is settled.
    """
    job, minute = JOBS[row % len(JOBS)], timedelta(minutes=1)
    failing = row // len(JOBS) % 2 == 0
    error = CAUSES[row % len(CAUSES)] if failing else ""
    yield Built(job=job, at=at - 4 * minute, error=error)
    yield Built(job=job, at=at - 2 * minute, error=error)
    yield _alert(row, at, "open")
    if row >= _OPEN:
        old = row - _OPEN
        yield _alert(old, at, "resolved" if _kind(old) == "secret-scanning" else "fixed")


def subject(row: int) -> str:
    """Answer what a person's ticket of the row is called."""
    return f"{SUBJECTS[row % len(SUBJECTS)]} ({row})"


def _kind(row: int) -> Alerts:
    return _KINDS[row % len(_KINDS)]


def _alert(row: int, at: datetime, state: str) -> Alerted:
    repository = REPOSITORIES[row % len(REPOSITORIES)]
    return Alerted(repository=repository, kind=_kind(row), number=500 + row, at=at, state=state)
