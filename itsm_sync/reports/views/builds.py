"""Builds, told."""

from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Chart,
    Column,
    Figure,
    Figures,
    Point,
    Shape,
    Unit,
    Value,
)
from itsm_sync.reports.measures.builds import Builds, builds, builds_by, course, flaky
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, by_name, nothing, summed, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import BUILDS, RUNS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_SHARE = Message("succeeded")
_MEDIAN, _P90 = Message("median duration"), Message("90th percentile")


def _builds(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = builds(world, period), builds(world, period.before)
    if not now.number and not before.number:
        return nothing(voice, Message("Nothing was built in this period."))
    odd = flaky(world, period)
    sample = Sample(now=now.number, before=before.number)
    figures = (
        Figure(
            label=voice.say(Message("builds")),
            value=now.number,
            unit=Unit.BUILDS,
            before=before.number,
        ),
        sample.compared(
            Figure(
                label=voice.say(_SHARE),
                value=now.success_share,
                unit=Unit.SHARE,
                before=before.success_share,
                better="up",
            ),
            voice,
        ),
        sample.compared(
            Figure(
                label=voice.say(_MEDIAN),
                value=now.durations.median,
                before=before.durations.median,
                better="down",
            ),
            voice,
        ),
        Figure(
            label=voice.say(Message("flaky jobs")),
            value=len(odd),
            unit=Unit.JOBS,
            before=len(flaky(world, period.before)),
            better="down",
        ),
    )
    service = _services(world, period, voice, options)
    return (
        Figures(figures=figures),
        *_chart(world, period, voice),
        *service,
        *_worst(world, period, voice, options),
        *_flaky(world, period, voice, options),
    )


def _chart(world: World, period: Period, voice: Voice) -> tuple[Chart, ...]:
    days = [(day, one) for day, one in course(world, period, voice.zone) if one.number]
    shares = [one.success_share or 0.0 for _, one in days]
    if len(days) < 2 or min(shares) == max(shares):
        return ()
    said = Message(
        "Between {least}% and {most}% of the builds succeeded.",
        {"least": voice.percent(min(shares)), "most": voice.percent(max(shares))},
    )
    return (
        Chart(
            name="build_success",
            title=voice.say(Message("Share of builds that succeeded")),
            shape=Shape.LINE,
            points=tuple(
                Point(x=day, y=share) for (day, _), share in zip(days, shares, strict=True)
            ),
            unit=Unit.SHARE,
            said=voice.say(said),
        ),
    )


def _services(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = builds_by(world, period, "service")
    columns = (voice.column(HEADS["service"]), *_columns(voice))
    rows = by_name(found, voice, voice.service, _cells)
    total = summed(voice, _cells(builds(world, period)))
    title = Message("Builds by service")
    note = Message(
        "Unstable is neither failed nor succeeded. Aborted and skipped builds are not counted."
    )
    return table(
        "builds_by_service",
        title,
        columns,
        rows,
        voice=voice,
        options=options,
        total=total,
        note=note,
    )


def _worst(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = builds_by(world, period, "job")
    failing = sorted((n for n in found if found[n].failed), key=lambda n: (-found[n].failed, n))
    columns = (voice.column(Message("job")), *_columns(voice))
    rows: list[tuple[Value, ...]] = [(name, *_cells(found[name])) for name in failing]
    title = Message("Jobs that failed most")
    return table("failing_jobs", title, columns, rows, voice=voice, options=options)


def _flaky(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (one.job, one.flaky, one.repeated, one.share) for one in flaky(world, period)
    ]
    columns = (
        voice.column(Message("job")),
        *voice.numbers(Message("commits with both results"), Message("commits built again")),
        *voice.shares(Message("share")),
    )
    title = Message("Flaky jobs")
    note = Message("On the same commit it failed and succeeded.")
    return table("flaky_jobs", title, columns, rows, voice=voice, options=options, note=note)


def _columns(voice: Voice) -> tuple[Column, ...]:
    return (
        *voice.numbers(Message("builds"), Message("failed"), Message("unstable")),
        *voice.shares(_SHARE),
        *voice.durations(_MEDIAN, _P90),
    )


def _cells(one: Builds) -> tuple[Value, ...]:
    return (
        one.number,
        one.failed,
        one.unstable,
        one.success_share,
        one.durations.median,
        one.durations.p90,
    )


MEASURES = (
    Measure(
        name="builds",
        title=Message("Builds"),
        needs=(BUILDS, RUNS),
        make=_builds,
    ),
)
