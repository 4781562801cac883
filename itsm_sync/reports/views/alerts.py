"""Security alerts, told: numbers only."""

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
from itsm_sync.reports.measures.alerts import SEVERITIES, Alerts, alerts, alerts_by
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import nothing, summed, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import ALERTS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_SEVERITIES = {
    "critical": Message("critical"),
    "high": Message("high"),
    "medium": Message("medium"),
    "low": Message("low"),
    "": Message("(not told)"),
}
_AGES = (
    Message("under 7 days"),
    Message("7 to 30 days"),
    Message("30 to 90 days"),
    Message("90 days and older"),
)
_OPEN = Message("open at the end")
_BY = {
    "kind": (Message("kind"), Message("Security alerts by kind")),
    "repository": (Message("repository"), Message("Security alerts by repository")),
}
_KINDS = {
    "dependabot": "Dependabot",
    "code-scanning": "Code scanning",
    "secret-scanning": "Secret scanning",
}


def _alerts(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = alerts(world, period), alerts(world, period.before)
    if not (now.at_end or now.opened or now.closed):
        return nothing(voice, Message("No security alert was open in this period."))
    figures = (
        Figure(
            label=voice.say(_OPEN),
            value=now.at_end,
            unit=Unit.ALERTS,
            before=before.at_end,
            better="down",
        ),
        Figure(
            label=voice.say(Message("closed")),
            value=now.closed,
            unit=Unit.ALERTS,
            before=before.closed,
            better="up",
        ),
        Sample(now=now.at_end, before=before.at_end).compared(
            Figure(
                label=voice.say(Message("median age")),
                value=now.median_age,
                before=before.median_age,
                better="down",
            ),
            voice,
        ),
    )
    return (
        Figures(figures=figures),
        *_chart(world, period, voice),
        *_severities(world, period, voice, options),
        *_others("kind", world, period, voice, options),
        *_others("repository", world, period, voice, options),
    )


def _chart(world: World, period: Period, voice: Voice) -> tuple[Chart, ...]:
    found, whole = alerts_by(world, period, "severity"), alerts(world, period)
    if not whole.at_end:
        return ()
    points = [
        Point(x=voice.say(_said(name)), y=number, series=voice.say(age))
        for name in _ordered(found)
        for age, number in zip(_AGES, found[name].ages, strict=True)
        if found[name].at_end
    ]
    params = {"n": whole.at_end, "old": whole.ages[-1]}
    said = Message("{n} alerts are open, {old} of them for 90 days or longer.", params)
    return (
        Chart(
            name="alerts",
            title=voice.say(Message("Open security alerts by severity and age")),
            shape=Shape.STACK,
            points=tuple(points),
            unit=Unit.ALERTS,
            said=voice.say(said),
        ),
    )


def _severities(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = alerts_by(world, period, "severity")
    columns = (voice.column(Message("severity")), *_columns(voice))
    rows: list[tuple[Value, ...]] = [
        (voice.say(_said(name)), *_cells(found[name])) for name in _ordered(found)
    ]
    total = summed(voice, _cells(alerts(world, period)))
    title = Message("Security alerts by severity and age")
    return table(
        "alerts_by_severity", title, columns, rows, voice=voice, options=options, total=total
    )


def _others(
    by: str, world: World, period: Period, voice: Voice, options: Options
) -> tuple[Block, ...]:
    found = alerts_by(world, period, by)
    order = sorted(found, key=lambda name: (-found[name].at_end, name))
    rows: list[tuple[Value, ...]] = [(_KINDS.get(n, n), *_cells(found[n])) for n in order]
    head, title = _BY[by]
    columns = (voice.column(head), *_columns(voice))
    return table(f"alerts_by_{by}", title, columns, rows, voice=voice, options=options)


def _said(severity: str) -> Message:
    return _SEVERITIES.get(severity, Message(severity))


def _ordered(found: dict[str, Alerts]) -> list[str]:
    order = {name: number for number, name in enumerate(SEVERITIES)}
    return sorted(found, key=lambda name: (order.get(name, len(order)), name))


def _columns(voice: Voice) -> tuple[Column, ...]:
    return (
        *voice.numbers(Message("newly opened"), Message("closed"), _OPEN, *_AGES),
        *voice.durations(Message("median age"), Message("time to close, median")),
    )


def _cells(one: Alerts) -> tuple[Value, ...]:
    counts = (one.opened, one.closed, one.at_end, *one.ages)
    return (*counts, one.median_age, one.to_close.median)


MEASURES = (
    Measure(
        name="security_alerts",
        title=Message("Security alerts"),
        needs=(ALERTS,),
        make=_alerts,
        private=True,
    ),
)
