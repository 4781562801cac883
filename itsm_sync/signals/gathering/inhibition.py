"""What fails because its machine is down belongs to the machine's ticket. Pure.

Judged by own times: an episode that lies within the machine's, give or take a slack. Once the
machine is well and the trouble goes on, it lies within no more.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from itsm_sync.model.cycles import Health
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.ports import Known

NODES, CONTROLLERS = "nodes", "controllers"
# What a machine that is down can be the cause of.
_UNDER = {NODES: frozenset({"builds"}), CONTROLLERS: frozenset({"builds", NODES})}


def muted(
    machine: Episode, slack: timedelta, others: Iterable[Episode], known: Known
) -> Iterator[Episode]:
    """Answer the episodes that fall into a machine's."""
    return (other for other in others if falls_into(other, machine, slack, known))


def falls_into(episode: Episode, machine: Episode, slack: timedelta, known: Known) -> bool:
    """Answer whether an episode began and last failed while its machine was down.

    The nodes asked are those of its first and of its last failure.
    """
    if episode.signal not in _UNDER.get(machine.signal, ()) or not _meanwhile(
        episode, machine, slack, known
    ):
        return False
    if machine.signal == CONTROLLERS:
        return reads(machine.line, str(episode.facts.get("controller", "")))
    if episode.facts.get("controller") != machine.facts.get("controller"):
        return False
    node = machine.facts.get("node")
    return bool(node) and all(_node_of(key, known) == node for key in {episode.first, episode.last})


def reads(source: str, controller: str) -> bool:
    """Answer whether a source's name is that of a controller; a single one is "jenkins"."""
    return bool(controller) and source in ("jenkins", f"jenkins:{controller}")


def _meanwhile(episode: Episode, machine: Episode, slack: timedelta, known: Known) -> bool:
    end = _end(machine, known)
    last = episode.last_at or episode.began
    return episode.began >= machine.began - slack and (end is None or last <= end + slack)


def _end(machine: Episode, known: Known) -> datetime | None:
    """Answer when a machine was well again; None: it is still down, though nobody will mend it."""
    if machine.standing in (Standing.REJECTED, Standing.DELETED) and _is_down(machine, known):
        return None
    return machine.well_since or machine.ended


def _is_down(machine: Episode, known: Known) -> bool:
    if machine.signal == CONTROLLERS:
        report = known.sources.get(machine.line)
        return report is not None and report.health is Health.FAILED
    node = known.item(machine.last)
    return node is not None and bool(node.facts.get("offline"))


def _node_of(key: str, known: Known) -> object:
    item = known.item(key)
    return None if item is None else item.facts.get("node")
