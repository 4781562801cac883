"""The parts of the bench by their names, in the order they are run."""

from collections.abc import Callable, Iterator, Mapping

from sandbox.bench import (
    changing,
    client,
    deciding,
    growing,
    hooking,
    idling,
    missing,
    pulling,
    remembering,
    sweeping,
    together,
    writing,
)
from sandbox.bench.rows import Told
from sandbox.bench.stage import Stage

Part = Callable[[Stage], Iterator[Told]]

PARTS: Mapping[str, Part] = {
    "cold-pull": pulling.rows,
    "client-work": client.rows,
    "decide": deciding.rows,
    "idle-redmine": idling.redmine_rows,
    "idle-fleet": idling.fleet_rows,
    "small-cycle": changing.rows,
    "webhook": hooking.rows,
    "sweep": sweeping.rows,
    "missed": missing.rows,
    "write": writing.rows,
    "together": together.rows,
    "memory": remembering.rows,
    "growth": growing.rows,
}
NEED_NO_REDMINE = frozenset({"decide", "idle-fleet"})
