"""prune: what is old and needed by nothing any more is let go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.cycle.inventory import KINDS
from itsm_sync.cycle.signals.attending import MEMORY, is_looked_at
from itsm_sync.locale import say
from itsm_sync.model.keeping import Keep
from itsm_sync.model.signals import Life, Past
from itsm_sync.model.words import Language, Message
from itsm_sync.signals.life.lives import live, rested
from itsm_sync.signals.registry import Registry
from itsm_sync.store import Room, Store

_MARGIN = timedelta(days=7)
_OBSERVATIONS = "observations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows went (or would), by table, and what became of the room that they had."""

    rows: Mapping[str, int] = field(default_factory=dict)
    room: Room = field(default_factory=Room)
    dry: bool = False


def prune(
    store: Store, registry: Registry | None, keep: Keep, now: datetime, *, dry: bool = False
) -> Pruned:
    """Let go of what is old.

    No cycle runs meanwhile: what it needs is told apart by what is stored. Every transaction is
    short, and others have their turn in between; the file is made smaller at the end, where there
    is much to gain and nobody else at work.

    Args:
        store: what is stored.
        registry: the signals that are watched, which say how far they look back.
        keep: the ages.
        now: as of when.
        dry: only count.

    Raises:
        Busy: a cycle is at work.
    """
    keep = keep.at_least(lookback(registry))
    with store.exclusive():
        said = _lines(store, registry, now - keep.observations, dry=dry) if registry else 0
        rows = dict(store.prune(keep, now, lasting=KINDS, dry=dry))
        room = Room() if dry else store.give_back_space()
    if said:
        rows[_OBSERVATIONS] = said
    return Pruned(rows=dict(sorted(rows.items())), room=room, dry=dry)


def lookback(registry: Registry | None) -> timedelta:
    """Answer how far back signals look for what opens, closes or tells of a ticket."""
    if registry is None:
        return MEMORY + _MARGIN
    watching = registry.watching
    problems = watching.problems
    ages = (
        MEMORY,
        problems.within + problems.quiet_for + problems.reopen_within,
        watching.deliveries.forget_after,
        watching.duplicates.within,
        *(signal.life.reopen_within + signal.life.open_for for signal in registry.lines),
    )
    return max(ages) + _MARGIN


def _lines(store: Store, registry: Registry, until: datetime, *, dry: bool) -> int:
    """Let go of what was said of lines while they were well since; answer how much."""
    lives = {signal.name: signal.life for signal in registry.lines}
    rounds = {signal.name for signal in registry.rounds}
    looked = rounds | {signal.name for signal in registry.lines if is_looked_at(signal)}
    total = 0
    for name, line in store.lines_with_history(until):
        life = lives.get(name)
        past = _rested(store, (name, line), life, until) if life is not None else None
        if past is not None:
            total += store.let_go((name, line), past, looked=name in looked, dry=dry)
    return total


def _rested(store: Store, place: tuple[str, str], life: Life, until: datetime) -> Past | None:
    """Answer how a line stood at its last rest; None: it had none, or would not live on the same.

    That it would is proven (`tests/property/test_life.py`); it is looked at all the same before
    something is thrown away.
    """
    name, line = place
    known = store.episodes(signal=name, line=line)
    said = store.observations([place])[place]
    acts = store.acts(episode.key for episode in known)
    before = store.past(name, line)
    past = rested(name, line, said, acts, life, known=known, past=before, until=until)
    if past is None or (before is not None and past.since <= before.since):
        return None
    left = [one for one in said if one.at > past.since]
    now = live(name, line, said, acts, life, known=known, past=before)
    then = live(name, line, left, acts, life, known=known, past=past)
    stored = {episode.key for episode in known}
    return past if now == then and stored.issuperset(e.key for e in past.episodes) else None


def as_json(pruned: Pruned) -> dict[str, Any]:
    """Answer what went in the words of `prune --json`."""
    room = {"bytes": pruned.room.given, "bytes_left": pruned.room.left}
    return {"dry_run": pruned.dry, "rows": dict(pruned.rows)} | room


def show(pruned: Pruned, console: Console, language: Language) -> None:
    """Print what went, for people."""
    if pruned.rows:
        table = Table(box=None, pad_edge=False)
        for title in ("table", "rows"):
            table.add_column(say(title, language))
        for name, number in pruned.rows.items():
            table.add_row(Text(name), str(number))
        console.print(table)
    for message in _told(pruned):
        console.print(say(message, language), highlight=False, soft_wrap=True)


def _told(pruned: Pruned) -> Iterator[Message]:
    if not pruned.rows:
        yield Message("nothing is old enough")
    elif pruned.dry:
        yield Message("nothing was thrown away")
    if pruned.room.given:
        given = {"megabytes": pruned.room.given // 10**6}
        yield Message("{megabytes} MB were given back", given)
    if pruned.room.left:
        left = {"megabytes": pruned.room.left // 10**6}
        yield Message(
            "{megabytes} MB of the file are free: nobody else may work while it is made smaller;"
            " the daemon does it at its own time, or `itsm-sync prune` once it has stopped",
            left,
        )
