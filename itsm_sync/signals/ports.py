"""What the cycle and a signal ask of one another."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Prose
from itsm_sync.model.signals import Act, Episode, Life, Observation, Standing, Telling


class Known(Protocol):
    """What is known now. Items are enriched by the catalogue."""

    @property
    def now(self) -> datetime:
        """When this cycle began."""

    @property
    def sources(self) -> Mapping[str, SourceReport]:
        """How each source fared in this cycle."""

    def item(self, key: str) -> Item | None:
        """Answer the item of a key, one that is gone as well."""

    def items(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        since: datetime | None = None,
    ) -> Iterable[Item]:
        """Answer the items that are there, by key, updated from `since` on; each costs a read."""

    def moved(self, signal: str, *kinds: str) -> bool:
        """Answer whether items of these kinds (none: of any) moved since the signal was last
        asked for its episodes; True where that is not known, or the settings are others.
        """

    def linked(self, key: str) -> tuple[Item, ...]:
        """Answer the items of other systems that name a ticket, or what else
        `model.references.names` has words for: a commit, a ticket by a branch's name, a job.
        """

    def approved(self, ticket: str) -> bool | None:
        """Answer whether the approval of a ticket (its key) stands; None: that can't be known now.

        A ticket that nobody approved, and one that needs no approval, is not approved.
        """

    def episodes(
        self,
        *,
        signal: str | None = None,
        standing: Standing | None = None,
        since: datetime | None = None,
    ) -> tuple[Episode, ...]:
        """Answer episodes by their beginning; `since`: not over, or ended from then on."""

    def episode(self, key: str) -> Episode | None:
        """Answer the episode of a key."""

    def ticket_of(self, episode: str) -> int | None:
        """Answer the number of an episode's ticket."""

    def acts(self, episode: str) -> tuple[Act, ...]:
        """Answer what people did to an episode's ticket, by time."""

    def failing(self, signal: str, since: datetime) -> Mapping[str, tuple[Observation, ...]]:
        """Answer what was said of those of a signal's lines that failed since, line by line, back
        to the last success before that."""

    def baseline(self, signal: str) -> datetime:
        """Answer when a signal was first looked at: what was over by then has no ticket."""

    def findings(self) -> tuple[Finding, ...]:
        """Answer what the cycle before found wrong and is not known to be mended."""

    def stream(self, source: str, stream: str) -> Health | None:
        """Answer how a stream answered in its last cycle; None: it was never read.

        One that failed stands as it answered in full before, until that is longer ago than its
        source's promise.
        """

    @property
    def unread(self) -> Collection[str]:
        """The sources of which too little is known: never read, or not in full for longer than is
        promised.
        """


class Signal(Protocol):
    """What has episodes and tickets of its own."""

    @property
    def name(self) -> str:
        """The signal's name in episodes' keys and in findings."""

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the episode's ticket says now."""


class Lines(Signal, Protocol):
    """A signal whose episodes follow from what items say of lines."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the items that it observes."""

    @property
    def snapshot(self) -> bool:
        """Whether its items tell how things stand at each look, rather than what happened once."""

    @property
    def life(self) -> Life:
        """When episodes open, close and come back."""

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer what an item says; nothing, where it is no evidence."""


class Rounds(Lines, Protocol):
    """A signal of whose lines something is known that no item tells."""

    def look_round(self, known: Known) -> Iterable[Observation]:
        """Answer what is seen now beside the items."""


class Trends(Lines, Protocol):
    """A signal that items tell together: a series of them, each nothing alone."""

    def series(self, item: Item) -> str:
        """Answer what the keys of an item's series begin with; "" where it is in none."""

    def line(self, item: Item) -> str:
        """Answer the line of an item's series."""

    def observe_line(
        self, builds: Iterable[Item], latest: Episode | None = None
    ) -> Iterable[Observation]:
        """Answer what a series says, given the line's newest episode."""


class Derived(Signal, Protocol):
    """A signal whose episodes follow from others', from items, or from the calendar."""

    @property
    def follows_items(self) -> bool:
        """Whether nothing but items and what people did makes its episodes: no episode of another,
        no time that goes by."""

    def derive(self, known: Known) -> Iterable[Episode]:
        """Answer its episodes as they stand now: all that are not settled, with keys that stay."""


class Records(Protocol):
    """Something recorded on people's tickets in one note that is kept up, and found wrong."""

    @property
    def name(self) -> str:
        """The kept note's name."""

    def tickets(self, changed: Iterable[Item], known: Known) -> Iterable[str]:
        """Answer the keys of the tickets whose note these changed items may change."""

    def record(self, ticket: Item, known: Known) -> Prose:
        """Answer what the note says; nothing where there is nothing to say."""

    def findings(self, known: Known) -> Iterable[Finding]:
        """Answer what is wrong, all of it."""
