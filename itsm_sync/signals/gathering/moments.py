"""The order of time in which troubles are gathered. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from itsm_sync.model.signals import Episode
from itsm_sync.signals.gathering.spans import BUILDS, OUTAGES, first_opened


class Step(IntEnum):
    """What happens to an episode; of one time, in this order."""

    LEAVE = 0  # it turns out to be a machine's
    BEGIN = 1  # it fails for the first time: an outage may take it
    OPEN = 2  # it counts: a storm may take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happens to an episode."""

    at: datetime
    step: Step
    episode: Episode

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands among others; an outage opens with the failure that made it one."""
        return (self.at, self.step, self.episode.signal != OUTAGES, self.episode.key)


def in_order(
    open_ones: Iterable[Episode], short: Iterable[Episode], machines: Mapping[str, Episode]
) -> list[Moment]:
    """Answer what happens one after the other.

    Args:
        open_ones: episodes that came to deserve a ticket.
        short: rows of failed builds that did not; so many at once are a storm all the same.
        machines: episode -> that of the machine it fails because of.
    """
    found = [m for episode in open_ones for m in _of(episode, machines.get(episode.key))]
    for row in short:
        found += _of(row, machines.get(row.key))
    return sorted(found, key=lambda moment: moment.place)


def _of(episode: Episode, machine: Episode | None) -> Iterator[Moment]:
    """A build counts from its first failure on, whether it has failed again since or not."""
    known_at = None if machine is None else first_opened(machine)
    at = episode.began if episode.signal == BUILDS else first_opened(episode)
    if known_at is None or known_at > at:
        if episode.signal == BUILDS:
            yield Moment(at=at, step=Step.BEGIN, episode=episode)
        yield Moment(at=at, step=Step.OPEN, episode=episode)
    if known_at is not None:
        yield Moment(at=known_at, step=Step.LEAVE, episode=episode)
