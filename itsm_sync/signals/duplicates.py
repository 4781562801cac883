"""Tickets that people opened for what has a signal's ticket. Pure.

A match leaves no doubt: the address of the build, or a name that nothing else has together with
what went wrong. Rather none than a wrong one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Paragraph, TicketNumber
from itsm_sync.model.signals import Episode, Remark, Telling, carried
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.watching import Duplicates
from itsm_sync.model.words import Message
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import word

MOST = 5  # of one ticket
YOUNG = timedelta(days=14)  # of an episode for which people's tickets are still looked for
_ADDRESS = Message("it has the address of what failed")
_NAME = Message("it names {name} and what is wrong")
_TROUBLE = r"실패|오류|에러|장애|안 ?[되돼됩]|깨[졌짐]|fail|error|broken|problem"
_DOWN = r"오프라인|중단|장애|죽[었음]|끊[겼김]|응답|offline|\bdown\b|unreachable"
# What a ticket of the signal is about: the facts that name it, and the words beside them.
_WORDS = {
    "builds": (("job",), _TROUBLE),
    "nodes": (("node",), _DOWN),
    "disk": (("node",), r"디스크|용량|disk|space"),
    "memory": (("node",), r"메모리|memory|\bOOM\b"),
    "queue": (("job",), r"대기|기다|queue|waiting"),
    "slower": (("job",), r"느[려린]|오래|slow"),
    "releases": (("tag", "repository"), ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What a ticket must say, all of it, and why that is enough.

    An `address` stands there as it is, `names` in any case; `beside` them are words. No pattern is
    made for a name: `re` would keep hundreds of them.
    """

    why: Message
    address: str = ""
    names: tuple[str, ...] = ()
    beside: re.Pattern[str] | None = None

    def fits(self, text: str) -> bool:
        if self.address and not _stands(self.address, text, _NOTHING, _WORD):
            return False
        lower = text.lower() if self.names else ""
        if not all(_stands(name.lower(), lower, _BEFORE, _AFTER) for name in self.names):
            return False
        return self.beside is None or self.beside.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """People's tickets of late, held against what signals' tickets are about."""

    section: Duplicates
    known: Known
    tickets: tuple[Item, ...]  # by number

    @classmethod
    def of(
        cls, section: Duplicates, known: Known, episodes: Iterable[Episode], bot: int
    ) -> "Twins":
        """Read the tickets that may be about one of the episodes."""
        begun = [episode.began for episode in episodes if _is_young(episode, known.now)]
        since = min(begun, default=known.now) - section.within
        found = known.items(kind="issue", since=since) if section.enabled and begun else ()
        theirs = (item for item in found if _is_a_person_s(item, bot))
        return cls(section=section, known=known, tickets=tuple(sorted(theirs, key=_number)))

    def added(self, episode: Episode, telling: Telling) -> Telling:
        """Answer the telling with people's tickets about the same, and why they are."""
        if not _is_young(episode, self.known.now):
            return telling
        found = list(self._about(episode, telling))[:MOST]
        return replace(
            telling,
            related=(*telling.related, *(item.key for item, _ in found)),
            remarks=(*telling.remarks, *(_remark(item, why) for item, why in found)),
        )

    def _about(self, episode: Episode, telling: Telling) -> Iterator[tuple[Item, Message]]:
        ours = self.known.ticket_of(episode.key)
        hints = tuple(clues(episode, tuple(self._items(episode, telling))))
        until = (episode.ended or self.known.now) + self.section.within
        for item in self.tickets:
            in_time = episode.began - self.section.within <= item.created_at <= until
            if not in_time or _number(item) == ours or item.key in telling.related:
                continue
            text = f"{item.title}\n{item.body}"
            clue = next((clue for clue in hints if clue.fits(text)), None)
            if clue is not None:
                yield item, clue.why

    def _items(self, episode: Episode, telling: Telling) -> Iterator[Item]:
        for key in dict.fromkeys((episode.first, episode.last, *telling.about)):
            item = self.known.item(key) if key else None
            if item is not None:
                yield item


def clues(episode: Episode, items: Sequence[Item]) -> Iterator[Clue]:
    """Answer what shows that a ticket is about the episode, the surest first."""
    for item in items:
        if item.kind in ("build", "workflow_run") and item.url:
            yield Clue(address=item.url.rstrip("/"), why=_ADDRESS)
        advisories = (word(item.facts, "cve"), word(item.facts, "advisory"))
        for advisory in filter(None, advisories):
            package = word(item.facts, "package")
            yield Clue(names=(package, advisory), why=_named(f"{package} {advisory}"))
    facts, words = _WORDS.get(episode.signal, ((), ""))
    names = [word(episode.facts, fact) for fact in facts]
    if names and all(map(_is_distinct, names)):
        beside = re.compile(words, re.IGNORECASE) if words else None
        yield Clue(names=tuple(names), beside=beside, why=_named(" ".join(names)))


# What may not be right before and after a name that stands alone; a Korean particle may follow it.
_BEFORE, _AFTER = re.compile(r"[\w./-]"), re.compile(r"[A-Za-z0-9_-]|/\w|\.\d")
_NOTHING, _WORD = re.compile(r"(?!)"), re.compile(r"\w")


def _stands(name: str, text: str, before: re.Pattern[str], after: re.Pattern[str]) -> bool:
    """Whether a name stands in a text with none of this right before or after it."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (at and before.match(text, at - 1)) and not after.match(text, end):
            return True
        at = text.find(name, at + 1)
    return False


def _is_distinct(name: str) -> bool:
    """Whether a name is so odd that nobody writes it by chance."""
    return len(name) > 3 and re.search(r"[\d/_.-]", name) is not None


def _named(name: str) -> Message:
    return Message(_NAME.text, {"name": name})


def _remark(item: Item, why: Message) -> Remark:
    said = Message(" is about this too: {why}.", {"why": why})
    paragraph = Paragraph((TicketNumber(_number(item)), said))
    return Remark(name=f"theirs/{_number(item)}", text=(paragraph,), at=item.created_at)


def _is_young(episode: Episode, now: datetime) -> bool:
    return episode.live and not episode.under and now - episode.began < YOUNG


def _is_a_person_s(item: Item, bot: int) -> bool:
    ticket = item.ticket
    if ticket is None or ticket.author.id == bot:
        return False
    return not carried(ticket.value(FieldName.KEY) or "", item.body)


def _number(item: Item) -> int:
    return item.ticket.id if item.ticket is not None else 0
