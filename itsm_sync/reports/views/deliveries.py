"""The DORA measures, told with what they were counted from."""

from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Chart,
    Figure,
    Figures,
    Kind,
    Link,
    Point,
    Shape,
    Unit,
    Value,
)
from itsm_sync.reports.measures.deliveries import Counted, Dora, counted, dora, dora_by, reliability
from itsm_sync.reports.measures.shares import Times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, by_name, namer, nothing, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import (
    BUILDS,
    DEPLOYMENTS,
    PULLS,
    TICKETS,
    Measure,
    Options,
)
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_FREQUENCY = Message("deployments a week")
_LEAD = Message("lead time for changes, median")
_MERGED = Message("from merge to production, median")
_FAILED = Message("change failure rate")
_RESTORE = Message("time to restore, median")
_HOMELESS = Message(
    "–: the service has no Redmine project or category of its own, so it can't be told whether an"
    " incident that people opened is the service's."
)


def _dora(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = counted(world, period)
    now, before = dora(found, period), dora(counted(world, period.before), period.before)
    tables = [
        one
        for by, title in (
            ("team", Message("DORA measures by team")),
            ("service", Message("DORA measures by service")),
        )
        for one in table(
            f"dora_by_{by}",
            title,
            (
                voice.column(HEADS[by]),
                *voice.numbers(Message("deployments"), Message("succeeded")),
                voice.column(_FREQUENCY, Kind.NUMBER, Unit.PER_WEEK),
                *voice.durations(_LEAD, _MERGED),
                *voice.shares(_FAILED),
                *voice.durations(_RESTORE),
            ),
            by_name(dora_by(found, period, by), voice, namer(by, voice), _cells),
            voice=voice,
            options=options,
        )
    ]
    return (_figures(now, before, voice), *tables)


def _figures(now: Dora, before: Dora, voice: Voice) -> Figures:
    good = Message("{n} deployments", {"n": now.deployments})
    failed = Message("{n} of {all} deployments", {"n": now.failed, "all": now.tried})
    changes = Message("{n} changes", {"n": now.lead.number})
    incidents = Message("{n} incidents closed in the period", {"n": now.restore.number})
    often = Figure(
        label=voice.say(_FREQUENCY),
        value=now.per_week,
        before=before.per_week,
        unit=Unit.PER_WEEK,
        better="up",
        note=voice.say(good),
    )
    lead, restore = (now.lead, before.lead), (now.restore, before.restore)
    tried = Sample(now=now.tried, before=before.tried)
    shares = now.failure_share, before.failure_share
    parts: tuple[tuple[Message, tuple[Value, Value], Unit, Message, Sample], ...] = (
        (_LEAD, _medians(*lead), Unit.NONE, changes, _sample(*lead)),
        (_FAILED, shares, Unit.SHARE, failed, tried),
        (_RESTORE, _medians(*restore), Unit.NONE, incidents, _sample(*restore)),
    )
    sampled = (
        sample.compared(
            Figure(
                label=voice.say(label),
                value=value,
                before=earlier,
                unit=unit,
                better="down",
                note=voice.say(of),
            ),
            voice,
        )
        for label, (value, earlier), unit, of, sample in parts
    )
    return Figures(figures=(often, *sampled))


def _medians(now: Times, before: Times) -> tuple[Value, Value]:
    return now.median, before.median


def _sample(now: Times, before: Times) -> Sample:
    return Sample(now=now.number, before=before.number)


def _cells(one: Dora) -> tuple[Value, ...]:
    times = (one.lead.median, one.merged.median)
    counts = (one.tried, one.deployments, one.per_week)
    return (*counts, *times, one.failure_share, one.restore.median)


def _deployments(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = counted(world, period)
    made = (
        *_deployed(found, world, voice, options),
        *_restored(found, voice, options),
        *_led(found, voice, options),
    )
    return made or nothing(voice, Message("Nothing was deployed to production in this period."))


def _deployed(found: Counted, world: World, voice: Voice, options: Options) -> tuple[Block, ...]:
    tickets = {one.number: one for one in world.tickets}
    good, bad = Message("succeeded"), Message("failed")
    rows: list[tuple[Value, ...]] = [
        (
            Link(one.deployment.name, one.deployment.url),
            voice.service(one.deployment.place.service),
            one.deployment.environment,
            one.deployment.at,
            voice.say(bad if one.deployment.ok is False else good),
            voice.ticket(tickets[one.incident]) if one.incident in tickets else None,
        )
        for one in reversed(found.deliveries)
    ]
    columns = (
        voice.column(Message("deployment"), Kind.LINK),
        voice.column(HEADS["service"]),
        voice.column(Message("environment")),
        voice.column(Message("at"), Kind.TIME),
        voice.column(Message("result")),
        voice.column(Message("incident after it"), Kind.LINK),
    )
    title = Message("Deployments to production")
    note = Message(
        "One that an incident followed counts among the failed ones in the change failure rate,"
        " however it ended."
    )
    return table("deployments", title, columns, rows, voice=voice, options=options, note=note)


def _restored(found: Counted, voice: Voice, options: Options) -> tuple[Block, ...]:
    longest = sorted(found.restored, key=lambda one: (-one.took, one.ticket.number))
    rows: list[tuple[Value, ...]] = [
        (
            voice.ticket(one.ticket),
            voice.service(one.ticket.service),
            voice.team(one.ticket.team),
            one.ticket.created_at,
            one.at,
            one.took,
        )
        for one in longest
    ]
    columns = (
        voice.column(Message("incident"), Kind.LINK),
        voice.column(HEADS["service"]),
        voice.column(HEADS["team"]),
        voice.column(Message("newly opened"), Kind.TIME),
        voice.column(Message("closed"), Kind.TIME),
        *voice.durations(Message("time to restore")),
    )
    title = Message("Incidents that were restored")
    return table("restored", title, columns, rows, voice=voice, options=options)


def _led(found: Counted, voice: Voice, options: Options) -> tuple[Block, ...]:
    longest = sorted(found.leads, key=lambda one: (-one.whole, one.pull.key))
    rows: list[tuple[Value, ...]] = [
        (
            Link(f"{one.pull.repository} PR {one.pull.number}", one.pull.url),
            Link(one.deployment.name, one.deployment.url),
            one.pull.merged_at,
            one.whole,
            one.merged,
        )
        for one in longest
    ]
    columns = (
        voice.column(Message("pull request"), Kind.LINK),
        voice.column(Message("deployment"), Kind.LINK),
        voice.column(Message("merged at"), Kind.TIME),
        *voice.durations(Message("lead time"), Message("from merge to production")),
    )
    title = Message("Changes that reached production")
    return table("leads", title, columns, rows, voice=voice, options=options)


def _reliability(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found, before = reliability(world, period), reliability(world, period.before)
    if not found:
        return nothing(voice, Message("No service is known."))
    known = {name: one for name, one in found.items() if one is not None}
    order = [*sorted(known, key=lambda name: (known[name], name)), *sorted({*found} - {*known})]
    rows: list[tuple[Value, ...]] = [
        (voice.service(name), voice.team(world.owners.get(name, "")), found[name], before.get(name))
        for name in order
    ]
    columns = (
        voice.column(HEADS["service"]),
        voice.column(HEADS["team"]),
        *voice.shares(Message("time without an incident"), Message("the period before")),
    )
    title = Message("Time without an open incident by service")
    made = table(
        "reliability",
        title,
        columns,
        rows,
        voice=voice,
        options=options,
        note=_HOMELESS if len(known) < len(found) else None,
    )
    if len(known) < 2 or min(known.values()) == 1:  # a chart compares
        return made
    least = min(known.values())
    worst = ", ".join(voice.service(name) for name in order if known.get(name) == least)
    params = {"service": worst, "share": voice.percent(least)}
    said = Message("The least is that of {service}: {share}%.", params)
    chart = Chart(
        name="time_without_incident",
        title=voice.say(title),
        shape=Shape.ROWS,
        points=tuple(Point(x=voice.service(name), y=known[name]) for name in order[: len(known)]),
        unit=Unit.SHARE,
        said=voice.say(said),
    )
    return (chart, *made)


MEASURES = (
    Measure(
        name="dora",
        title=Message("DORA measures"),
        needs=(BUILDS, DEPLOYMENTS, PULLS, TICKETS),
        make=_dora,
        histories=True,
    ),
    Measure(
        name="deployments",
        title=Message("What the DORA measures are counted from"),
        needs=(BUILDS, DEPLOYMENTS, PULLS, TICKETS),
        make=_deployments,
        histories=True,
    ),
    Measure(
        name="reliability",
        title=Message("Reliability"),
        needs=(TICKETS,),
        make=_reliability,
        histories=True,
    ),
)
