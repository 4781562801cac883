"""The store's face for letting go of what is old."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.keeping import Keep
from itsm_sync.store.leases import Leases
from itsm_sync.store.pruning import (
    Shears,
    prune_cycles,
    prune_history,
    prune_troubles,
    prune_unopened,
    prune_writes,
)
from itsm_sync.store.pruning_episodes import prune_episodes
from itsm_sync.store.pruning_items import prune_items
from itsm_sync.store.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Bytes of the database's file: those given back, and those left to be, for others work."""

    given: int = 0
    left: int = 0


class Prunes(Leases):
    """Letting go, under `exclusive`: what a cycle reads in between might be half gone."""

    def prune(
        self, keep: Keep, now: datetime, *, lasting: Collection[str], dry: bool = False
    ) -> Mapping[str, int]:
        """Let go of what is old, in short transactions; answer how many rows, by table.

        Args:
            keep: the ages.
            now: as of when.
            lasting: the kinds of items of which it is asked when they were seen first.
            dry: only count: all of it is done in one transaction, and taken back.
        """
        if not dry:
            return _pruned(Shears(database=self._database, keep=keep, now=now), lasting)
        with self._database.rehearsing() as rehearsal:
            alone = Turns(rest=0)
            return _pruned(Shears(database=rehearsal, keep=keep, now=now, turns=alone), lasting)

    def give_back_space(self) -> Room:
        """Give free room of the database file back to the disk, where it is much, and where nobody
        else holds a lease, which could not be renewed meanwhile.

        PostgreSQL does so by itself.
        """
        room = self._database.free_room()
        if room and self.others_at_work():
            return Room(left=room)
        return Room(given=self._database.compact(self.held_long()) if room else 0)


def _pruned(shears: Shears, lasting: Collection[str]) -> Mapping[str, int]:
    prune_episodes(shears)
    prune_items(shears)
    prune_history(shears)
    prune_writes(shears)
    prune_troubles(shears)
    prune_unopened(shears)
    prune_cycles(shears, lasting)
    return shears.cut
