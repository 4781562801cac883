"""What several measures count with: quantiles and shares. Pure."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TypeVar

_One = TypeVar("_One")
_By = TypeVar("_By", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Of how many, their median, and the time within which nine of ten were."""

    number: int
    median: timedelta | None
    p90: timedelta | None


def times(values: Iterable[timedelta]) -> Times:
    """Answer the times' median and 90th percentile; None where there is none.

    Definition: the median is the middle one, of an even number the mean of the two in the middle;
    the percentile is the nearest rank: the smallest that nine tenths of them do not exceed.
    """
    found = sorted(values)
    return Times(number=len(found), median=median(found), p90=rank(found, 0.9))


def median(found: Sequence[timedelta]) -> timedelta | None:
    """Answer the middle of sorted times."""
    if not found:
        return None
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def rank(found: Sequence[timedelta], share: float) -> timedelta | None:
    """Answer the smallest of sorted times that such a share of them does not exceed."""
    return found[max(0, ceil(len(found) * share) - 1)] if found else None


def share(part: int, whole: int) -> float | None:
    """Answer the share; None where there is no whole."""
    return part / whole if whole else None


def grouped(found: Iterable[_One], by: Callable[[_One], _By]) -> dict[_By, list[_One]]:
    """Answer what there is by something, in the order of first sight."""
    groups: dict[_By, list[_One]] = {}
    for one in found:
        groups.setdefault(by(one), []).append(one)
    return groups
