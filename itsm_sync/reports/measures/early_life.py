"""The early-life review: is the service ready to be left to itself, and what is to be done. Pure.

Everything follows from numbers of the other measures; each limit stands here by its name.
"""

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from enum import StrEnum

from itsm_sync.reports.measures.builds import builds
from itsm_sync.reports.measures.changes import changes
from itsm_sync.reports.measures.deliveries import counted, dora, incidents
from itsm_sync.reports.measures.flow import flow
from itsm_sync.reports.measures.handovers import hand_overs
from itsm_sync.reports.measures.keeping import keeping, without_evidence
from itsm_sync.reports.measures.knowledge import knowledge
from itsm_sync.reports.measures.levels import attained, decided
from itsm_sync.reports.measures.lives import open_at, spells
from itsm_sync.reports.measures.recurring import Recurring, recurring
from itsm_sync.reports.measures.shares import grouped
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World

# Limits of the readiness list, and of the proposals that follow from it.
KEPT_SHARE = 0.9  # of service levels' clocks
FAILED_SHARE = 0.15  # of deployments to production
BUILD_SHARE = 0.9  # of builds
QUIET = timedelta(days=14)  # no incident opened for that long before the end
_TRAINING = ("technical-training", "business-training", "continuous-education")


class Ready(StrEnum):
    """How a line of the readiness list stands."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


class Test(StrEnum):
    """The lines of the readiness list."""

    __test__ = False

    INCIDENTS = "incidents"  # none is open
    QUIET = "quiet"  # none was opened in the last two weeks
    LEVELS = "levels"  # the clocks of service levels are kept
    BACKLOG = "backlog"  # not larger at the end than at the start
    FAILURES = "failures"  # of deployments to production
    BUILDS = "builds"
    CHANGES = "changes"  # none without an approval
    DOCUMENTS = "documents"  # handed over, and nothing overdue
    TRAINING = "training"  # given, and nothing overdue
    ROWS = "rows"  # each responsibility of the matrix has shown some work


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the readiness list: `value` is what there is, `limit` what is allowed or wanted."""

    test: Test
    ready: Ready
    value: float | None
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week (or day, of a short period) after the go-live."""

    part: Period
    incidents: int
    opened: int
    closed: int
    backlog: int
    build_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where the trouble is: a service and a process, with its tickets of the period.

    `open_time` is how long they were open in it all together.
    """

    service: str
    process: str
    tickets: int
    open_time: timedelta


class Advice(StrEnum):
    """What the rules of thumb propose."""

    STAFF = "staff"  # the backlog grows: more people, or fewer promises
    LEVELS = "levels"  # too many clocks run out: look at those that do
    PROBLEM = "problem"  # the same trouble came back: make a problem of it
    PURSUE = "pursue"  # the same trouble came back, and there is a problem of it: go on with that
    TESTS = "tests"  # deployments fail: test more before, deploy less at once
    APPROVALS = "approvals"  # changes went without an approval: train the way
    HANDOVERS = "handovers"  # tickets go to and fro: mend the rules or the matrix
    DOCUMENTS = "documents"  # due documents or training: do them
    ROWS = "rows"  # responsibilities that showed no work: is somebody there?
    READY = "ready"  # nothing of all this: the early life is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposal and the number that it follows from; `what` names what it is about, or is "", and
    `ticket` is where it is dealt with, or 0.
    """

    advice: Advice
    number: float
    what: str = ""
    ticket: int = 0


def readiness(world: World, period: Period, zone: tzinfo) -> tuple[Line, ...]:
    """Answer the readiness list as of the period's end.

    Definition: each line has its limit above; one of which nothing is known is unknown, never met.
    Unit: numbers and shares. Source: the measures that it is made of.
    """
    flowed = flow(world, period)
    found = counted(world, period)
    clocks = attained(decided(world, period))
    gone = changes(world, period, found.deliveries)
    return (
        *_incidents(world, period),
        _least(Test.LEVELS, clocks.share, KEPT_SHARE),
        _most(Test.BACKLOG, flowed.at_end, flowed.at_start),
        _most(Test.FAILURES, dora(found, period).failure_share, FAILED_SHARE),
        _least(Test.BUILDS, builds(world, period).success_share, BUILD_SHARE),
        _most(Test.CHANGES, gone.without_approval if world.noted(period) else None, 0),
        *_taught(world, period, zone),
        _most(Test.ROWS, _idle(world, period), 0),
    )


def trend(world: World, period: Period, zone: tzinfo) -> tuple[Week, ...]:
    """Answer how things went week by week since the period's start. Source: as the measures'."""
    every = list(incidents(world))
    return tuple(
        Week(
            part=part,
            incidents=sum(part.holds(one.created_at) for one in every),
            opened=flowed.opened,
            closed=flowed.closed,
            backlog=flowed.at_end,
            build_share=builds(world, part).success_share,
        )
        for _, part in period.parts(zone, most=14)
        for flowed in (flow(world, part),)
    )


def areas(world: World, period: Period) -> tuple[Area, ...]:
    """Answer where the trouble is, the longest open first.

    Definition: incidents (`measures.deliveries`) and problems by service; how long they were open
    in the period, added up. Unit: tickets, times. Source: tickets and their histories.
    """
    mine = [*incidents(world), *(one for one in world.tickets if one.process == "problem")]
    found = []
    for (service, process), group in grouped(mine, lambda one: (one.service, one.process)).items():
        lengths = [_open_time(one, world, period) for one in group]
        number = sum(length > timedelta() for length in lengths)
        if number:
            total = sum(lengths, timedelta())
            found.append(Area(service=service, process=process, tickets=number, open_time=total))
    return tuple(sorted(found, key=lambda one: (-one.open_time, -one.tickets, one.service)))


def proposals(world: World, period: Period, zone: tzinfo) -> tuple[Proposal, ...]:
    """Answer what the rules of thumb propose, each with the number it follows from.

    Definition: one proposal for each line of the readiness list that is not met and has advice, one
    for the trouble that came back most often (three times or more), one where a tenth of the
    tickets or more went back to the team they came from. Source: the measures named.
    """
    lines = {one.test: one for one in readiness(world, period, zone)}
    found = [
        Proposal(advice=advice, number=lines[test].value or 0)
        for test, advice in _ADVICE
        if lines[test].ready is Ready.NOT_MET
    ]
    again = [one for one in recurring(world, period) if one.times >= 3]
    if again:
        found.append(_recurs(again[0]))
    given = hand_overs(world, period)
    touched = flow(world, period)
    most = (touched.at_start + touched.opened) / 10
    if given.back and given.back >= most:
        found.append(Proposal(advice=Advice.HANDOVERS, number=given.back))
    unmet = any(one.ready is Ready.NOT_MET for one in lines.values())
    return tuple(found) if found or unmet else (Proposal(advice=Advice.READY, number=len(lines)),)


def _recurs(most: Recurring) -> Proposal:
    advice = Advice.PURSUE if most.problems else Advice.PROBLEM
    ticket = next(iter(most.problems), 0)
    return Proposal(advice=advice, number=most.times, what=most.line, ticket=ticket)


_ADVICE = (
    (Test.BACKLOG, Advice.STAFF),
    (Test.LEVELS, Advice.LEVELS),
    (Test.FAILURES, Advice.TESTS),
    (Test.CHANGES, Advice.APPROVALS),
    (Test.DOCUMENTS, Advice.DOCUMENTS),
    (Test.TRAINING, Advice.DOCUMENTS),
    (Test.ROWS, Advice.ROWS),
)


def _incidents(world: World, period: Period) -> tuple[Line, Line]:
    every = list(incidents(world))
    still = sum(open_at(spells(one, world), period.until) for one in every)
    last = Period(since=max(period.since, period.until - QUIET), until=period.until)
    new = sum(last.holds(one.created_at) for one in every)
    return _most(Test.INCIDENTS, still, 0), _most(Test.QUIET, new, 0)


def _idle(world: World, period: Period) -> int | None:
    """Answer how many rows show no work; None where nobody noted which row had what."""
    return len(without_evidence(keeping(world, period))) if world.noted(period) else None


def _taught(world: World, period: Period, zone: tzinfo) -> tuple[Line, Line]:
    taught = {one.process: one for one in knowledge(world, period, zone)}
    late = len(taught["handover"].overdue)
    done = len(taught["handover"].done)
    lessons = [taught[name] for name in _TRAINING]
    given, due = sum(len(one.done) for one in lessons), sum(len(one.overdue) for one in lessons)
    return (
        _most(Test.DOCUMENTS, late if done or late else None, 0),
        _most(Test.TRAINING, due if given or due else None, 0),
    )


def _most(test: Test, value: float | None, limit: float) -> Line:
    ready = Ready.UNKNOWN if value is None else Ready.MET if value <= limit else Ready.NOT_MET
    return Line(test=test, ready=ready, value=value, limit=limit)


def _least(test: Test, value: float | None, limit: float) -> Line:
    ready = Ready.UNKNOWN if value is None else Ready.MET if value >= limit else Ready.NOT_MET
    return Line(test=test, ready=ready, value=value, limit=limit)


def _open_time(ticket: TicketRecord, world: World, period: Period) -> timedelta:
    mine = spells(ticket, world)
    return sum((period.within(one.since, one.until) for one in mine), timedelta())
