"""How a ticket's service level is shown: the fields, and the notes that time runs out. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from itsm_sync.desk.prose import rendered
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import ESCALATION, KeptNote
from itsm_sync.model.prose import Paragraph
from itsm_sync.model.service_levels import Aim, Level, Standing
from itsm_sync.model.signals import kept_mark
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Language, Message, Words

LEVELS: dict[Level, Words] = {
    Level.KEPT: Words(ko="지킴", en="Kept"),
    Level.AT_RISK: Words(ko="임박", en="At risk"),
    Level.BREACHED: Words(ko="위반", en="Breached"),
}
AIMS: dict[Aim, Words] = {
    Aim.RESPONSE: Words(ko="응답", en="response"),
    Aim.RESOLUTION: Words(ko="해결", en="resolution"),
}
_WORST = (Level.BREACHED, Level.AT_RISK, Level.KEPT)
_MINUTE = timedelta(minutes=1)
_WHOLE = 100  # percent
_GONE = (
    "Service level: {share} percent of the time for the {aim} is gone"
    " (promised: {time}{due}). {team}, {row}."
)
_OVER = (
    "Service level: the time for the {aim} is over (promised: {time}{due}, {share} percent gone)."
    " {team}, {row}."
)
_TO_DO: dict[Aim, Message] = {
    Aim.RESPONSE: Message(
        "A public note or another status by somebody else than its author is the answer."
    ),
    Aim.RESOLUTION: Message("It is over when the ticket is resolved or closed."),
}
_FORM = "%Y-%m-%d %H:%M"  # Redmine's date fields have no time of day (Redmine fact 35)


def level(standings: Sequence[Standing]) -> Level | None:
    """Answer the worst of a ticket's clocks; None where it has none."""
    shown = {one.level for one in standings}
    return next((one for one in _WORST if one in shown), None)


def due(standings: Sequence[Standing]) -> datetime | None:
    """Answer when the next of the clocks that run runs out; None while none does."""
    return min((one.due for one in standings if one.due is not None), default=None)


def shown(standings: Sequence[Standing], language: Language, zone: tzinfo) -> dict[FieldName, str]:
    """Answer what the fields show: nothing where nothing is promised.

    Without an end while all clocks pause: a time that moves on by itself is none.
    """
    worst, end = level(standings), due(standings)
    return {
        FieldName.SLA_STATE: "" if worst is None else LEVELS[worst][language],
        FieldName.SLA_DUE: "" if end is None else moment(end, zone),
    }


def is_as_told(before: str, now: str) -> bool:
    """Whether a time in the field may stay: our clock and Redmine's tell one moment to the minute,
    and a ticket is opened some seconds after it is told what it shall show.
    """
    try:
        old, new = (datetime.strptime(text, _FORM) for text in (before, now))  # noqa: DTZ007 - both of one zone
    except ValueError:
        return False
    return abs(new - old) <= _MINUTE


def moment(at: datetime, zone: tzinfo) -> str:
    """Answer a time as the field shows it: to the minute, by the clock on the wall."""
    return at.astimezone(zone).strftime(_FORM)


def note_name(aim: Aim, share: int) -> str:
    """Answer the name of the note that so many percent of a clock's time are gone."""
    return f"{ESCALATION}{aim}_{share}"


def escalation(
    standing: Standing,
    share: int,
    *,
    team: Words,
    row: Words,
    language: Language,
    markup: Markup,
    zone: tzinfo,
) -> KeptNote:
    """Answer the private note that so many percent of a clock's time are gone.

    Args:
        standing: how the clock stands.
        share: percent of the time.
        team: whose ticket it is.
        row: of the matrix.
        language: to say it in.
        markup: of the note.
        zone: of times.
    """
    end = standing.breached_at or standing.due
    told = Message(
        _GONE if share < _WHOLE else _OVER,
        {
            "share": share,
            "aim": AIMS[standing.aim],
            "time": _allowed(standing),
            "due": "" if end is None else Message(", until {at}", {"at": moment(end, zone)}),
            "team": team,
            "row": row,
        },
    )
    name = note_name(standing.aim, share)
    text = rendered((Paragraph((told, " ", _TO_DO[standing.aim])),), language, markup)
    return KeptNote(name=name, text=f"{text}\n\n{kept_mark(name)}", private=True)


def _allowed(standing: Standing) -> Message:
    """Answer how much time there is, and of which: business hours, or all hours there are."""
    params = {"allowed": spell(standing.allowed)}
    if standing.always:
        return Message("{allowed}, round the clock", params)
    return Message("{allowed} of business time", params)


def spell(time: timedelta) -> Message:
    """Answer an amount of business time for people."""
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    if not minutes:
        return Message("{hours} h", {"hours": hours})
    if not hours:
        return Message("{minutes} min", {"minutes": minutes})
    return Message("{hours} h {minutes} min", {"hours": hours, "minutes": minutes})
