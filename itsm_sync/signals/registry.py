"""All signals and records, as `signals.yaml` wants them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from itsm_sync.model.watching import Watching
from itsm_sync.signals.builds import Builds
from itsm_sync.signals.controllers import Controllers
from itsm_sync.signals.deliveries import Deliveries, Say
from itsm_sync.signals.nodes import Nodes
from itsm_sync.signals.outages import Outages
from itsm_sync.signals.ports import Derived, Lines, Records, Signal
from itsm_sync.signals.problems import Problems
from itsm_sync.signals.releases import ReleaseTickets
from itsm_sync.signals.schedules import Calendar
from itsm_sync.signals.security import alert_signals
from itsm_sync.signals.storms import Storms


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What is watched, in the order in which it is looked at.

    `gathered` are the signals whose episodes `signals.gathering` makes.
    """

    watching: Watching
    lines: tuple[Lines, ...] = ()
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
    deliveries = Deliveries(section=watching.deliveries, zone=zone, say=say)
    return Registry(
        watching=watching,
        lines=tuple(_lines(watching, zone)),
        gathered=(
            Outages(section=watching.outages, zone=zone),
            Storms(section=watching.storms, zone=zone),
        ),
        derived=tuple(_derived(watching, zone)),
        records=(deliveries,) if watching.deliveries.enabled else (),
    )


def _lines(watching: Watching, zone: tzinfo) -> Iterator[Lines]:
    if watching.builds.enabled:
        yield Builds(section=watching.builds, zone=zone)
    if watching.nodes.enabled:
        yield Nodes(section=watching.nodes, zone=zone)
    if watching.controllers.enabled:
        yield Controllers(section=watching.controllers, zone=zone)
    yield from alert_signals(watching.security, zone)


def _derived(watching: Watching, zone: tzinfo) -> Iterator[Derived]:
    if watching.problems.enabled:
        yield Problems(section=watching.problems, zone=zone)
    if watching.releases.enabled:
        looked_for = watching.deliveries.enabled
        yield ReleaseTickets(section=watching.releases, zone=zone, unapproved=looked_for)
    if watching.schedules.enabled:
        yield Calendar(section=watching.schedules, zone=zone)
