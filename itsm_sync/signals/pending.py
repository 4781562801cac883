"""Failures too few for a ticket of their own, which count where others fail at once. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from itsm_sync.model.signals import Episode, Life, Observation, Standing
from itsm_sync.signals.life import live


def pending(
    signal: str,
    line: str,
    observations: Iterable[Observation],
    life: Life,
    lived: Sequence[Episode],
) -> tuple[Episode, ...]:
    """Answer what would be a line's episodes if one failure opened one, beside those that it has.

    They have the keys that they will have once there are failures enough.
    """
    if life.open_after == 1 and not life.open_for:
        return ()
    at_once = replace(life, open_after=1, open_for=timedelta(), reopen_within=timedelta())
    known = {episode.key for episode in lived}
    on = any(episode.live for episode in lived)
    return tuple(
        replace(episode, standing=Standing.PENDING)
        for episode in live(signal, line, observations, (), at_once)
        if episode.key not in known and not (on and episode.live)
    )
