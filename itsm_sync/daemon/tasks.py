"""What the daemon does beside cycles, at the times of `schedules.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.app.clock import utc_now
from itsm_sync.app.wiring import App
from itsm_sync.daemon.telling import Teller
from itsm_sync.daemon.workshop import Workshop
from itsm_sync.model.schedules import When
from itsm_sync.model.watching.base import Duration
from itsm_sync.operations import letters
from itsm_sync.operations.prune import prune
from itsm_sync.settings import Settings
from itsm_sync.store import Store

# How often it is looked for what waited: for the end of quiet hours, for a second try.
_LOOK = When(every=Duration(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Runs a task by its name; each raises as the command of its name does."""

    app: App
    store: Store
    workshop: Workshop

    REPORTS: ClassVar[str] = "reports"
    REPORT: ClassVar[str] = "report:"

    @classmethod
    def times(cls, settings: Settings) -> Mapping[str, When]:
        """Answer when each task is due, by name; a report's has the name of its schedule."""
        schedules = settings.schedules
        reports = {f"{cls.REPORT}{one.name}": When(cron=one.cron) for one in schedules.reports}
        looks = {cls.REPORTS: _LOOK} if settings.reporting.targets else {}
        return {"letters": schedules.letters, "prune": schedules.prune, **reports, **looks}

    @classmethod
    def at_start(cls, settings: Settings) -> tuple[str, ...]:
        """Answer what is looked for at once: what fell due while nobody was there."""
        return (cls.REPORTS,) if settings.schedules.reports else ()

    def run(self, name: str) -> None:
        """Run a task; one that the configuration has no more is left out."""
        if name == "letters":
            letters.retry_due(self.app.road(self.store), self.app.cycle())
        elif name == "prune":
            watch = self.app.watch()
            registry = watch.registry if watch else None
            prune(self.store, registry, self.app.settings.schedules.prune.keep, utc_now())
        elif name == self.REPORTS or name.startswith(self.REPORT):
            Teller(app=self.app, store=self.store, workshop=self.workshop).turn()
