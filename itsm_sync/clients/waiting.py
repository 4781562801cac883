"""Time as the doors need it: spans that no change of the clock touches, pauses, and chance."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import uniform


def _pause(seconds: float) -> None:
    time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a door measures spans and waits; tests give their own.

    Args:
        clock: seconds since any moment, that only go on: a clock that is put right by ten minutes
            neither opens a door nor keeps it shut.
        pause: waits so many seconds.
        chance: a number between two others, so that doors do not ask in step.
    """

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], object] = _pause
    chance: Callable[[float, float], float] = uniform
