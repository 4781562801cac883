"""Tickets by the calendar: one a period, closed by what people did. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Address, Bullets, Heading, Paragraph, Part, Prose
from itsm_sync.model.signals import Act, Deed, Episode, Remark, Standing, Telling
from itsm_sync.model.watching.schedules import Scheduled, Schedules
from itsm_sync.model.words import Message
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.ports import Known
from itsm_sync.signals.schedules.periods import Period, period_of
from itsm_sync.signals.schedules.proofs import PROVING, proven

NAME = "schedules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The signal of `schedules` (`signals.ports.Derived`); periods are those of `zone`."""

    section: Schedules
    zone: tzinfo

    @property
    def name(self) -> str:
        return NAME

    @property
    def follows_items(self) -> bool:
        return False

    def derive(self, known: Known) -> Iterable[Episode]:
        """Answer the tickets of the periods that have begun, as people and proof leave them."""
        known_of = known.episodes(signal=NAME)
        stored = {episode.key: episode for episode in known_of if episode.line}
        settled = frozenset() if known.moved(NAME, *PROVING) else frozenset(stored)
        told = {e.key: e.began.astimezone(self.zone).date() for e in known_of if not e.line}
        today = known.now.astimezone(self.zone).date()
        for one in self.section.tickets:
            days = (*sorted(told.values()), today)
            for due in filter(None, (self._due(one, day) for day in days)):
                if due.key not in stored and (due.key in told or self._due(one, today) == due):
                    before = (e for e in stored.values() if _of(e) == one.id)
                    previous = max(before, key=_began, default=None)
                    stored[due.key] = replace(due, previous=previous.key if previous else "")
        for episode in stored.values():
            scheduled = self._scheduled(episode)
            if scheduled is not None:
                yield _standing(episode, scheduled, known, told=episode.key in settled)

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the ticket of a period says."""
        one = self._scheduled(episode)
        if one is None:  # it was taken out of the file: the ticket stays as it was written
            return Telling(project="", tracker="", subject=Message(episode.line), description=())
        opened = episode.began.astimezone(self.zone).date()
        period = period_of(opened, one.every, one.start)
        params = {"name": one.name, "period": period.label}
        due = None if one.due_days is None else opened + timedelta(days=one.due_days)
        found = known.item(episode.healed) if episode.healed else None
        return Telling(
            project=one.project,
            tracker=one.tracker,
            priority=one.priority,
            subject=Message("{name}: {period}", params),
            description=tuple(_described(one)),
            due=due,
            remarks=_remarks(episode, found),
            related=(episode.previous,) if episode.previous else (),
            about=(episode.healed,) if episode.healed else (),
        )

    def _scheduled(self, episode: Episode) -> Scheduled | None:
        return next((one for one in self.section.tickets if one.id == _of(episode)), None)

    def _due(self, one: Scheduled, today: date) -> Episode | None:
        """Answer the ticket of today's period; None before its day, and outside start and end."""
        period = period_of(today, one.every, one.start)
        opens = period.first + timedelta(days=one.day)
        if today < opens or period.first < _first(one) or (one.end and opens >= one.end):
            return None
        return _episode(one, period, datetime.combine(opens, time(), self.zone))


def _first(one: Scheduled) -> date:
    """Answer the first day from which periods have a ticket."""
    return one.start if one.every == "once" else period_of(one.start, one.every, one.start).first


def _episode(one: Scheduled, period: Period, opens: datetime) -> Episode:
    began = opens.astimezone(UTC)
    line = f"{one.id}@{period.name}"
    return Episode(
        key=episode_key(NAME, line, began),
        signal=NAME,
        line=line,
        standing=Standing.OPEN,
        began=began,
        opened=began,
        facts={"schedule": one.process},
    )


def _of(episode: Episode) -> str:
    return episode.line.rpartition("@")[0]


def _began(episode: Episode) -> datetime:
    return episode.began


def _standing(episode: Episode, one: Scheduled, known: Known, *, told: bool) -> Episode:
    """Answer the episode as it stands: what a person did last counts, proof newer than that too.

    Args:
        episode: as it stood.
        one: what it is a period of.
        known: what people and items tell.
        told: whether it stood so by all the items that there are.
    """
    acts = known.acts(episode.key)
    since = max([episode.began, *(act.at for act in acts if act.deed is Deed.REOPENED)])
    last = _last(acts)
    if last is not None and last.deed is not Deed.REOPENED:
        standing = _ENDS[last.deed]
        return replace(episode, standing=standing, ended=last.at, healed="")
    if told and _stands(episode, since):
        return episode
    found = proven(one.proof, since, known)
    if found is None:
        return replace(episode, standing=Standing.OPEN, ended=None, healed="")
    item, at = found
    return replace(episode, standing=Standing.CLOSED, ended=at, healed=item.key)


def _stands(episode: Episode, since: datetime) -> bool:
    """Whether what items told is told still, where only what counts after `since` may differ."""
    if episode.standing is Standing.OPEN:
        return True
    proof = episode.ended if episode.healed else None
    return episode.standing is Standing.CLOSED and proof is not None and proof > since


_ENDS = {
    Deed.CLOSED: Standing.CLOSED,
    Deed.REJECTED: Standing.REJECTED,
    Deed.DELETED: Standing.DELETED,
}


def _last(acts: Iterable[Act]) -> Act | None:
    telling = [act for act in acts if act.deed is not Deed.TAKEN]
    return max(telling, key=lambda act: act.at, default=None)


def _described(one: Scheduled) -> Iterator[Heading | Paragraph | Bullets]:
    if one.intro is not None:
        yield Paragraph((one.intro,))
    if one.checklist:
        yield Heading(Message("To do"))
        yield Bullets(tuple(("☐ ", entry) for entry in one.checklist))
    yield Heading(Message("What closes this ticket"))
    yield Bullets(tuple(_proofs(one)))


def _proofs(one: Scheduled) -> Iterator[tuple[Part, ...]]:
    told = (
        (one.proof.wiki, "a person changes one of the wiki pages {names}"),
        (one.proof.docs, "a merged pull request touches one of {names}"),
        (one.proof.ticket, "a person closes a ticket with one of {names} in its subject"),
    )
    for names, text in told:
        if names:
            yield (Message(text, {"names": ", ".join(names)}),)
    yield (Message("a person closes it"),)


def _remarks(episode: Episode, found: Item | None) -> tuple[Remark, ...]:
    if found is None or episode.ended is None:
        return ()
    text: Prose = (
        Paragraph((Message("Done, as this shows: "), Address(text=found.title, url=found.url))),
    )
    return (Remark(name=f"closed@{found.key}", text=text, at=episode.ended),)
