"""All signals and records, as `signals.yaml` wants them."""

from dataclasses import dataclass
from datetime import tzinfo

from itsm_sync.model.watching import Watching
from itsm_sync.signals.ports import Derived, Lines, Records, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What is watched, in the order in which it is looked at."""

    watching: Watching
    lines: tuple[Lines, ...] = ()
    derived: tuple[Derived, ...] = ()
    records: tuple[Records, ...] = ()

    def signal(self, name: str) -> Signal | None:
        """Answer the signal of a name; None where it is switched off."""
        every: tuple[Signal, ...] = (*self.lines, *self.derived)
        return next((signal for signal in every if signal.name == name), None)


def registry(watching: Watching, zone: tzinfo) -> Registry:
    """Answer what is switched on; times are told in that zone."""
    del zone
    return Registry(watching=watching)
