"""The ticket that an episode is to have. Pure."""

from datetime import datetime

from itsm_sync.desk.planner import RETRY_REFUSED
from itsm_sync.desk.signals import telling
from itsm_sync.desk.signals.matters import Manner, Matter, Saying, silent
from itsm_sync.locale import say
from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.openings import Opening
from itsm_sync.model.plans import Birth
from itsm_sync.model.resting import rests
from itsm_sync.model.signals import Standing
from itsm_sync.model.words import Message


def opening_mark(opening: Opening, configuration: str) -> str:
    """Answer what must differ before a ticket that Redmine refused to open is tried again."""
    fields = sorted((name.value, value) for name, value in opening.fields.items())
    told = (opening.project, opening.tracker, opening.priority, opening.group, opening.private)
    return telling.digest((configuration, told, opening.subject, opening.description, fields))


def birth(matter: Matter, manner: Manner, now: datetime) -> Birth | None:
    """Answer the birth of an episode's ticket; None where nothing is told of it, or where Redmine
    just refused the same one.
    """
    opening = _opening(matter, manner)
    if not opening.subject:
        return None  # nothing is known of it but its key
    if (link := matter.link) is not None and link.refused_at is not None:
        same = link.refused == opening_mark(opening, manner.configuration)
        over = link.tries >= manner.tries
        if same and (over or rests(link.refused_at, RETRY_REFUSED, now)):
            return None
    over = matter.episode.standing is Standing.CLOSED
    hushed = silent(matter.saying, matter.seat.group)
    ending = [one for one in matter.telling.remarks if telling.ends(one)] if over else []
    kept = None
    if telling.beyond(matter) and not hushed:
        kept = telling.live_note(matter, None, manner)
    return Birth(
        episode=matter.episode.key,
        opening=opening,
        why=Message("signal {signal}", {"signal": matter.episode.signal}),
        rule=matter.rule,
        process=matter.process,
        team=matter.team,
        closed=matter.seat.closed if over else None,
        note=None if hushed else telling.note(ending, manner),
        closes=tuple(one.name for one in ending),
        watchers=matter.watchers,
        kept=(kept,) if kept else (),
        related=telling.related(matter),
        kin=telling.kin(matter),
        said=tuple(one.name for one in matter.telling.remarks if not telling.ends(one)),
    )


def _opening(matter: Matter, manner: Manner) -> Opening:
    """Answer the opening as it may be said: whole, private, or neutral."""
    seat, neutral = matter.seat, silent(matter.saying, matter.seat.group)
    private = matter.saying is Saying.PRIVATE and not neutral
    due = matter.telling.due
    began = matter.episode.began.astimezone(manner.zone)
    return Opening(
        project=seat.project,
        tracker=seat.tracker,
        status=seat.asked,
        subject=telling.subject(matter, manner, neutral=neutral),
        description=telling.description(matter, manner, neutral=neutral),
        rendered=True,
        marker=telling.marker(matter.episode.key),
        group=seat.group,
        priority=seat.priority.id if seat.priority else None,
        # Redmine starts a ticket today unless told, and takes no due date before its start.
        start=min(began.date(), due).isoformat() if due else "",
        due=due.isoformat() if due else "",
        fields=matter.fields,
        field_ids=seat.field_ids,
        private=private,
        neutral=say(NEUTRAL, manner.language) if private else "",
    )
