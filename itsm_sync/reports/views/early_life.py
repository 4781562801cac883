"""The early-life review, told."""

from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Chart,
    Figure,
    Figures,
    Grade,
    Kind,
    Point,
    Points,
    Shape,
    Unit,
    Value,
    Verdict,
)
from itsm_sync.reports.measures.early_life import (
    Advice,
    Line,
    Proposal,
    Ready,
    Test,
    Week,
    areas,
    proposals,
    readiness,
    trend,
)
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, nothing, table
from itsm_sync.reports.views.measure import (
    BUILDS,
    DEPLOYMENTS,
    PULLS,
    RUNS,
    STAGES,
    TICKETS,
    Measure,
    Options,
)
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_READY = {
    Ready.MET: (Message("is met"), Grade.GOOD),
    Ready.NOT_MET: (Message("is not met"), Grade.BAD),
    Ready.UNKNOWN: (Message("no data"), Grade.UNKNOWN),
}
_TESTS = {
    Test.INCIDENTS: Message("No incident is open"),
    Test.QUIET: Message("No incident was opened in the last 14 days"),
    Test.LEVELS: Message("Service levels are kept"),
    Test.BACKLOG: Message("No more tickets are open than at the start"),
    Test.FAILURES: Message("Few deployments to production fail"),
    Test.BUILDS: Message("Builds succeed"),
    Test.CHANGES: Message("No change went without an approval"),
    Test.DOCUMENTS: Message("Documents are handed over and none is overdue"),
    Test.TRAINING: Message("Training was given and none is overdue"),
    Test.ROWS: Message("Each role of the matrix shows some work"),
}
_VALUES = {
    Test.INCIDENTS: Message("open incidents: {n}"),
    Test.QUIET: Message("incidents opened: {n}"),
    Test.LEVELS: Message("kept: {n}"),
    Test.BACKLOG: Message("open tickets: {n}"),
    Test.FAILURES: Message("failure rate: {n}"),
    Test.BUILDS: Message("success rate: {n}"),
    Test.CHANGES: Message("changes without an approval: {n}"),
    Test.DOCUMENTS: Message("overdue documents: {n}"),
    Test.TRAINING: Message("overdue trainings: {n}"),
    Test.ROWS: Message("roles without evidence: {n}"),
}
_NONE, _NO_ROLE = Message("none (0)"), Message("no role (0)")
_SHARES = (Test.LEVELS, Test.FAILURES, Test.BUILDS)
_AT_LEAST = (Test.LEVELS, Test.BUILDS)
_ADVICE = {
    Advice.STAFF: Message(
        "The backlog grew to {n}: look at which process grew, and put more people there or promise"
        " less."
    ),
    Advice.LEVELS: Message(
        "Only {share}% of the clocks were kept: go through the breaches by team and mend the most"
        " frequent cause."
    ),
    Advice.PROBLEM: Message(
        "{what} came back {n} times: open a problem for it and look for the cause."
    ),
    Advice.PURSUE: Message(
        "{what} came back {n} times: go on with problem #{ticket}, which is open for it."
    ),
    Advice.TESTS: Message(
        "{share}% of the deployments to production failed: test more before, and deploy less at"
        " once."
    ),
    Advice.APPROVALS: Message(
        "{n} changes went without an approval: tell the teams the way of a change once more."
    ),
    Advice.HANDOVERS: Message(
        "{n} tickets went back to the team they came from: mend the rules or the matrix for them."
    ),
    Advice.DOCUMENTS: Message("{n} documents or trainings are overdue: set new dates and do them."),
    Advice.ROWS: Message(
        "{n} roles of the matrix showed no work: make sure that somebody is there for each."
    ),
    Advice.READY: Message(
        "None of the {n} lines of the list is unmet: the early life may be declared over."
    ),
}


def _readiness(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    lines = readiness(world, period, voice.zone)
    figures = Figures(
        figures=tuple(
            Figure(
                label=voice.say(told),
                value=sum(one.ready is ready for one in lines),
                note=voice.say(Message("of {n} lines", {"n": len(lines)})),
            )
            for ready, (told, _) in _READY.items()
        )
    )
    columns = (
        voice.column(Message("criterion")),
        voice.column(Message("verdict")),
        voice.column(Message("value"), Kind.NUMBER),
        voice.column(Message("wanted")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            voice.say(_TESTS[one.test]),
            _verdict(one.ready, voice),
            _value(one, voice),
            _wanted(one, voice),
        )
        for one in lines
    ]
    title = Message("Readiness list")
    return (figures, *table("readiness", title, columns, rows, voice=voice, options=options))


def _verdict(ready: Ready, voice: Voice) -> Verdict:
    word, grade = _READY[ready]
    return Verdict(voice.say(word), grade)


def _value(one: Line, voice: Voice) -> str | None:
    if one.value is None:
        return None
    return voice.say(Message(_VALUES[one.test].text, {"n": _number(one.test, one.value, voice)}))


def _number(test: Test, value: float, voice: Voice) -> str:
    return f"{voice.percent(value)}%" if test in _SHARES else f"{value:,.0f}"


def _wanted(one: Line, voice: Voice) -> str:
    limit = _number(one.test, one.limit, voice)
    if one.test is Test.BACKLOG:
        return voice.say(Message("at most the {n} of the start", {"n": limit}))
    if one.limit == 0:
        return voice.say(_NO_ROLE if one.test is Test.ROWS else _NONE)
    least, most = Message("at least {n}", {"n": limit}), Message("at most {n}", {"n": limit})
    return voice.say(least if one.test in _AT_LEAST else most)


def _trend(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    weeks = trend(world, period, voice.zone)
    rows: list[tuple[Value, ...]] = [
        (
            week.part.since.astimezone(voice.zone).date(),
            week.incidents,
            week.opened,
            week.closed,
            week.backlog,
            week.build_share,
        )
        for week in weeks
    ]
    columns = (
        voice.column(Message("days from"), Kind.DATE),
        *voice.numbers(
            Message("incidents"),
            Message("newly opened"),
            Message("closed"),
            Message("open at the end"),
        ),
        *voice.shares(Message("builds that succeeded")),
    )
    title = Message("Trend since the go-live")
    worst = max((week.incidents for week in weeks), default=0)
    params = {"n": sum(week.incidents for week in weeks), "most": worst}
    said = Message("{n} incidents were opened, at most {most} in one of the weeks.", params)
    chart = Chart(
        name="incidents",
        title=voice.say(Message("Incidents since the go-live")),
        shape=Shape.BARS,
        points=tuple(
            Point(x=week.part.since.astimezone(voice.zone).date(), y=week.incidents)
            for week in weeks
        ),
        unit=Unit.TICKETS,
        said=voice.say(said),
    )
    shown = (chart,) if len(weeks) > 1 and any(week.incidents for week in weeks) else ()
    long = Options(rows=max(options.rows, len(rows)))
    found = table("trend", title, columns, rows, voice=voice, options=long)
    return (*shown, *found, *_short(weeks, voice))


def _short(weeks: tuple[Week, ...], voice: Voice) -> tuple[Block, ...]:
    """Answer that the last week is none, where the others are."""
    lengths = [len(tuple(week.part.parts(voice.zone, most=7))) for week in weeks]
    if len(lengths) < 2 or lengths[-1] >= lengths[0]:
        return ()
    params = {"n": lengths[-1]}
    return nothing(voice, Message("The last row is no whole week: {n} of 7 days.", params))


def _areas(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (voice.service(one.service), voice.process(one.process), one.tickets, one.open_time)
        for one in areas(world, period)
    ]
    columns = (
        voice.column(HEADS["service"]),
        voice.column(HEADS["process"]),
        *voice.numbers(Message("tickets")),
        *voice.durations(Message("time open together")),
    )
    title = Message("Main problem areas")
    found = table("areas", title, columns, rows, voice=voice, options=options)
    return found or nothing(voice, Message("No incident and no problem was open in this period."))


def _proposals(world: World, period: Period, voice: Voice, _options: Options) -> tuple[Block, ...]:
    found = proposals(world, period, voice.zone)
    if not found:
        return nothing(voice, Message("No rule of thumb has a proposal; look at what is unmet."))
    told = Message("Rules of thumb, from the numbers of this report alone:")
    return (*nothing(voice, told), Points(points=tuple(_proposal(one, voice) for one in found)))


def _proposal(one: Proposal, voice: Voice) -> str:
    params = {
        "n": f"{one.number:,.0f}",
        "share": voice.percent(one.number),
        "what": one.what,
        "ticket": one.ticket,
    }
    return voice.say(Message(_ADVICE[one.advice].text, params))


_NEEDS = (TICKETS, STAGES, BUILDS, RUNS, DEPLOYMENTS, PULLS)
MEASURES = (
    Measure(
        name="readiness",
        title=Message("Readiness"),
        needs=_NEEDS,
        make=_readiness,
        histories=True,
    ),
    Measure(
        name="early_life_trend",
        title=Message("Trend since the go-live"),
        needs=(TICKETS, BUILDS, RUNS),
        make=_trend,
        histories=True,
    ),
    Measure(
        name="problem_areas",
        title=Message("Main problem areas"),
        needs=(TICKETS,),
        make=_areas,
        histories=True,
    ),
    Measure(
        name="proposals",
        title=Message("Proposals"),
        needs=_NEEDS,
        make=_proposals,
        histories=True,
    ),
)
