"""What stands before or after every command, and how a command answers."""

import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from itsm_sync.app.crashes import report_crashes
from itsm_sync.app.logs import configure, on_journal
from itsm_sync.app.progress import ProgressBars
from itsm_sync.app.secrets import secrets_around
from itsm_sync.app.wiring import App, door, objections, start
from itsm_sync.cli.terminal import Terminal
from itsm_sync.clients.errors import ClientError
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.addressed import addressed
from itsm_sync.settings import Inspect, Settings, database, language, load, locate, zone
from itsm_sync.store import Store

DONE, UNWELL, WRONG, NO_REDMINE = 0, 1, 2, 3
_EMPTY = (
    "no cycle has come to an end on the database {database} (configuration: {directory}): nothing"
    " is known yet; `itsm-sync sync` runs one, --config or ITSM_SYNC_CONFIG names another"
    " configuration, ITSM_SYNC_DATABASE another database"
)


@dataclass(slots=True)
class Call:
    """One call of the command line; `known` is the configuration's language once that is read,
    `read` the settings.
    """

    config: Path | None = None
    json: bool = False
    verbose: bool = False
    known: Language | None = None
    read: Settings | None = None
    out: Terminal = field(default_factory=Terminal)
    err: Terminal = field(default_factory=lambda: Terminal(stderr=True))

    @property
    def directory(self) -> Path:
        """Where the configuration is."""
        return locate(self.config, os.environ, Path.cwd())

    @property
    def language(self) -> Language:
        """The configuration's language, also where the rest of it is wrong."""
        if self.known is None:
            self.known = language(self.directory, os.environ)
        return self.known

    @property
    def zone(self) -> ZoneInfo | None:
        """The configuration's zone, also where the rest of it is wrong; None: nobody knows."""
        return zone(self.directory)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the caller's environment says."""
        return os.environ

    def settings(self, inspect: Inspect = objections, *, secrets: bool = False) -> Settings:
        """Read the configuration, for commands that need no server and mostly no secret."""
        settings = load(self.directory, os.environ, secrets=secrets, inspect=inspect)
        self.known, self.read = settings.language, settings
        return settings

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the database alone, also where the rest of the configuration is wrong."""
        with Store.open(database.address(self.directory, os.environ)) as store:
            yield store

    @contextmanager
    def redmine(self, settings: Settings) -> Iterator[RedmineClient]:
        """Open the door to Redmine of settings that were read with secrets."""
        level = logging.DEBUG if self.verbose else logging.WARNING
        with door(settings, stream=sys.stderr, level=level) as redmine:
            yield redmine

    @contextmanager
    def app(
        self,
        directory: Path | None = None,
        *,
        servers: bool = True,
        takes_long: bool = False,
    ) -> Iterator[App]:
        """Make the app of the configuration (or of that in another directory), with progress bars
        where a person watches what asks servers or otherwise takes long.
        """
        watched = sys.stderr.isatty() and not self.verbose
        bars = (
            ProgressBars(self.err, self.language) if watched and (takes_long or servers) else None
        )
        level = logging.WARNING if watched else logging.DEBUG if self.verbose else logging.INFO
        try:
            with start(
                directory or self.directory,
                os.environ,
                stream=sys.stderr,
                level=level,
                listeners=(bars,) if bars else (),
                secrets=servers,
            ) as app:
                self.known = self.known or app.settings.language
                self.read = app.settings
                yield app
        finally:
            if bars:
                bars.close()

    def answer(self, document: Any) -> None:
        """Print one JSON document."""
        text = json.dumps(document, ensure_ascii=False, indent=1, default=plain)
        print(text)  # noqa: T201

    def line(self, document: Any) -> None:
        """Print one JSON document as one line."""
        print(json.dumps(document, ensure_ascii=False, default=plain))  # noqa: T201

    def warn(self, message: Message | str) -> None:
        """Print a line that stands out, where people read."""
        if not self.json:
            self.out.print(Text(say(message, self.language), style="yellow"), soft_wrap=True)

    def warn_if_empty(self, store: Store) -> None:
        """Say of a database that has seen no cycle which it is: another may have been meant."""
        if store.first_finished() is None:
            params = {"database": store.place, "directory": self.directory}
            self.remark(Message(_EMPTY, params))

    def remark(self, message: Message) -> None:
        """Print a line that stands out where errors do: it spoils no document."""
        self.err.print(Text(say(message, self.language), style="yellow"), soft_wrap=True)

    def complain(self, told: Message | str, status: int, **details: object) -> int:
        """Tell why nothing more was done; answer the exit status."""
        if self.json:
            self.answer({"error": str(told), **details})
        else:
            self.err.print(Text(say(told, self.language), style="bold red"), soft_wrap=True)
        return status

    def unserved(self, error: ClientError) -> int:
        """Tell why a server did not do what was asked; answer the exit status."""
        told = addressed(error, self.read) if self.read else error.message
        return self.complain(told, NO_REDMINE, system=error.system, http=error.status)

    def wrong(self, error: ConfigurationError) -> int:
        """Tell every problem of the configuration or the call; answer the exit status."""
        if self.json:
            self.answer(problems_json(error))
        else:
            told = Message("{n} problems; nothing was done:", {"n": len(error.problems)})
            self.list_problems(told, error)
        return WRONG

    def list_problems(self, heading: Message, error: ConfigurationError) -> None:
        """Print every problem below a heading, where what went wrong is told."""
        self.err.print(Text(say(heading, self.language), style="bold red"), soft_wrap=True)
        for problem in error.problems:
            said = say(problem.text, self.language)
            self.err.print(Text(f"  {problem.place}: {said}"), soft_wrap=True)


def prepare() -> None:
    """Make the process fit to speak, before anything is read: Korean reaches a pipe, a file and
    cron's mail whatever the locale is, and what nobody catches is a line of the log.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    journal = on_journal(sys.stderr, os.environ)
    configure(sys.stderr, logging.WARNING, secrets_around(os.environ), journal=journal)
    report_crashes()


def problems_json(error: ConfigurationError) -> dict[str, Any]:
    """Answer what is wrong in the words of `--json`."""
    problems = [
        {"file": p.file, "line": p.line, "path": list(p.path), "text": str(p.text)}
        for p in error.problems
    ]
    return {"error": str(error), "problems": problems}


def plain(value: object) -> str:
    """Answer what JSON has no form of; times as ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def call_of(context: typer.Context) -> Call:
    """Answer the call that a command belongs to."""
    call: Call = context.obj
    return call
