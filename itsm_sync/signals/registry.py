"""All signals and records, as `signals.yaml` wants them."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol, TypeVar

from itsm_sync.model.watching import Watching
from itsm_sync.signals.builds.lines import Builds
from itsm_sync.signals.capacity.queue import Queue
from itsm_sync.signals.capacity.shortage import DISK, MEMORY, Shortage
from itsm_sync.signals.capacity.slower import Slower
from itsm_sync.signals.deliveries.record import Deliveries, Say
from itsm_sync.signals.gathering.outages import Outages
from itsm_sync.signals.gathering.storms import Storms
from itsm_sync.signals.machines.controllers import Controllers
from itsm_sync.signals.machines.nodes import Nodes
from itsm_sync.signals.ports import Derived, Lines, Records, Rounds, Signal, Trends
from itsm_sync.signals.problems.derive import Problems
from itsm_sync.signals.releases.derive import ReleaseTickets
from itsm_sync.signals.schedules.calendar import Calendar
from itsm_sync.signals.security.alerts import alert_signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What is watched, in the order in which it is looked at.

    `gathered` are the signals whose episodes `signals.gathering` makes; `rounds` and `trends` are
    among the `lines`, and asked for more than what single items say.
    """

    watching: Watching
    lines: tuple[Lines, ...] = ()
    rounds: tuple[Rounds, ...] = ()
    trends: tuple[Trends, ...] = ()
    gathered: tuple[Signal, ...] = ()
    derived: tuple[Derived, ...] = ()
    records: tuple[Records, ...] = ()

    def signal(self, name: str) -> Signal | None:
        """Answer the signal of a name; None where it is switched off."""
        every: tuple[Signal, ...] = (*self.lines, *self.gathered, *self.derived)
        return next((signal for signal in every if signal.name == name), None)


def registry(watching: Watching, zone: tzinfo, say: Say) -> Registry:
    """Answer what is switched on; times are told in that zone.

    `say` tells whether an item's words may stand on a ticket.
    """
    capacity = watching.capacity
    controllers = _on(Controllers(section=watching.controllers, zone=zone))
    queue = _on(Queue(section=capacity.queue, zone=zone))
    slower = _on(Slower(section=capacity.slower, zone=zone))
    return Registry(
        watching=watching,
        lines=(
            *_on(Builds(section=watching.builds, zone=zone)),
            *_on(Nodes(section=watching.nodes, zone=zone)),
            *controllers,
            *alert_signals(watching.security, zone),
            *_on(Shortage(section=capacity.disk, zone=zone, name=DISK)),
            *_on(Shortage(section=capacity.memory, zone=zone, name=MEMORY)),
            *queue,
            *slower,
        ),
        rounds=(*controllers, *queue),
        trends=slower,
        gathered=(
            Outages(section=watching.outages, zone=zone),
            Storms(section=watching.storms, zone=zone),
        ),
        derived=(
            *_on(Problems(section=watching.problems, zone=zone)),
            *_on(
                ReleaseTickets(
                    section=watching.releases,
                    zone=zone,
                    deliveries=watching.deliveries if watching.deliveries.enabled else None,
                )
            ),
            *_on(Calendar(section=watching.schedules, zone=zone)),
        ),
        records=_on(Deliveries(section=watching.deliveries, zone=zone, say=say)),
    )


class _Sectioned(Protocol):
    """Something that a section of `signals.yaml` switches on and off."""

    @property
    def section(self) -> "_Switch": ...


class _Switch(Protocol):
    @property
    def enabled(self) -> bool: ...


_Part = TypeVar("_Part", bound=_Sectioned)


def _on(part: _Part) -> tuple[_Part, ...]:
    return (part,) if part.section.enabled else ()
