"""Puts the rooms together."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from pathlib import Path
from typing import TextIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog

from itsm_sync.app.brought import Brought
from itsm_sync.app.clock import utc_now
from itsm_sync.app.doors import Doors
from itsm_sync.app.heartbeat import HeartbeatObserver
from itsm_sync.app.logs import LogObserver, Observers, configure, on_journal
from itsm_sync.app.scope import reach, retrying, scope, timetable
from itsm_sync.app.secrets import secrets_around, secrets_of
from itsm_sync.app.signals import Signals
from itsm_sync.clients.heartbeat import HeartbeatClient
from itsm_sync.clients.known import Known
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.cycle import Road
from itsm_sync.cycle.due import EVERYTHING, Due
from itsm_sync.cycle.pulling import Requests
from itsm_sync.cycle.signals.recording import Sayable
from itsm_sync.cycle.signals.watching import Watch
from itsm_sync.desk.approvals import Meanings
from itsm_sync.desk.backfill import Backfill, Which
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.subject import Policy
from itsm_sync.model.caps import Caps
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.letters import Retrying
from itsm_sync.model.markup import Markup
from itsm_sync.model.ports import Observer, Source
from itsm_sync.reports.views.chosen import chosen
from itsm_sync.routing import Catalogue, Router, RoutingProblems, Trouble
from itsm_sync.settings import Objection, Parts, Settings, load
from itsm_sync.signals.registry import registry
from itsm_sync.store import Store


@dataclass(kw_only=True)
class App:
    """The configuration and what is made of it; closes what it opened."""

    settings: Settings
    router: Router
    catalogue: Catalogue
    observer: Observers
    requests: Requests
    brought: tuple[Source, ...] = ()
    stack: ExitStack = field(default_factory=ExitStack)
    signals: Signals = field(default_factory=Signals)
    known: Known = field(default_factory=Known)
    _opened: Store | None = None

    def __enter__(self) -> "App":
        self.stack.enter_context(self.signals.listening())
        return self

    def __exit__(self, *exception: object) -> None:
        self.stack.close()

    def store(self) -> Store:
        """Open the store; closed with the app."""
        lease = self.settings.schedules.lease
        self._opened = self.stack.enter_context(Store.open(self.settings.database, lease=lease))
        return self._opened

    def keep_heartbeat(self) -> None:
        """Let the dead man's switch hear of cycles from here on, where the settings name one."""
        settings = self.settings.general.heartbeat
        if settings is None:
            return
        heart = HeartbeatObserver(
            HeartbeatClient(settings), self.observer, success_only=settings.tells == "success"
        )
        self.observer.add(heart)
        self.stack.callback(heart.close)

    def use(self, store: Store) -> None:
        """Work over a store that is open already, and stays so."""
        self._opened = store

    def close(self) -> None:
        """Close what was opened."""
        self.stack.close()

    def cycle(self) -> Cycle:
        """Name a new cycle; its id stands on every log line from here on."""
        now = utc_now()
        cycle = Cycle(
            id=f"{now:%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}",
            started_at=now,
            configuration=self.settings.hash,
        )
        structlog.contextvars.bind_contextvars(cycle=cycle.id)
        return cycle

    @cached_property
    def doors(self) -> Doors:
        """The doors to the servers."""
        return Doors(
            settings=self.settings,
            observer=self.observer,
            known=self.known,
            stack=self.stack,
            guard=self._guard,
            brought=self.brought,
        )

    def _guard(self) -> None:
        """See, right before a write to Redmine, that nobody else does our work by now."""
        if self._opened is not None:
            self._opened.assure()

    def desk(self) -> Desk:
        """Make the desk, over the door that knows who we are once the source has asked."""
        settings = self.settings.redmine
        markup = None if settings.markup == "auto" else Markup(settings.markup)
        return Desk(self.doors.redmine, settings.fields, self.observer, markup=markup)

    def markup(self, store: Store) -> Markup:
        """Answer how Redmine marks text up: by the settings, as it told last, or by the page of a
        ticket that is known.
        """
        desk = self.desk()
        desk.remember(store)
        told = store.rendering()
        if told is not None and told.markup is not Markup.UNKNOWN:
            return desk.markup(None) if self.settings.redmine.markup != "auto" else told.markup
        return desk.markup(store.newest_ticket())

    def road(self, store: Store | None = None, due: Due = EVERYTHING) -> Road:
        """Put the road together, over the settings' database unless a store is given."""
        notes = self.settings.redmine.notes
        desk, store = self.desk(), store or self.store()
        desk.remember(store)
        return Road(
            sources=self.doors.sources(),
            store=store,
            router=self.router,
            catalogue=self.catalogue,
            matrix=self.settings.matrix,
            policy=Policy(
                language=self.settings.language,
                configuration=self.settings.hash,
                assign=self.settings.redmine.assign == "unassigned",
                watch=self.settings.redmine.watch == "consulted",
                notes=notes.visibility,
                notes_on=notes.on,
                zone=ZoneInfo(self.settings.general.timezone),
                labels={name: f.name for name, f in self.settings.redmine.fields.items()},
                tries=self.retrying.tries,
            ),
            meanings=Meanings.of(self.settings.redmine.approvals),
            desk=desk,
            watch=self._watch(desk),
            retrying=self.retrying,
            reach=reach(self.settings),
            levels=self.settings.sla,
            clock=utc_now,
            observer=self.observer,
            requests=self.requests,
            caps=Caps(**self.settings.general.caps.model_dump()),
            backfill=self._backfill(),
            held_plan=str(self.settings.held_plan),
            scope=scope(self.settings),
            due=due,
            timetable=timetable(self.settings),
            undisturbed=self.signals.held_back,
        )

    @property
    def retrying(self) -> Retrying:
        """When what is set aside is tried again, and how often."""
        return retrying(self.settings)

    def watch(self) -> Watch | None:
        """Answer what signals are watched, if any."""
        return self._watch(self.desk())

    def _watch(self, desk: Desk) -> Watch | None:
        """Answer what `signals.yaml` says, told in the settings' zone."""
        settings = self.settings
        if settings.watching is None:
            return None
        zone = ZoneInfo(settings.general.timezone)
        say = Sayable(desk=desk, catalogue=self.catalogue)
        fields = settings.redmine.fields.items()
        return Watch(
            registry=registry(settings.watching, zone, say),
            configuration=settings.watching_hash,
            roots=settings.redmine.projects,
            field_ids={name: field.id for name, field in fields if field.id is not None},
        )

    def _backfill(self) -> Backfill:
        """Answer what the settings say of old tickets; a date begins at midnight in their zone."""
        general = self.settings.general
        day = general.backfill_since
        since = datetime.combine(day, time(), ZoneInfo(general.timezone)) if day else None
        return Backfill(which=Which(general.backfill), since=since)


def start(
    directory: Path,
    environment: Mapping[str, str],
    *,
    stream: TextIO,
    level: int = logging.INFO,
    listeners: tuple[Observer, ...] = (),
    secrets: bool = True,
    signals: Signals | None = None,
    hidden: set[str] | None = None,
    known: Known | None = None,
) -> App:
    """Load the configuration and make an app of it.

    Args:
        hidden: secrets that logs hide, whatever the configuration says by now; its own join them.
        known: what was learnt of servers under the configuration before.

    Raises:
        ConfigurationError: with every problem of all rooms, each with file and line.
    """
    requests = Requests()
    observer = Observers(LogObserver(), requests, *listeners)
    brought = Brought(environment, observer, utc_now, secrets=secrets)

    def inspect(parts: Parts) -> list[Objection]:
        return [*objections(parts), *brought.make(parts.sources)]

    settings = load(directory, environment, secrets=secrets, inspect=inspect)
    ours = (*secrets_of(settings.general), *settings.database_secrets)
    hidden = set() if hidden is None else hidden
    hidden.update([*secrets_around(environment), *ours, *brought.secrets])
    configure(stream, level, hidden, journal=on_journal(stream, environment))
    router, catalogue = deciders(settings)
    return App(
        settings=settings,
        router=router,
        catalogue=catalogue,
        observer=observer,
        requests=requests,
        brought=tuple(brought.sources),
        signals=signals or Signals(),
        known=known or Known(),
    )


@contextmanager
def door(settings: Settings, *, stream: TextIO, level: int) -> Iterator[RedmineClient]:
    """Open the door to Redmine alone, also where rules or matrix are wrong."""
    configure(stream, level, secrets_of(settings.general))
    client = RedmineClient(settings.redmine, LogObserver())
    try:
        yield client
    finally:
        client.close()


def _routing(parts: Parts) -> list[Trouble]:
    """Answer what routing objects to in the files that are valid in themselves."""
    found: list[Trouble] = []
    if parts.matrix is None:
        return found
    if parts.services is not None and parts.people is not None:
        found += Catalogue(parts.services, parts.people).problems(parts.matrix)
    if parts.rules is not None:
        try:
            Router(parts.matrix, parts.rules)
        except RoutingProblems as rejected:
            found += rejected.problems
    return found


def objections(parts: Parts) -> list[Objection]:
    """Answer what routing and reports object to in the files that are valid in themselves."""
    wrong = chosen(parts.reporting) if parts.reporting is not None else ()
    return [*_routing(parts), *wrong]


def deciders(settings: Settings) -> tuple[Router, Catalogue]:
    """Make router and catalogue of settings that `objections` has nothing against."""
    return (
        Router(settings.matrix, settings.rules),
        Catalogue(settings.services, settings.people),
    )
