"""Signals: what items say, what people did to the tickets, and what these say now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from itsm_sync.cycle.signals.adopting import recognise
from itsm_sync.cycle.signals.hearing import Hearing
from itsm_sync.cycle.signals.knowing import Knowing
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.cycles import Health
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Observer
from itsm_sync.model.signals import Episode, Life, Observation, Standing, Telling
from itsm_sync.routing import Catalogue
from itsm_sync.signals.duplicates import Twins
from itsm_sync.signals.gathering.gather import Gathered, gather
from itsm_sync.signals.life.lives import live
from itsm_sync.signals.ports import Derived, Lines, Trends
from itsm_sync.signals.registry import Registry
from itsm_sync.signals.security.alerts import AlertLines
from itsm_sync.store import Store

PAGE = 500  # items at once
# The stream that shows how things of a kind stand.
_STREAMS = {"node": "nodes", "queue_item": "queue"}
SERIES = 200  # items before the new ones that a trend is seen by
# So long after its end an episode may still come back, and is compared with its ticket.
MEMORY = timedelta(days=31)
TOLD = "told"  # the look after which all tickets told all
Line = tuple[str, str]  # signal, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """Episodes whose tickets may have to be written, each with what its ticket says."""

    told: tuple[tuple[Episode, Telling], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """One cycle's look at signals."""

    store: Store
    desk: Desk
    catalogue: Catalogue
    registry: Registry
    known: Knowing
    configuration: str  # the hash of what is watched
    bot: int = 0  # our own account
    observer: Observer

    def observe(self) -> None:
        """Ask items what they say."""
        for signal in self.registry.lines:
            self.known.baseline(signal.name)
            if signal.kinds and signal not in self.registry.trends:
                self._observe(signal)
                self.observer.saw("signal.observed", signal=signal.name)
        for around in self.registry.rounds:
            self.store.look(around.name, tuple(around.look_round(self.known)))
        for trend in self.registry.trends:
            self._follow(trend)
        following = [signal.name for signal in self.registry.lines if not signal.snapshot]
        self.store.keep_look(following, self.configuration, self.known.moves)

    def attend(self) -> Attended:
        """Hear people, let episodes live on, and answer what their tickets say."""
        Hearing(
            store=self.store,
            desk=self.desk,
            statuses=self.registry.watching.statuses,
            now=self.known.now,
        ).hear()
        lives = {signal.name: signal.life for signal in self.registry.lines}
        due = [(name, line) for name, line in self.store.due_lines() if name in lives]
        changed = [self._live_on(name, line, lives[name]) for name, line in due]
        gathered, news = self._gather()
        changed.append(news)
        calm = not self.known.moved(TOLD)
        heard = {name for name, _ in self.store.due_lines()}
        for derived in self.registry.derived:
            self.known.baseline(derived.name)
            if not (calm and derived.follows_items and derived.name not in heard):
                changed.append(self._derive(derived))
        asked = [derived.name for derived in self.registry.derived]
        self.store.keep_look(asked, self.configuration, self.known.moves)
        told = self._told(gathered, calm=calm and not any(changed))
        self.observer.saw("signals.attended", episodes=len(told.told))
        return told

    def _observe(self, signal: Lines) -> None:
        """Ask new and changed items what they say; of what stands, all that was seen now.

        What an alert says comes to what it said before: that it was fixed once stays so.
        """
        keep = self.store.look if is_looked_at(signal) else self.store.keep_observations
        for items in _pages(self._asked(signal)):
            said = [one for item in items for one in signal.observe(item, self.known.now)]
            keep(signal.name, said)

    def _follow(self, trend: Trends) -> None:
        """Ask the series of new items what they say together."""
        series: dict[str, list[Item]] = {}
        news = self.store.unseen(trend.name, self.configuration, trend.kinds)
        for item in map(self.catalogue.enriched, news):
            series.setdefault(trend.series(item), []).append(item)
        for beginning, items in series.items():
            said: tuple[Observation, ...] = ()
            if beginning:
                known = self.store.series(beginning, len(items) + SERIES)
                latest = self.store.episodes(signal=trend.name, line=trend.line(items[0]))
                whole = map(self.catalogue.enriched, known)
                said = tuple(trend.observe_line(whole, latest[-1] if latest else None))
            self.store.keep_observations(trend.name, said)

    def _asked(self, signal: Lines) -> Iterator[Item]:
        if signal.snapshot:
            found = self.store.read_by(self._seen(signal.kinds), signal.kinds)
        else:
            found = self.store.unseen(signal.name, self.configuration, signal.kinds)
        return map(self.catalogue.enriched, found)

    def _seen(self, kinds: frozenset[str]) -> Iterator[str]:
        """Answer the sources in which all items of these kinds were seen in this cycle."""
        streams = [_STREAMS[kind] for kind in kinds]
        for name, report in self.known.sources.items():
            if all(report.streams.get(stream) is Health.OK for stream in streams):
                yield name

    def _live_on(self, name: str, line: str, life: Life) -> bool:
        """Let a line's episodes live on; answer whether they are others now."""
        before = self.store.episodes(signal=name, line=line)
        lived = live(
            name,
            line,
            self.store.observations([(name, line)])[name, line],
            self.store.acts(episode.key for episode in before),
            life,
            known=before,
            past=self.store.past(name, line),
        )
        self.store.keep_episodes(name, line, lived)
        return _by_key(lived) != _by_key(before)

    def _gather(self) -> tuple[Gathered, bool]:
        found = self._together()
        if recognise(self.store, found.episodes):
            found = self._together()
        return found, self._keep(found.episodes)

    def _together(self) -> Gathered:
        since = self.known.now - MEMORY
        known = (one for one in self.store.episodes(since=since) if one.line)
        return gather(known, self.known, self.registry.watching)

    def _derive(self, derived: Derived) -> bool:
        """Store a signal's episodes; where a ticket turns out to be one of them, look again."""
        found = tuple(derived.derive(self.known))
        if recognise(self.store, found):
            found = tuple(derived.derive(self.known))
        return self._keep(found)

    def _keep(self, found: Iterable[Episode]) -> bool:
        """Store the episodes that follow from others, line by line, where any is otherwise now.

        Answer whether any was.
        """
        by_line = _by_line(found)
        before: dict[Line, list[Episode]] = {}
        for name in {signal for signal, _ in by_line}:
            before |= _by_line(self.store.episodes(signal=name))
        due = set(self.store.due_lines()) if by_line else set()
        news = {p for p, e in by_line.items() if _by_key(e) != _by_key(before.get(p, ()))}
        for place in by_line:
            if place in due or place in news:
                self.store.keep_episodes(*place, by_line[place])
        return bool(news)

    def _told(self, gathered: Gathered, *, calm: bool) -> Attended:
        told, unsettled = [], tuple(self._unsettled(gathered, calm=calm))
        section, bot = self.registry.watching.duplicates, self.bot
        theirs = Twins.of(section, self.known, unsettled, bot)
        for episode in unsettled:
            signal = self.registry.signal(episode.signal)
            if signal is not None:
                told.append((episode, theirs.added(episode, signal.tell(episode, self.known))))
        return Attended(told=tuple(told))

    def _unsettled(self, gathered: Gathered, *, calm: bool) -> Iterator[Episode]:
        """Answer the episodes that have a ticket, or are to have one, and may differ from it.

        `calm`: nothing is known that was not when all tickets last told all. What is over with its
        ticket then tells it still.
        """
        is_open = self.store.open_signals()
        recent = self.store.episodes(since=self.known.now - MEMORY)
        late = self.store.episodes(keys=is_open - {episode.key for episode in recent})
        for episode in (*recent, *late):
            if not episode.line:
                continue
            if self.known.ticket_of(episode.key) is not None:
                if not (calm and _is_over(episode) and episode.key not in is_open):
                    yield episode
            elif episode.key not in gathered.under and episode.key not in gathered.waiting:
                since = self.known.baseline(episode.signal)
                if episode.live or (episode.ended is not None and episode.ended >= since):
                    yield episode


def is_looked_at(signal: Lines) -> bool:
    """Whether what its items say comes to what they said before, rather than in its place."""
    return signal.snapshot or isinstance(signal, AlertLines)


def _is_over(episode: Episode) -> bool:
    return episode.standing is Standing.CLOSED


def _by_line(found: Iterable[Episode]) -> dict[Line, list[Episode]]:
    by_line: dict[Line, list[Episode]] = {}
    for episode in found:
        by_line.setdefault((episode.signal, episode.line), []).append(episode)
    return by_line


def _by_key(found: Iterable[Episode]) -> dict[str, Episode]:
    return {episode.key: episode for episode in found}


def _pages(items: Iterator[Item]) -> Iterator[list[Item]]:
    while page := list(islice(items, PAGE)):
        yield page
