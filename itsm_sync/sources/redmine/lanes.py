"""Stretches of ticket numbers, each read by its own reader, from its first number up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

SHORTEST = 400  # numbers; below that another reader costs a request more than it saves


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Numbers still to be read, `last` included; None: all there are."""

    first: int = 1
    last: int | None = None

    def written(self) -> dict[str, Any]:
        """Answer the lane as a JSON value."""
        return {"first": self.first, "last": self.last}

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Self:
        """Make a lane of what `written` answered."""
        return cls(first=value["first"], last=value["last"])


def shared(lanes: Sequence[Lane], many: int, newest: int) -> tuple[Lane, ...]:
    """Answer the lanes for so many readers: the longest are halved until there are enough.

    Args:
        newest: the highest number that is known; a lane without an end is taken to end there.
    """
    found = list(lanes)
    while found and len(found) < many:
        longest = max(found, key=lambda lane: _length(lane, newest))
        if _length(longest, newest) < 2 * SHORTEST:
            break
        middle = longest.first + _length(longest, newest) // 2
        place = found.index(longest)
        halves = replace(longest, last=middle), replace(longest, first=middle + 1)
        found[place : place + 1] = halves
    return tuple(found)


def passed(lanes: Sequence[Lane], reader: Lane, upto: int | None) -> tuple[Lane, ...]:
    """Answer what is left once a lane was read up to a number; None: to its end."""
    rest = []
    for lane in lanes:
        if lane.first != reader.first:
            rest.append(lane)
        elif upto is not None and (lane.last is None or upto < lane.last):
            rest.append(replace(lane, first=upto + 1))
    return tuple(rest)


def _length(lane: Lane, newest: int) -> int:
    return (newest if lane.last is None else lane.last) - lane.first + 1
