"""Changes, told."""

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figure, Figures, Kind, Link, Unit, Value
from itsm_sync.reports.measures.changes import Changes, changes
from itsm_sync.reports.measures.deliveries import counted
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import BUILDS, DEPLOYMENTS, TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_KINDS = {
    "unapproved": Message("deployed without an approved change"),
    "approval.missing": Message("carried out without approval"),
    "approval.unheard": Message("approved by somebody who may not"),
}


def _changes(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now = changes(world, period, counted(world, period).deliveries)
    before = changes(world, period.before, counted(world, period.before).deliveries)
    return (
        _figures(now, before, voice, _found(now, before, world, period, voice)),
        *_failed(now, voice, options),
        *_unapproved(now, world, voice, options),
        *_emergencies(now, voice, options),
    )


def _found(now: Changes, before: Changes, world: World, period: Period, voice: Voice) -> Figure:
    """Answer the figure of what itsm-sync found itself: of the time before it ran it is unknown."""
    since, noted = world.noted_since, world.noted(period)
    note = ""
    if since is not None and (period.holds(since) or not noted):
        told = "since {since}" if noted else "not known: noted only since {since}"
        note = voice.say(Message(told, {"since": voice.time(since)}))
    return Figure(
        label=voice.say(Message("unapproved changes")),
        value=now.without_approval if noted else None,
        unit=Unit.TIMES,
        before=before.without_approval if since is None else None,
        better="down",
        note=note,
    )


def _figures(now: Changes, before: Changes, voice: Voice, found: Figure) -> Figures:
    sample = Sample(now=now.closed - now.rejected, before=before.closed - before.rejected)
    params = {"n": sample.now}
    carried = voice.say(
        Message("of {n} tickets carried out; the change failure rate counts deployments", params)
    )
    return Figures(
        figures=(
            sample.compared(
                Figure(
                    label=voice.say(Message("change success")),
                    value=now.success_share,
                    unit=Unit.SHARE,
                    before=before.success_share,
                    better="up",
                    note=carried,
                ),
                voice,
            ),
            found,
            Figure(
                label=voice.say(Message("emergency changes")),
                value=len(now.emergencies),
                unit=Unit.TICKETS,
                before=len(before.emergencies),
                better="down",
                note=voice.say(Message("of {n} opened", {"n": now.opened})),
            ),
            Figure(
                label=voice.say(Message("rejected changes")),
                value=now.rejected,
                unit=Unit.TICKETS,
                before=before.rejected,
            ),
        )
    )


def _failed(now: Changes, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (
            voice.ticket(one.ticket),
            voice.team(one.ticket.team),
            ", ".join(deployment.name for deployment in one.deployments),
            ", ".join(f"#{number}" for number in one.incidents),
        )
        for one in now.failed
    ]
    columns = (
        voice.column(Message("change"), Kind.LINK),
        voice.column(HEADS["team"]),
        voice.column(Message("failed deployments")),
        voice.column(Message("incidents")),
    )
    title = Message("Changes that failed")
    return table("failed_changes", title, columns, rows, voice=voice, options=options)


def _unapproved(now: Changes, world: World, voice: Voice, options: Options) -> tuple[Block, ...]:
    names = _called(world, voice)
    every = sorted((*now.unapproved, *now.unasked), key=lambda one: (one.first_at, one.about))
    rows: list[tuple[Value, ...]] = [
        (
            names.get(one.about, one.about.partition(":")[2]),
            voice.say(_KINDS[one.kind]),
            one.first_at,
            one.closed_at,
        )
        for one in every
    ]
    columns = (
        voice.column(Message("what"), Kind.LINK),
        voice.column(Message("what was wrong")),
        voice.column(Message("found at"), Kind.TIME),
        voice.column(Message("over at"), Kind.TIME),
    )
    title = Message("Unapproved changes")
    return table("unapproved", title, columns, rows, voice=voice, options=options)


def _called(world: World, voice: Voice) -> dict[str, Link]:
    """Answer what tickets and deployments are called, by their keys."""
    tickets = {f"redmine:issue/{one.number}": voice.ticket(one) for one in world.tickets}
    return tickets | {one.key: Link(one.name, one.url) for one in world.deployments}


def _emergencies(now: Changes, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (voice.ticket(one), voice.team(one.team), one.created_at, one.closed_at)
        for one in now.emergencies
    ]
    columns = (
        voice.column(Message("change"), Kind.LINK),
        voice.column(HEADS["team"]),
        voice.column(Message("newly opened"), Kind.TIME),
        voice.column(Message("closed"), Kind.TIME),
    )
    title = Message("Emergency changes")
    return table("emergencies", title, columns, rows, voice=voice, options=options)


MEASURES = (
    Measure(
        name="changes",
        title=Message("Changes"),
        needs=(BUILDS, DEPLOYMENTS, TICKETS),
        make=_changes,
        histories=True,
    ),
)
