"""The program as a bench runs it: in this process, over a state of its own."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsm_sync.app.wiring import App, start
from itsm_sync.cycle import Road
from itsm_sync.cycle.road import pull
from itsm_sync.model.cycles import Health, SourceReport
from sandbox.configuration import copy

ACCOUNTS = {"JENKINS_USER": "bench", "JENKINS_TOKEN": "bench", "GITHUB_TOKEN": "bench"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A configuration and a database."""

    directory: Path
    environment: Mapping[str, str]

    @classmethod
    def over(
        cls, home: Path, addresses: Mapping[str, str], key: str, **settings: object
    ) -> "Program":
        """Make one under `home`, over these systems; `settings` stand in their places."""

        def settle(value: dict[str, Any]) -> None:
            for name, wanted in settings.items():
                section, _, field = name.partition("__")
                if field:
                    value[section][field] = wanted
                else:
                    value[section] = wanted

        directory = copy(home / "config", addresses=addresses, change=settle)
        environment = {
            **ACCOUNTS,
            "ITSM_SYNC_DATABASE": f"sqlite:///{home}/itsm-sync.db",
            "REDMINE_API_KEY": key,
        }
        return cls(directory=directory, environment=environment)

    @contextmanager
    def app(self) -> Iterator[tuple[App, Road]]:
        """Open it, until the block is left."""
        with start(self.directory, self.environment, stream=io.StringIO()) as app:
            yield app, app.road()

    def pulls(self) -> Mapping[str, SourceReport]:
        """Read all systems once; every one must have answered well."""
        with self.app() as (app, road):
            cycle = app.cycle()
            road.store.begin(cycle)
            reports = pull(road, cycle)
        ill = {name: str(r.error) for name, r in reports.items() if r.health is not Health.OK}
        if ill:
            raise RuntimeError(f"not read well: {ill}")
        return reports
