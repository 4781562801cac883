"""What comes back, told."""

from collections.abc import Iterator

from itsm_sync.model.signals import called
from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figure, Figures, Kind, Unit, Value
from itsm_sync.reports.measures.recurring import Problems, Recurring, problems, recurring
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, nothing, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import BUILDS, MACHINES, TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World


def _recurring(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = recurring(world, period), recurring(world, period.before)
    lately, earlier = problems(world, period), problems(world, period.before)
    figures = Figures(
        figures=(
            Figure(
                label=voice.say(Message("troubles that came back")),
                value=len(now),
                unit=Unit.TROUBLES,
                before=len(before),
                better="down",
            ),
            Figure(
                label=voice.say(Message("open problems")),
                value=lately.flow.at_end,
                unit=Unit.TICKETS,
                before=lately.flow.at_start,
                better="down",
            ),
            _linked(lately, earlier, voice),
        )
    )
    found = _table(now, voice, options)
    return (figures, *(found or nothing(voice, Message("No trouble came back in this period."))))


def _linked(now: Problems, before: Problems, voice: Voice) -> Figure:
    told = Message("{n} incidents opened in the period", {"n": now.incidents})
    return Sample(now=now.incidents, before=before.incidents).compared(
        Figure(
            label=voice.say(Message("incidents that belong to a problem")),
            value=now.linked_share,
            unit=Unit.SHARE,
            before=before.linked_share,
            better="up",
            note=voice.say(told),
        ),
        voice,
    )


def _table(now: tuple[Recurring, ...], voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (
            one.line,
            voice.say(called(one.signal)),
            voice.service(one.place.service),
            one.times,
            one.in_window,
            one.causes,
            one.last_at,
            ", ".join((*_numbers(one.tickets), *(_problem(n, voice) for n in one.problems))),
        )
        for one in now
    ]
    columns = (
        voice.column(Message("where")),
        voice.column(Message("what")),
        voice.column(HEADS["service"]),
        *voice.numbers(
            Message("times in the period"), Message("with the period before"), Message("causes")
        ),
        voice.column(Message("last"), Kind.TIME),
        voice.column(Message("tickets")),
    )
    title = Message("Troubles that came back")
    return table("recurring", title, columns, rows, voice=voice, options=options)


def _numbers(tickets: tuple[int, ...]) -> Iterator[str]:
    return (f"#{number}" for number in tickets)


def _problem(number: int, voice: Voice) -> str:
    return voice.say(Message("problem #{n}", {"n": number}))


MEASURES = (
    Measure(
        name="recurring_problems",
        title=Message("Recurring problems"),
        needs=(TICKETS, BUILDS, MACHINES),
        make=_recurring,
        histories=True,
    ),
)
