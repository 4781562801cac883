"""What a problem's ticket says: made ready for finding the root cause."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from itsm_sync.model.items import Facts
from itsm_sync.model.prose import Block, Grid, Heading, Paragraph, Part, Prose, TicketNumber
from itsm_sync.model.signals import Episode, Remark, Standing, Telling
from itsm_sync.model.watching import Problems
from itsm_sync.model.words import Message
from itsm_sync.signals.ports import Known
from itsm_sync.signals.problems.incidents import named
from itsm_sync.signals.problems.timeline import in_common, of_problem, timeline
from itsm_sync.signals.words.shaping import due, local, project, worded

_WHYS = (
    Message("Why did it happen?"),
    Message("Why was that so?"),
    Message("And why that?"),
    Message("And why that?"),
    Message("What lies at the root?"),
)
_FOR_PEOPLE = (
    Message("Root cause"),
    Message("Workaround"),
    Message("Known error"),
    Message("Permanent fix"),
)


def tell(episode: Episode, known: Known, section: Problems, zone: tzinfo) -> Telling:
    """Answer what the ticket says; only the live part changes as incidents come."""
    entries = of_problem(episode, known)
    return Telling(
        project=project(section, episode.facts),
        tracker=section.tracker,
        subject=_subject(episode, section),
        description=_description(episode, section),
        priority=section.priority,
        due=due(episode, section.due_days, zone),
        live=(
            *_count(episode, known, zone),
            *timeline(entries, known, section, zone),
            *in_common(entries),
        ),
        at_once=True,
        remarks=tuple(_remarks(episode, known, section, zone)),
        related=tuple(_related(episode)),
        about=tuple(dict.fromkeys(entry.item.key for entry in entries if entry.item)),
    )


def _related(episode: Episode) -> Iterator[str]:
    yield from dict.fromkeys(named(name)[0] for name in episode.members)
    if episode.previous:
        yield episode.previous


def component(facts: Facts) -> str:
    """Answer what all the incidents were of; "" where they have nothing in common."""
    names = ("job", "workflow", "node", "service", "repository", "controller")
    return next((str(facts[name]) for name in names if name in facts), "")


def _subject(episode: Episode, section: Problems) -> Message:
    places = {"component": component(episode.facts)}
    if not places["component"]:
        shipped = Message("One cause of incidents in several places")
    elif episode.fingerprints:
        shipped = Message("The same failure again and again: {component}", places)
    else:
        shipped = Message("Incidents again and again: {component}", places)
    return worded(section.subject, shipped, places)


def _description(episode: Episode, section: Problems) -> Prose:
    places = {"component": component(episode.facts)}
    intro = Message(
        "There were {incidents} incidents or more within {span}. They stand in the note that is"
        " kept up, with what they have in common and what was deployed before each. Find what lies"
        " behind them; the ticket closes by itself once they have been over for {quiet}, unless"
        " somebody has taken it.",
        {
            "incidents": section.incidents,
            "span": _span(section.within),
            "quiet": _span(section.quiet_for),
        },
    )
    rows = tuple(((f"{number}. ", why), ("",)) for number, why in enumerate(_WHYS, 1))
    whys = Grid(head=(Message("Five whys"), Message("Answer")), rows=rows)
    blank = [part for title in _FOR_PEOPLE for part in (Heading(title), Paragraph(("…",)))]
    analysis = Heading(Message("Root-cause analysis"))
    return (Paragraph((worded(section.intro, intro, places),)), analysis, whys, *blank)


def _span(time: timedelta) -> Message:
    if time < timedelta(days=2):
        return Message("{hours} hours", {"hours": int(time / timedelta(hours=1))})
    return Message("{days} days", {"days": time.days})


def _count(episode: Episode, known: Known, zone: tzinfo) -> Iterator[Block]:
    told = {
        "count": episode.count,
        "since": local(episode.began, zone),
        "last": local(episode.last_at or episode.began, zone),
    }
    parts: list[Part] = [Message("{count} incidents since {since}, the last at {last}.", told)]
    going_on = sum(
        1
        for key in dict.fromkeys(named(name)[0] for name in episode.members)
        if (incident := known.episode(key)) is not None and incident.live
    )
    if going_on:
        parts += [" ", Message("{n} of them are not over.", {"n": going_on})]
    yield Paragraph(tuple(parts))
    before = known.ticket_of(episode.previous) if episode.previous else None
    if before is not None:
        yield Paragraph((Message("The problem before this one: "), TicketNumber(before)))


def _remarks(episode: Episode, known: Known, section: Problems, zone: tzinfo) -> Iterator[Remark]:
    for at in episode.reopenings:
        yield _remark("reopened", at, Message("It came back at {at}.", {"at": local(at, zone)}))
    quiet = {"span": _span(section.quiet_for)}
    if episode.well_since is not None:
        told = Message("No incident for {span}; it stays with who took it.", quiet)
        yield _remark("quiet", episode.well_since, told)
    by_people = {act.at for act in known.acts(episode.key)}
    ended = episode.ended if episode.standing is Standing.CLOSED else None
    if ended is not None and ended not in by_people:
        yield _remark("closed", ended, Message("No incident for {span}.", quiet))


def _remark(what: str, at: datetime, told: Message) -> Remark:
    return Remark(name=f"{what}@{at.isoformat()}", text=(Paragraph((told,)),), at=at)
