"""The program as a bench runs it: over a state of its own, in this process or in one alone."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from itsm_sync.app.wiring import App, start
from itsm_sync.cycle import Road, Summary
from itsm_sync.cycle.road import pull
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.operations.cycles import plan, sync
from sandbox.bench.lone import Lone
from sandbox.configuration import copy
from sandbox.daemon import Daemon, schedule

ACCOUNT = "bench"
_ACCOUNTS = dict.fromkeys(("JENKINS_USER", "JENKINS_TOKEN", "GITHUB_TOKEN"), ACCOUNT)
_CAPS = ("rule", "team", "cycle", "share", "mails", "new", "incidents", "clocks")
_UNHELD = 1000  # requests a second: how gentle the settings are is not what is measured
_ALL = 10_000  # histories a cycle: the most that the settings allow
_MOST = 12  # cycles, until nothing is left to do
_STALE = "2h"  # longer than from any cycle to the next

Settle = Callable[[dict[str, Any]], object]
Cycle = Callable[..., Summary]  # write: bool


class NotWell(Exception):
    """The program did not do what is to be measured; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A configuration and a database."""

    directory: Path
    environment: Mapping[str, str]

    @classmethod
    def over(
        cls,
        home: Path,
        addresses: Mapping[str, str],
        key: str,
        change: Settle | None = None,
        *,
        whole: bool = False,
    ) -> "Program":
        """Make one under `home`, over these systems; no cap holds anything back.

        `whole`: signals are watched and service levels kept, the histories of all tickets at once.
        """

        def settle(settings: dict[str, Any]) -> None:
            settings["caps"] = dict.fromkeys(_CAPS, 0)
            for system in addresses:
                part = settings[system][0] if system == "jenkins" else settings[system]
                part["rate"] = _UNHELD
            settings["redmine"]["histories"] = _ALL
            if change is not None:
                change(settings)

        directory = copy(
            home / "config", addresses=addresses, change=settle, signals=whole, levels=whole
        )
        environment = {
            **_ACCOUNTS,
            "ITSM_SYNC_DATABASE": f"sqlite:///{home}/itsm-sync.db",
            "REDMINE_API_KEY": key,
        }
        return cls(directory=directory, environment=environment)

    @property
    def database(self) -> Path:
        """The file of its database."""
        return self.directory.parent / "itsm-sync.db"

    def going_on(self, other: "Program") -> "Program":
        """Answer this one with a copy of another's state."""
        shutil.copy2(other.database, self.database)
        return self

    @contextmanager
    def app(self) -> Iterator[App]:
        """Open it, until the block is left."""
        with start(self.directory, self.environment, stream=io.StringIO()) as app:
            yield app

    @contextmanager
    def cycling(self) -> Iterator[Cycle]:
        """Open it; answer what lets a cycle pass, as the daemon does it."""
        with self.app() as app:
            store = app.store()

            def cycle(*, write: bool = True) -> Summary:
                travel = sync if write else plan
                summary = travel(app.road(store), app.settings, app.cycle())
                _assure(summary.sources)
                return summary

            yield cycle

    def pulls(self, *only: str) -> Mapping[str, SourceReport]:
        """Read the systems once, or some of them; every one must have answered well."""
        with self.pulling(*only) as read:
            return read()

    @contextmanager
    def pulling(self, *only: str) -> Iterator[Callable[[], Mapping[str, SourceReport]]]:
        """Open it; answer what reads the systems, or some of them, once."""
        with self.app() as app:
            road = chosen(app.road(), only)

            def read() -> Mapping[str, SourceReport]:
                cycle = app.cycle()
                road.store.begin(cycle)
                reports = pull(road, cycle)
                _assure(reports)
                return reports

            yield read

    def settles(self) -> None:
        """Let cycles pass until two in a row had nothing to write.

        Raises:
            NotWell: there is no end to it.
        """
        quiet = 0
        with self.cycling() as cycle:
            for _ in range(_MOST):
                quiet = 0 if cycle().plan.edits else quiet + 1
                if quiet == 2:
                    return
        raise NotWell(f"after {_MOST} cycles there still is something to write")

    @contextmanager
    def daemon(self, every: str, **secrets: str) -> Iterator[Daemon]:
        """Let `itsm-sync run` work, until the block is left."""
        schedule(self.directory, cycle={"every": every, "stale_after": _STALE})
        environment = {
            **self.environment,
            **secrets,
            "PATH": os.environ["PATH"],
            "ITSM_SYNC_CONFIG": str(self.directory),
        }
        with Daemon.started(environment) as daemon:
            yield daemon

    def alone(self, *, cycles: int) -> Lone:
        """Let cycles that only look pass in a process of its own; answer what they took."""
        command = [sys.executable, "-m", "sandbox.bench.lone", str(self.directory), str(cycles)]
        done = subprocess.run(
            command,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotWell(done.stderr[-2000:])
        return Lone(**json.loads(done.stdout))


def chosen(road: Road, only: Collection[str]) -> Road:
    """Answer the road over some systems alone; over all where none is named."""
    sources = tuple(s for s in road.sources if not only or s.name.partition(":")[0] in only)
    return replace(road, sources=sources)


def _assure(reports: Mapping[str, SourceReport]) -> None:
    ill = {name: str(r.error) for name, r in reports.items() if r.health is not Health.OK}
    if ill:
        raise NotWell(f"not read well: {ill}")
