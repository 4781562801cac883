"""Hand-overs and stages, told."""

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figure, Figures, Kind, Unit, Value
from itsm_sync.reports.measures.handovers import hand_overs, stays
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, nothing, table
from itsm_sync.reports.views.measure import STAGES, TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World


def _hand_overs(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = hand_overs(world, period), hand_overs(world, period.before)
    if not now.every and not before.every:
        return nothing(voice, Message("No ticket changed its team in this period."))
    figures = Figures(
        figures=(
            Figure(
                label=voice.say(Message("hand-overs")),
                value=len(now.every),
                unit=Unit.TIMES,
                before=len(before.every),
                better="down",
            ),
            Figure(
                label=voice.say(Message("given back to the team before")),
                value=now.back,
                unit=Unit.TIMES,
                before=before.back,
                better="down",
            ),
        )
    )
    pairs = table(
        "hand_overs",
        Message("Hand-overs between teams"),
        (
            voice.column(Message("from")),
            voice.column(Message("to")),
            *voice.numbers(Message("hand-overs")),
        ),
        [
            (voice.team(giver), voice.team(taker), number)
            for (giver, taker), number in now.pairs.most_common()
        ],
        voice=voice,
        options=options,
    )
    tickets = {one.number: one for one in world.entire.tickets}
    often = table(
        "handed_over_often",
        Message("Tickets handed over three times or more"),
        (voice.column(Message("ticket"), Kind.LINK), *voice.numbers(Message("hand-overs"))),
        [(voice.ticket(tickets[number]), n) for number, n in now.often],
        voice=voice,
        options=options,
    )
    return (figures, *pairs, *often)


def _stages(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = stays(world, period)
    order = {name: n for n, name in enumerate(voice.in_order({p for p, _ in found}))}
    stages = {name: n for n, name in enumerate(voice.in_order({s for _, s in found}))}
    rows: list[tuple[Value, ...]] = [
        (
            voice.process(process),
            voice.stage(stage),
            one.tickets,
            one.spent,
            one.ended.number,
            one.ended.median,
            one.ended.p90,
        )
        for (process, stage), one in sorted(
            found.items(), key=lambda pair: (order[pair[0][0]], stages[pair[0][1]])
        )
    ]
    columns = (
        voice.column(HEADS["process"]),
        voice.column(HEADS["stage"]),
        *voice.numbers(Message("tickets")),
        *voice.durations(Message("time spent in the period")),
        *voice.numbers(Message("stays that ended")),
        *voice.durations(Message("median"), Message("90th percentile")),
    )
    title = Message("Time in each stage")
    return table("stages", title, columns, rows, voice=voice, options=options) or nothing(
        voice, Message("No ticket was in any stage in this period.")
    )


MEASURES = (
    Measure(
        name="hand_overs",
        title=Message("Hand-overs"),
        needs=(TICKETS, STAGES),
        make=_hand_overs,
        noted=True,
    ),
    Measure(
        name="stage_times",
        title=Message("Time in each stage"),
        needs=(TICKETS, STAGES),
        make=_stages,
        noted=True,
    ),
)
