"""The whole program over a fake Redmine, in this process: it runs, crashes and starts again."""

import atexit
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ruamel.yaml import YAML
from sandbox.configuration import copy

from itsm_sync.app.wiring import App, deciders
from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle import Road, Summary
from itsm_sync.cycle.pulling import Requests
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Result
from itsm_sync.model.ports import Observer, Source
from itsm_sync.operations.cycles import plan, sync
from itsm_sync.routing import Catalogue, Router
from itsm_sync.settings import Settings, load
from itsm_sync.sources.redmine import RedmineSource
from itsm_sync.store import Store
from tests.fake_redmine import FakeOffice
from tests.shelf import Deaf

# Rules that come before all others: configuration -> words of a title -> process.
CHANGED_RULES: Mapping[str, Mapping[str, str]] = {
    "shipped": {},
    "strategic": {"결제": "service-strategy", "로그인": "service-strategy"},
    "releasing": {"결제": "release", "사업": "incident"},
}
# Configurations with signals that a test makes: name -> file -> what changes its value in place.
WATCHING: dict[str, Mapping[str, Callable[[Any], object]]] = {"watching": {}}
# Those with service levels, just so.
LEVELLED: dict[str, Mapping[str, Callable[[Any], object]]] = {"levelled": {}}


@cache
def folder() -> Path:
    """Answer a place for what this run makes, in memory where there is one: fsync takes longest."""
    memory = Path("/dev/shm")
    made = Path(mkdtemp(prefix="itsm-sync-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def configuration(name: str) -> tuple[Settings, Router, Catalogue]:
    """Answer one of the configurations, with what decides by it; "watching" has signals."""
    directory = copy(folder() / name, signals=name in WATCHING, levels=name in LEVELLED)

    def insert(rules: Any) -> None:
        for word, process in CHANGED_RULES.get(name, {}).items():
            rule = {"name": f"{word}: {process}", "when": {"title": [word]}, "then": process}
            rules["rules"]["process"].insert(0, rule)

    for file, change in {
        "rules.yaml": insert,
        **WATCHING.get(name, {}),
        **LEVELLED.get(name, {}),
    }.items():
        _change(directory / file, change)
    settings = load(directory, {"REDMINE_API_KEY": "k" * 40})
    return settings, *deciders(settings)


def _change(file: Path, change: Callable[[Any], object]) -> None:
    yaml = YAML()
    value = yaml.load(file.read_text(encoding="utf-8"))
    change(value)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(value, out)


@cache
def empty_database() -> Path:
    """Answer a database of today's schema with nothing in it."""
    file = folder() / "empty.db"
    Store.open(f"sqlite:///{file}").close()
    return file


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Killed(BaseException):
    """The process ended here."""


class Bot:
    """The program: `sync` and `plan`, restarts, crashes, lost databases, changed rules."""

    def __init__(self, office: FakeOffice, clock: Clock) -> None:
        self.office = office
        self.clock = clock
        self.rules = "shipped"
        self.cycles = 0
        self.others: tuple[Source, ...] = ()  # systems read beside Redmine
        self.a_cycle: int | None = None  # histories of before; None: as the settings say
        self.watches = True  # signals, where the rules have any
        self.observer: Observer = Deaf()
        self._stack = ExitStack()
        self._directory = Path(mkdtemp(dir=folder()))
        self.lose_database()

    def sync(self, *, killed: bool = False) -> Summary | None:
        """Run a cycle; None where it could not end. `killed`: at the first write, unrecorded."""
        store = self._store
        if killed:
            store.record = _die  # type: ignore[method-assign]
        with suppress(Killed, ClientError):
            return self._run(sync)
        if killed:
            self.restart()
        return None

    def plan(self) -> Summary:
        """Plan, and write nothing."""
        return self._run(plan)

    def restart(self) -> None:
        """Begin anew over the same database."""
        self._stack.close()
        self._store = self._stack.enter_context(Store.open(f"sqlite:///{self._database}"))

    def lose_database(self) -> None:
        """Begin anew over an empty one."""
        self._stack.close()
        for file in self._directory.iterdir():
            file.unlink()
        shutil.copy(empty_database(), self._database)
        self.restart()

    def close(self) -> None:
        self._stack.close()
        shutil.rmtree(self._directory)

    @property
    def store(self) -> Store:
        """The database, open."""
        return self._store

    @property
    def database(self) -> Path:
        """Its file."""
        return self._database

    @property
    def _database(self) -> Path:
        return self._directory / "itsm-sync.db"

    def _run(self, command: Callable[[Road, Settings, Cycle], Summary]) -> Summary:
        settings, router, catalogue = configuration(self.rules)
        self.cycles += 1
        cycle = Cycle(id=f"c{self.cycles}", started_at=self.clock(), configuration=settings.hash)
        app = App(
            settings=settings,
            router=router,
            catalogue=catalogue,
            observer=self.observer,
            requests=Requests(),
        )
        app.doors.redmine = self.office.client(self.observer)
        source = RedmineSource(
            client=app.doors.redmine, settings=settings.redmine, clock=self.clock
        )
        road = replace(app.road(self._store), sources=(source, *self.others), clock=self.clock)
        if road.reach is not None and self.a_cycle is not None:
            road = replace(road, reach=replace(road.reach, a_cycle=self.a_cycle))
        road = road if self.watches else replace(road, watch=None)
        return command(road, settings, cycle)


def _die(result: Result, cycle: str, at: datetime) -> Any:
    raise Killed
