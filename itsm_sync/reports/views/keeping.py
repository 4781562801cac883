"""How the matrix is kept, told."""

from collections import Counter
from dataclasses import replace

from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Figure,
    Figures,
    Kind,
    Notice,
    Points,
    Unit,
    Value,
)
from itsm_sync.reports.measures.keeping import Kept, elsewhere, keeping, unplaced, without_evidence
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, nothing, table
from itsm_sync.reports.views.measure import (
    BUILDS,
    DEPLOYMENTS,
    PAGES,
    PULLS,
    RUNS,
    STAGES,
    TICKETS,
    Measure,
    Options,
)
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_ITEMS = {
    "build": Message("builds"),
    "deployment": Message("deployments"),
    "pull": Message("pull requests"),
    "alert": Message("security alerts"),
    "page": Message("wiki pages"),
}
_ALL = Options(rows=100)  # each row of the matrix is to be seen


def _keeping(world: World, period: Period, voice: Voice, _options: Options) -> tuple[Block, ...]:
    now, before = keeping(world, period), keeping(world, period.before)
    if not world.noted(period):
        return (*_rows(now, voice, noted=False), *_unplaced(unplaced(world, period), voice))
    figures = Figures(
        figures=(
            replace(
                _figure(
                    Message("roles with evidence"), _evident(now), _evident(before), "up", voice
                ),
                unit=Unit.ROLES,
                note=voice.say(Message("of {n} roles", {"n": len(now)})),
            ),
            _figure(
                Message("stays moved on by the other team"),
                len(elsewhere(world, period)),
                len(elsewhere(world, period.before)),
                "down",
                voice,
            ),
            _figure(
                Message("missing approvals"),
                sum(one.missing for one in now),
                sum(one.missing for one in before),
                "down",
                voice,
            ),
            _figure(
                Message("overrides"),
                sum(one.overruled for one in now),
                sum(one.overruled for one in before),
                "down",
                voice,
            ),
        )
    )
    shown = (figures, *_rows(now, voice), *_unplaced(unplaced(world, period), voice))
    return (*shown, *_idle(now, world, voice))


def _figure(label: Message, now: int, before: int, better: str, voice: Voice) -> Figure:
    return Figure(label=voice.say(label), value=now, unit=Unit.TIMES, before=before, better=better)


def _evident(kept: tuple[Kept, ...]) -> int:
    return sum(one.evident for one in kept)


def _rows(now: tuple[Kept, ...], voice: Voice, *, noted: bool = True) -> tuple[Block, ...]:
    """Answer the table; of a time in which nobody noted which role had a ticket, what needs no note
    alone.
    """
    teams = list(voice.matrix.teams)
    columns = (
        voice.column(HEADS["row"]),
        voice.column(Message("team by the matrix")),
        *voice.numbers(Message("tickets held"), Message("finished")),
        voice.column(Message("other evidence")),
        *(
            column
            for team in teams
            for column in voice.numbers(Message("done by {team}", {"team": voice.team(team)}))
        ),
        *voice.numbers(
            Message("done by nobody known"), Message("missing approvals"), Message("overrides")
        ),
    )
    rows: list[tuple[Value, ...]] = [
        (
            voice.row(one.row.id),
            voice.team(one.row.team),
            one.held if noted else None,
            one.finished if noted else None,
            _items(one.items, voice),
            *(did[team] if noted else did[team] or None for team in (*teams, "")),
            one.missing if noted else None,
            one.overruled if noted else None,
        )
        for one in now
        for did in (one.by if noted else one.worked,)
    ]
    title = Message("What was done under each role")
    note = Message(
        "Done: changes of status and notes by people on tickets while the role held them, and"
        " builds, deployments, pull requests and wiki pages by the team of who did them. What a"
        " timer, a push, another build or a program set going is nobody's work."
    )
    return table("matrix", title, columns, rows, voice=voice, options=_ALL, note=note)


def _unplaced(deeds: int, voice: Voice) -> tuple[Block, ...]:
    if not deeds:
        return ()
    told = Message(
        "{n} more changes of status and notes by people are counted for no role: they were made"
        " before itsm-sync kept which role had the ticket.",
        {"n": deeds},
    )
    return (Notice(text=voice.say(told), quiet=True),)


def _items(items: Counter[str], voice: Voice) -> str:
    parts = (f"{voice.say(told)} {items[kind]:,}" for kind, told in _ITEMS.items() if items[kind])
    return ", ".join(parts)


def _idle(now: tuple[Kept, ...], world: World, voice: Voice) -> tuple[Block, ...]:
    idle = without_evidence(now)
    if not idle:
        return nothing(voice, Message("Each role of the matrix shows some work in this period."))
    told = Message("Responsibilities without evidence in this period:")
    if any(world.untold.values()):
        told = Message(
            "Responsibilities without evidence in this period, not counting what not every reader"
            " may see:"
        )
    return (*nothing(voice, told), Points(points=tuple(_idler(one, voice) for one in idle)))


def _idler(one: Kept, voice: Voice) -> str:
    """Answer a row without evidence; that it has tickets, though nobody did anything, is told."""
    said = voice.say(one.row.responsibility)
    told = f"{voice.row(one.row.id)} ({voice.team(one.row.team)}): {said}"
    if not one.held:
        return told
    return f"{told} - {voice.say(Message('tickets held, nothing done: {n}', {'n': one.held}))}"


def _elsewhere(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (
            voice.ticket(one.ticket),
            voice.row(one.row),
            voice.stage(one.stage),
            voice.team(one.meant),
            voice.team(one.team),
            one.times,
            one.at,
        )
        for one in elsewhere(world, period)
    ]
    columns = (
        voice.column(Message("ticket"), Kind.LINK),
        voice.column(HEADS["row"]),
        voice.column(HEADS["stage"]),
        voice.column(Message("team by the matrix")),
        voice.column(Message("team that did it")),
        *voice.numbers(Message("changes of status")),
        voice.column(Message("last"), Kind.TIME),
    )
    title = Message("Work done by another team than the matrix says")
    none = Message("No work is known that another team did than the matrix says.")
    return table("elsewhere", title, columns, rows, voice=voice, options=options) or nothing(
        voice, none
    )


MEASURES = (
    Measure(
        name="matrix",
        title=Message("How the matrix is kept"),
        needs=(TICKETS, STAGES, BUILDS, RUNS, DEPLOYMENTS, PULLS, PAGES),
        make=_keeping,
        histories=True,
    ),
    Measure(
        name="done_elsewhere",
        title=Message("Work done by the other team"),
        needs=(TICKETS, STAGES),
        make=_elsewhere,
        noted=True,
        histories=True,
    ),
)
