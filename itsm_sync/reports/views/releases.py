"""Releases, told."""

from itsm_sync.model.approvals import Verdict
from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figure, Figures, Kind, Unit, Value
from itsm_sync.reports.measures.releases import Coming, releases
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, nothing, table
from itsm_sync.reports.views.measure import ALERTS, BUILDS, RUNS, TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_VERDICTS = {
    Verdict.APPROVED: Message("approved"),
    Verdict.REJECTED: Message("rejected"),
    Verdict.AWAITING: Message("waits for approval"),
}
_MISSING, _UNASKED = Message("approval is missing"), Message("not asked for")
_APPROVING = "approve"  # the stage in which a release waits for it


def _releases(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = releases(world, period), releases(world, period.before)
    figures = Figures(
        figures=(
            Figure(
                label=voice.say(Message("open releases")),
                value=len(now.coming),
                unit=Unit.TICKETS,
                before=len(before.coming),
            ),
            Figure(
                label=voice.say(Message("released")),
                value=len(now.done),
                unit=Unit.TICKETS,
                before=len(before.done),
            ),
        )
    )
    rows = [_row(one, voice) for one in now.coming]
    columns = (
        voice.column(Message("release"), Kind.LINK),
        voice.column(HEADS["service"]),
        voice.column(HEADS["stage"]),
        voice.column(HEADS["team"]),
        voice.column(Message("approval")),
        *voice.numbers(Message("open incidents"), Message("open security alerts")),
        *voice.shares(Message("builds that succeeded")),
    )
    title = Message("What stands between each release and production")
    found = table("releases", title, columns, rows, voice=voice, options=options)
    return (figures, *(found or nothing(voice, Message("No release is open."))))


def _row(one: Coming, voice: Voice) -> tuple[Value, ...]:
    ticket = one.ticket
    lacking = _MISSING if one.approval else _UNASKED
    if ticket.place.stage == _APPROVING:
        lacking = _VERDICTS[Verdict.AWAITING]
    said = lacking if one.verdict is None else _VERDICTS[one.verdict]
    return (
        voice.ticket(ticket),
        voice.service(ticket.service),
        voice.stage(ticket.place.stage),
        voice.team(ticket.team),
        voice.say(said),
        one.incidents,
        one.alerts,
        one.build_share,
    )


MEASURES = (
    Measure(
        name="releases",
        title=Message("Releases"),
        needs=(TICKETS, BUILDS, RUNS, ALERTS),
        make=_releases,
        histories=True,
    ),
)
