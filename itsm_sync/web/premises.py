"""What the daemon hands over to be shown, and what it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.ports import Clock, Hints, Observer
from itsm_sync.settings import Settings
from itsm_sync.store import Store


class Role(StrEnum):
    """What a daemon does: one works on a database, others wait to take over."""

    WORKING = "working"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The queue of hints: how many wait, and how many it had no room for since the start."""

    length: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """All that pages, metrics and webhooks are made of. Every callable is asked by other threads.

    Args:
        settings: the configuration that is in force.
        store: where everything stands.
        hints: is given what webhooks tell.
        observer: is told `web.answered` and `web.failed`; of webhooks `web.hooked`,
            `web.turned_away`, `web.unsigned`.
        clock: the time now.
        role: what this daemon does.
        silent_for: seconds since the scheduler's loop last showed that it lives.
        upcoming: when each source, and each task, is due next, by name.
        waiting: how the queue of hints stands.
    """

    settings: Settings
    store: Store
    hints: Hints
    observer: Observer
    clock: Clock
    role: Callable[[], Role] = lambda: Role.WORKING
    silent_for: Callable[[], float] = lambda: 0.0
    upcoming: Callable[[], Mapping[str, datetime]] = dict
    waiting: Callable[[], Waiting] = Waiting
