"""Letting go of episodes that are over, had no ticket, and are told of by none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from itsm_sync.model.signals import Episode, Standing
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.pruning import Shears
from itsm_sync.store.schema import episodes, signal_tickets


@dataclass(slots=True, kw_only=True)
class _Needed:
    """Episodes that others need: they name them, or would follow them."""

    named: set[str] = field(default_factory=set)
    last: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)

    def add(self, one: Episode) -> None:
        members = (member.partition("#")[0] for member in one.members)
        self.named.update((one.previous, one.under, *members))
        place = (one.signal, one.line)
        now = (one.opened, one.key)
        self.last[place] = max(now, self.last.get(place, now))

    def __contains__(self, one: Episode) -> bool:
        last = self.last.get((one.signal, one.line))
        return one.key in self.named or (last is not None and last[1] == one.key)


def prune_episodes(shears: Shears) -> None:
    """Let go of what ended long ago and was never to have a ticket."""
    before, needed = shears.before("episodes"), _Needed()
    for page in _pages(shears):
        for one in page:
            needed.add(one)
    for page in _pages(shears):
        doomed = [
            one.key
            for one in page
            if one.standing is Standing.CLOSED
            and one.ended is not None
            and one.ended < before
            and one not in needed
        ]
        ticketed = select(signal_tickets.c.episode)
        with shears.batch() as connection:
            mine = episodes.c.key.in_(doomed) & episodes.c.key.not_in(ticketed)
            shears.delete(connection, episodes, mine)


def _pages(shears: Shears) -> Iterator[list[Episode]]:
    for keys in shears.pages(episodes):
        mine = episodes.c.key.in_([key for (key,) in keys])
        with shears.database.reading() as connection:
            texts = connection.scalars(select(episodes.c.content).where(mine))
            yield [decode(Episode, loads(text)) for text in texts]
