"""How things stand, read from the store as one value: health, metrics and the page tell it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from itsm_sync.app.scope import readers, retrying, timetable
from itsm_sync.model.cycles import Health
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.letters import Letter
from itsm_sync.model.words import Message
from itsm_sync.operations.cycles import read_plan
from itsm_sync.store import (
    Counts,
    CycleRecord,
    LeaseRecord,
    OpenFinding,
    Pause,
    SourceStanding,
    Store,
)
from itsm_sync.store.records import State
from itsm_sync.web.premises import Premises, Role

CYCLES = 10
WORKER = "daemon"  # the lease of the daemon that works


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNow:
    """How a source stands: its last answer, and for how long it has not answered."""

    name: str
    health: Health
    error: Message | None
    read_at: datetime
    succeeded_at: datetime | None
    silent: timedelta
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything at one moment. `signals` counts open tickets by signal; `held` names the tickets
    (or the keys) of the held plan, None where that can't be read.
    """

    at: datetime
    role: Role
    counts: Counts
    sources: tuple[SourceNow, ...]
    cycles: tuple[CycleRecord, ...]
    findings: tuple[OpenFinding, ...]
    letters: tuple[Letter, ...]
    leases: tuple[LeaseRecord, ...]
    pause: Pause | None
    signals: Mapping[str, int]
    held: tuple[int | str, ...] | None

    @property
    def last(self) -> CycleRecord | None:
        """The newest cycle that ended by itself."""
        return next((c for c in self.cycles if c.state is State.FINISHED), None)


def standing(premises: Premises, before: Standing | None = None) -> Standing:
    """Read how things stand. Raises StoreError.

    What is counted over all items, which takes long where there are many, is that of `before` while
    no other cycle began or ended: only cycles change it.
    """
    store, now = premises.store, premises.clock()
    cycles = store.last_cycles(CYCLES)
    same = before is not None and before.cycles and before.cycles[:1] == cycles[:1]
    return Standing(
        at=now,
        role=premises.role(),
        counts=before.counts if before is not None and same else store.counts(),
        sources=tuple(_sources(store.source_standings(), premises, now)),
        cycles=cycles,
        findings=store.open_findings(),
        letters=store.letters(retrying(premises.settings)),
        leases=store.leases(),
        pause=store.paused(),
        signals=_signals(store),
        held=held(premises.settings.held_plan),
    )


def held(file: Path) -> tuple[int | str, ...] | None:
    """Answer what the held plan names; None where what lies there is none."""
    try:
        return tuple(read_plan(file)) if file.exists() else ()
    except (ConfigurationError, OSError):
        return None


def _signals(store: Store) -> Mapping[str, int]:
    return Counter(key.partition("/")[0] for key in store.open_signals())


def _sources(
    standings: Iterable[SourceStanding], premises: Premises, now: datetime
) -> Iterable[SourceNow]:
    """Answer the sources that the settings have; of others, nothing is promised any more."""
    promised, known = timetable(premises.settings), readers(premises.settings)
    for one in standings:
        if one.source not in known:
            continue
        since = one.succeeded_at or one.first_at
        yield SourceNow(
            name=one.source,
            health=one.health,
            error=one.error,
            read_at=one.read_at,
            succeeded_at=one.succeeded_at,
            silent=max(now - since, timedelta()),
            stale=promised.stale(one.source, since, now),
        )
