"""Reads the configuration's files and the environment into one typed value."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr, ValidationError

from itsm_sync.model.catalogue import Person, Service
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import Reporting
from itsm_sync.model.rules import Case, RuleBook
from itsm_sync.model.schedules import Schedules
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.watching import Watching
from itsm_sync.model.words import Language, Message
from itsm_sync.settings import database as databases
from itsm_sync.settings.credentials import lacking, secrets_written, with_secrets
from itsm_sync.settings.deciding import (
    DECIDING,
    Inspect,
    configuration_hash,
    parts_of,
    problems_of,
    under,
    value_of,
)
from itsm_sync.settings.documents import Document, ValuePath, read
from itsm_sync.settings.leveled import in_zone, leveled
from itsm_sync.settings.overlaid import Overlaid, overlaid
from itsm_sync.settings.reported import reported, told_on_time
from itsm_sync.settings.scheduled import scheduled
from itsm_sync.settings.schema import General, Redmine
from itsm_sync.settings.watched import odd

_T = TypeVar("_T")
REQUIRED = ("settings", *DECIDING)
OPTIONAL = ("signals", "schedules", "sla", "reports")
KNOWN = (*REQUIRED, *OPTIONAL, "cases")


@dataclass(frozen=True)
class Settings:
    """The configuration, valid in itself. Rooms check the rest and answer with a value's path."""

    directory: Path
    general: General
    matrix: Matrix
    rules: RuleBook
    services: tuple[Service, ...]
    people: tuple[Person, ...]
    documents: Mapping[str, Document] = field(repr=False)
    watching: Watching | None = None  # None: no signals
    schedules: Schedules = field(default_factory=Schedules)
    sla: ServiceLevels | None = None  # None: no service levels; else its zone is named
    reporting: Reporting = field(default_factory=Reporting)
    # Which variable of the environment gave a value of `settings.yaml`.
    given: Mapping[ValuePath, str] = field(default_factory=dict)

    @property
    def redmine(self) -> Redmine:
        return self.general.redmine

    @property
    def language(self) -> str:
        return self.general.language

    @property
    def database(self) -> str:
        """The database's URL, with its password; a relative SQLite path is relative to the
        configuration.
        """
        password = self.general.database_password.get_secret_value()
        url = databases.located(self.general.database, self.directory)
        return databases.with_password(url, password)

    @property
    def database_secrets(self) -> tuple[str, ...]:
        """What no log may show of the database's URL."""
        password = self.general.database_password.get_secret_value()
        return databases.secrets(self.general.database, password)

    def problem(self, path: ValuePath, text: Message) -> Problem:
        """Answer a problem of a value of `settings.yaml`, or of the variable that gave it."""
        found = self.documents["settings"].problem(path, text)
        return Overlaid(value={}, said=self.given).named([found])[0]

    @property
    def held_plan(self) -> Path:
        """The file of a plan that caps hold: beside a database that is a file, unless named."""
        if self.general.held_plan:
            return (self.directory / self.general.held_plan).absolute()
        file = self.database.removeprefix("sqlite:///")
        beside = Path(file).parent if file != self.database else self.directory
        return (beside / "held-plan.json").absolute()

    @cached_property
    def hash(self) -> str:
        """What the configuration decides, in 12 characters; addresses and secrets do not count."""
        return configuration_hash(self.documents)

    @cached_property
    def hash_reported(self) -> str:
        """What reports show: the hash of what decides, and behind it that of the service levels.

        These change no routing: nothing is decided anew where they change.
        """
        if self.sla is None:
            return self.hash
        return f"{self.hash}+{hashlib.sha256(repr(self.sla).encode()).hexdigest()[:6]}"

    @cached_property
    def watching_hash(self) -> str:
        """What the signals are made of, in 12 characters."""
        return hashlib.sha256(repr(self.watching).encode()).hexdigest()[:12]


def locate(option: Path | None, environment: Mapping[str, str], here: Path) -> Path:
    """Answer the configuration's directory: `--config`, `ITSM_SYNC_CONFIG`, `./config`."""
    if option is not None:
        return option
    return (
        Path(environment["ITSM_SYNC_CONFIG"])
        if environment.get("ITSM_SYNC_CONFIG")
        else (here / "config")
    )


def load(
    directory: Path,
    environment: Mapping[str, str],
    *,
    secrets: bool = True,
    inspect: Inspect = lambda _: (),
) -> Settings:
    """Read the configuration in `directory`.

    Args:
        directory: holds `settings.yaml` and the others.
        environment: gives addresses (`REDMINE_URL`, ...), `ITSM_SYNC_DATABASE`,
            `ITSM_SYNC_HELD_PLAN`, `ITSM_SYNC_HTTP` (`HOST:PORT`) and secrets
            (`REDMINE_API_KEY` or `REDMINE_API_KEY_FILE`, ...).
        secrets: whether a missing secret is a problem (commands without a server need none).
        inspect: what the rooms object to in the files that are valid in themselves.

    Raises:
        ConfigurationError: with every problem found in all files.
    """
    if not directory.is_dir():
        text = Message("no such configuration directory; `itsm-sync init DIR` makes one")
        raise ConfigurationError([Problem(file=str(directory), path=(), text=text)])
    problems: list[Problem] = []
    documents = documents_of(directory, problems)
    general = general_of(documents.get("settings"), environment, secrets, problems)
    reporting = value_of(documents, "reports", Reporting, lambda value: value, problems)
    parts = parts_of(documents, general.sources if general else {}, problems)
    parts = replace(parts, reporting=reporting)
    problems.extend(documents[file].problem(path, text) for file, path, text in inspect(parts))
    if general is not None and parts.matrix is not None:
        problems.extend(_dangling(documents["settings"], general, parts.matrix))
    schedules = _schedules(documents, general, reporting, problems)
    if reporting is not None:
        found = reported(reporting, documents["reports"], general=general, matrix=parts.matrix,
                         services=parts.services)  # fmt: skip
        problems.extend(found)
    matrix = parts.matrix
    sla = _compared(documents, "sla", ServiceLevels, leveled, matrix=matrix, problems=problems)
    watching = _compared(documents, "signals", Watching, odd, matrix=matrix, problems=problems)
    if problems or general is None or parts.matrix is None or parts.rules is None:
        raise ConfigurationError(problems)
    return Settings(
        directory,
        general,
        _grouped(parts.matrix, general.language),
        parts.rules,
        parts.services or (),
        parts.people or (),
        documents,
        watching,
        schedules or Schedules(),
        in_zone(sla, general.timezone),
        reporting or Reporting(),
        overlaid(documents["settings"].value, environment).said,
    )


def _schedules(
    documents: Mapping[str, Document],
    general: General | None,
    reporting: Reporting | None,
    problems: list[Problem],
) -> Schedules | None:
    schedules: Schedules | None = value_of(
        documents, "schedules", Schedules, lambda value: value, problems
    )
    if schedules is not None:
        problems.extend(scheduled(schedules, documents["schedules"], general))
        told = reporting if "reports" in documents else Reporting()
        problems.extend(told_on_time(schedules, documents["schedules"], told))
    return schedules


def _compared(
    documents: Mapping[str, Document],
    name: str,
    kind: type[_T],
    look: Callable[[_T, Document, Matrix | None], Iterable[Problem]],
    *,
    matrix: Matrix | None,
    problems: list[Problem],
) -> _T | None:
    """Answer an optional file's value, once it was compared with the matrix."""
    value: _T | None = value_of(documents, name, kind, lambda whole: whole, problems)
    if value is not None:
        problems.extend(look(value, documents[name], matrix))
    return value


def cases(path: Path) -> tuple[tuple[Case, int | None], ...]:
    """Read a file of cases; answer each with its line. Raises ConfigurationError."""
    document = read(path)
    if isinstance(document, Problem):
        raise ConfigurationError([document])
    problems: list[Problem] = []
    found = value_of({"cases": document}, "cases", tuple[Case, ...], under("cases"), problems)
    if problems or found is None:
        raise ConfigurationError(problems)
    return tuple((case, document.line(("cases", n))) for n, case in enumerate(found))


def _grouped(matrix: Matrix, language: Language) -> Matrix:
    """Answer the matrix with a group for every team: one of its own name where none is said."""
    teams = {
        team_id: replace(team, group=team.group or team.name[language])
        for team_id, team in matrix.teams.items()
    }
    return replace(matrix, teams=teams)


def documents_of(directory: Path, problems: list[Problem]) -> dict[str, Document]:
    """Answer the files that can be read, by their names; note what is wrong with the others."""
    documents = {}
    there = [name for name in OPTIONAL if (directory / f"{name}.yaml").exists()]
    for name in (*REQUIRED, *there):
        document = read(directory / f"{name}.yaml")
        if isinstance(document, Problem):
            problems.append(document)
        else:
            documents[name] = document
    strays = (
        f for f in sorted(directory.glob("*.y*ml")) if f.stem not in KNOWN or f.suffix != ".yaml"
    )
    text = Message("is no file of the configuration ({known}, .yaml)", {"known": ", ".join(KNOWN)})
    problems.extend(Problem(file=str(stray), path=(), text=text) for stray in strays)
    return documents


def general_of(
    document: Document | None,
    environment: Mapping[str, str],
    secrets: bool,
    problems: list[Problem],
) -> General | None:
    """Answer the settings with what the environment says instead; note what is wrong."""
    if document is None:
        return None
    forbidden = secrets_written(document.value)
    text = Message(
        "a secret does not stand in the configuration: put it into the environment or a file"
    )
    problems.extend(document.problem(path, text) for path in forbidden)
    problems.extend(databases.odd(document, environment))
    if secrets:
        problems.extend(lacking(document, environment))
    given = overlaid(document.value, environment)
    try:
        general = General.model_validate(given.value)
    except ValidationError as error:
        problems.extend(given.named(problems_of(document, (), error, General)))
        return None
    password = SecretStr(databases.password_of(environment)[0])
    return with_secrets(general.model_copy(update={"database_password": password}), environment)


def _dangling(document: Document, general: General, matrix: Matrix) -> Iterator[Problem]:
    """Answer the processes that the caps name and the matrix lacks; a default may be lacking."""
    written = "urgent" in general.caps.model_fields_set
    for n, name in enumerate(general.caps.urgent if written else ()):
        if name not in matrix.processes:
            params = {"what": Message("process"), "name": name}
            told = Message("no {what} of the matrix is called `{name}`", params)
            yield document.problem(("caps", "urgent", n), told)
