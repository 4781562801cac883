"""What the daemon does beside cycles, at the times of `schedules.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from itsm_sync.app.wiring import App, utc_now
from itsm_sync.model.schedules import Reporting, When
from itsm_sync.operations import digest as digests
from itsm_sync.operations import letters
from itsm_sync.operations.files import write_report
from itsm_sync.operations.prune import prune
from itsm_sync.reports.periods import Period
from itsm_sync.settings import Settings
from itsm_sync.store import Store

_ENDINGS = {"html": "html", "md": "md", "text": "txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Runs a task by its name; each raises as the command of its name does."""

    app: App
    store: Store

    REPORT: ClassVar[str] = "report:"

    @classmethod
    def times(cls, settings: Settings) -> Mapping[str, When]:
        """Answer when each task is due, by name; a report's is its place in the list."""
        schedules = settings.schedules
        reports = {f"{cls.REPORT}{n}": one for n, one in enumerate(schedules.reports)}
        return {"letters": schedules.letters, "prune": schedules.prune, **reports}

    def run(self, name: str) -> None:
        """Run a task; one that the configuration has no more is left out."""
        if name == "letters":
            letters.retry_due(self.app.road(self.store), self.app.cycle())
        elif name == "prune":
            watch = self.app.watch()
            registry = watch.registry if watch else None
            prune(self.store, registry, self.app.settings.schedules.prune.keep, utc_now())
        else:
            self._tell(name)

    def _tell(self, name: str) -> None:
        reports = self.app.settings.schedules.reports
        number = name.removeprefix(self.REPORT)
        if number != name and int(number) < len(reports):
            self._report(reports[int(number)])

    def _report(self, wanted: Reporting) -> None:
        settings = self.app.settings
        zone, now = ZoneInfo(settings.general.timezone), utc_now()
        period = Period(since=now - timedelta(days=wanted.days), until=now)
        made = digests.make(self.store, settings, self.app.catalogue, period, None)
        folder = settings.held_plan.parent / wanted.out
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{wanted.report}-{now.astimezone(zone):%Y-%m-%d}.{_ENDINGS[wanted.format]}"
        write_report(file, digests.render(made, wanted.format, settings.language, zone))
