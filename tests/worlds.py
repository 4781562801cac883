"""Worlds for measures: valid records by default; a test overrides what matters to it.

Days are those of March 2026, hours those of UTC: `day(2, 9)` is 9 o'clock on the second.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from itsm_sync.model.histories import Deed, Event, History
from itsm_sync.model.items import Audience
from itsm_sync.model.service_levels import Aim, Level, Standing
from itsm_sync.model.stages import StageSpan
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import (
    AlertRecord,
    BuildRecord,
    DeploymentRecord,
    EpisodeRecord,
    Place,
    PullRecord,
    TicketRecord,
    World,
)
from tests.builders import MATRIX, words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN, CLOSED = "1", "5"  # numbers of statuses
REPORTER, IT, BUSINESS, BOT = 13, 11, 12, 90  # Redmine's numbers of people
MARCH = Period(since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 4, 1, tzinfo=UTC))


def day(number: int, hour: float = 0) -> datetime:
    """Answer a time of March; days below 1 are those of February."""
    return datetime(2026, 3, 1, tzinfo=UTC) + (number - 1) * DAY + hour * HOUR


def world(*tickets: TicketRecord, **changes: Any) -> World:
    made: dict[str, Any] = {
        "matrix": MATRIX,
        "window": Period(since=MARCH.before.since, until=MARCH.until),
        "now": day(32, 8),
        "audience": Audience.PRIVATE,
        "services": {"portal": words("포털"), "api": words("API")},
        "owners": {"portal": "it", "api": "it"},
        "teams": {IT: "it", BUSINESS: "business"},
        "bots": frozenset({BOT}),
        "closing": frozenset({CLOSED}),
        "tickets": tickets,
    }
    return World(**{**made, **changes})


def place(**changes: str) -> Place:
    made = {"process": "incident", "stage": "none", "row": "incident", "team": "it"}
    return Place(**{**made, "service": "portal", **changes})


def ticket(number: int = 1, created: datetime | None = None, **changes: Any) -> TicketRecord:
    """A ticket of the portal, an incident that IT has; `place` may be given as a mapping."""
    where = changes.pop("place", {})
    made: dict[str, Any] = {
        "number": number,
        "title": f"일감 {number}",
        "url": f"http://redmine.test/issues/{number}",
        "place": where if isinstance(where, Place) else place(**where),
        "domain": "application",
        "accountable": "incident",
        "project": "abc",
        "priority": "보통",
        "status": "신규",
        "created_at": created or day(2, 9),
        "author": REPORTER,
    }
    return TicketRecord(**{**made, **changes})


def history(created: datetime, *events: Event, author: int = REPORTER) -> History:
    return History(
        ticket=1, author=author, created_at=created, seen=day(32), status=OPEN, priority="2",
        tracker="1", events=events,
    )  # fmt: skip


def moved(at: datetime, new: str = "2", by: int = IT) -> Event:
    """Somebody changed the status."""
    return Event(deed=Deed.STATUS, at=at, by=by, journal=1, old=OPEN, new=new)


def noted(at: datetime, by: int = IT) -> Event:
    return Event(deed=Deed.NOTE, at=at, by=by, journal=1)


def lived(number: int, created: datetime, *events: Event, **changes: Any) -> TicketRecord:
    """A ticket with its history."""
    return ticket(number, created, history=history(created, *events), **changes)


def span(
    entered: datetime, left: datetime | None = None, *, team: str = "it", **changes: Any
) -> StageSpan:
    made = {"ticket": 1, "process": "change", "stage": "assess", "row": "change"}
    return StageSpan(**{**made, "team": team, "entered_at": entered, "left_at": left, **changes})


def clock(aim: Aim = Aim.RESOLUTION, **changes: Any) -> Standing:
    made = {"aim": aim, "level": Level.KEPT, "allowed": 8 * HOUR, "spent": 2 * HOUR}
    return Standing(**{**made, **changes})


def build(ended: datetime, result: str = "success", **changes: Any) -> BuildRecord:
    """A build of the portal that took ten minutes."""
    made: dict[str, Any] = {
        "place": place(process="application", row="change"),
        "source": "jenkins",
        "job": "abc/build/portal",
        "branch": "main",
        "sha": "a1",
        "result": result,
        "started_at": ended - timedelta(minutes=10),
        "ended_at": ended,
    }
    return BuildRecord(**{**made, **changes})


def deployment(at: datetime, *, ok: bool | None = True, **changes: Any) -> DeploymentRecord:
    """A deployment of the portal to production."""
    made: dict[str, Any] = {
        "key": f"jenkins:abc/deploy/portal#{at:%d%H}",
        "name": f"abc/deploy/portal #{at:%d%H}",
        "url": "http://jenkins.test/1",
        "place": place(process="change", row="change"),
        "source": "jenkins",
        "repository": "abc/portal",
        "environment": "production",
        "production": True,
        "at": at,
        "ok": ok,
    }
    return DeploymentRecord(**{**made, **changes})


def pull(opened: datetime, merged: datetime, number: int = 7, **changes: Any) -> PullRecord:
    made: dict[str, Any] = {
        "key": f"github:abc/portal/pull/{number}",
        "url": f"http://github.test/abc/portal/pull/{number}",
        "place": place(process="application", row="change"),
        "repository": "abc/portal",
        "number": number,
        "opened_at": opened,
        "merged_at": merged,
    }
    return PullRecord(**{**made, **changes})


def alert(opened: datetime, closed: datetime | None = None, severity: str = "high") -> AlertRecord:
    return AlertRecord(
        place=place(process="security"), kind="dependabot", severity=severity,
        repository="abc/portal", opened_at=opened, closed_at=closed,
    )  # fmt: skip


def episode(began: datetime, ended: datetime | None = None, **changes: Any) -> EpisodeRecord:
    made = {"signal": "builds", "line": "ci:abc/build/portal@main", "place": place()}
    return EpisodeRecord(**{**made, "began": began, "ended": ended, **changes})
