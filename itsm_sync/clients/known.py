"""What was learnt of servers: it outlives the clients, where a configuration is read anew."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from itsm_sync.clients.http import Guard


@dataclass(slots=True)
class Known:
    """The last guard of each server, by its address and by who asks: another account has limits of
    its own, and may be why the configuration was changed.
    """

    _guards: dict[tuple[Hashable, ...], Guard] = field(default_factory=dict)

    def guarded(self, guard: Guard, *server: Hashable) -> Guard:
        """Answer a new guard of a server, which goes on where the last one stands."""
        key = (guard.kind, *server)
        before = self._guards.get(key)
        if before is not None:
            guard.go_on(before)
        self._guards[key] = guard
        return guard
