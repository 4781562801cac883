"""How good our own routings are, told."""

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figure, Figures, Unit, Value
from itsm_sync.reports.overruled import overruled, within
from itsm_sync.reports.periods import Period
from itsm_sync.reports.quality import Quality, Share, quality
from itsm_sync.reports.views.blocks import HEADS, by_name, nothing, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import STAGES, TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_CHANGED = Message("changed by people")


def _quality(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = _of(world, period), _of(world, period.before)
    if now.whole.share is None:
        return nothing(voice, Message("No ticket was written by a rule in this period."))
    kept = now.whole.routed - now.whole.changed
    sample = Sample(now=now.whole.routed, before=before.whole.routed)
    figure = Figure(
        label=voice.say(Message("routings that people left as they were")),
        value=1 - now.whole.share,
        unit=Unit.SHARE,
        before=None if before.whole.share is None else 1 - before.whole.share,
        better="up",
        note=voice.say(Message("{kept} of {all}", {"kept": kept, "all": now.whole.routed})),
    )
    return (
        Figures(figures=(sample.compared(figure, voice),)),
        *_teams(now, voice, options),
        *_rules(now, voice, options),
        *_overruled(world, period, voice, options),
    )


def _of(world: World, period: Period) -> Quality:
    mine = (one for one in world.routed if period.holds(one.at))
    return quality(mine, world.overrides, period.until)


def _teams(now: Quality, voice: Voice, options: Options) -> tuple[Block, ...]:
    columns = (voice.column(HEADS["team"]), *voice.numbers(Message("tickets"), _CHANGED),
               *voice.shares(Message("share")))  # fmt: skip
    rows = by_name(now.teams, voice, voice.team, _cells)
    title = Message("Routings that people changed by team")
    return table("changed_by_team", title, columns, rows, voice=voice, options=options)


def _rules(now: Quality, voice: Voice, options: Options) -> tuple[Block, ...]:
    changed = {name: one for name, one in now.rules.items() if one.changed}
    worst = sorted(changed, key=lambda name: (-changed[name].changed, name))
    columns = (voice.column(Message("rule")), *voice.numbers(Message("tickets"), _CHANGED),
               *voice.shares(Message("share")))  # fmt: skip
    rows: list[tuple[Value, ...]] = [(name, *_cells(changed[name])) for name in worst]
    title = Message("Rules that people overruled")
    return table("changed_by_rule", title, columns, rows, voice=voice, options=options)


def _cells(one: Share) -> tuple[Value, ...]:
    return (one.routed, one.changed, one.share)


def _overruled(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    mine = within(world.overrides, period.since, period.until)
    rows: list[tuple[Value, ...]] = [
        (one.rule or voice.nobody, one.chosen or None, one.preferred or None, len(one.tickets))
        for one in overruled(mine, world.routed, {})
    ]
    columns = (
        voice.column(Message("rule")),
        voice.column(Message("the rule chose")),
        voice.column(Message("people preferred")),
        *voice.numbers(Message("tickets")),
    )
    title = Message("What people decided otherwise in the period")
    return table("overruled", title, columns, rows, voice=voice, options=options)


MEASURES = (
    Measure(
        name="routing_accuracy",
        title=Message("How good the routings are"),
        needs=(TICKETS, STAGES),
        make=_quality,
        noted=True,
    ),
)
