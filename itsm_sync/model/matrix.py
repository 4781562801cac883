"""The R&R matrix: teams, rows, letters, and which row owns what. Made from `matrix.yaml`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from itsm_sync.model.words import Words

ANY = "*"
_STRICT: dict[str, object] = {"extra": "forbid"}


class Letter(StrEnum):
    """RACI: responsible, accountable, consulted, informed."""

    R = "R"
    A = "A"
    C = "C"
    I = "I"  # noqa: E741 - the field's own letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team; `group` is the name of its Redmine group, its own name where it is not said."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    name: Words
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A responsibility of the document's sections 1 to 5, where it stands, and whose it is."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    section: str
    team: str
    name: Words
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the matrix' summary tables.

    `name` is the document's 분류 (what the field 담당 역할 shows), `role` its 역할,
    `responsibility` its 책임; `duties` are those of sections 1 to 5.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    id: str
    team: str
    name: Words
    role: Words
    responsibility: Words
    tools: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Which row holds a process, domain and stage; `*` fits all, the first that fits wins.

    `project` is a Redmine project's identifier: the line counts there and below.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    row: str
    project: str = ANY
    process: str = ANY
    domain: str = ANY
    stage: str = ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Raci:
    """The letters beside R of a process and stage: rows that approve, are consulted, informed.

    R is the row that `ownership` gives. `approval` says that the stage must not be entered before
    A has approved. `assumed` lists the letters that the document lacks.
    `project` as in `Ownership`.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    process: str
    project: str = ANY
    stage: str = ANY
    accountable: str
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    approval: bool = False
    assumed: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A conflict inside the document, and how it was resolved."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    sections: tuple[str, ...]
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The whole of `matrix.yaml`."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    title: Words
    teams: Mapping[str, Team]
    processes: Mapping[str, Words]
    domains: Mapping[str, Words]
    stages: Mapping[str, Words]
    rows: tuple[Row, ...]
    ownership: tuple[Ownership, ...]
    raci: tuple[Raci, ...]
    without_row: tuple[Duty, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    def row(self, row_id: str) -> Row:
        """Answer the row of that id; raises KeyError where there is none."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise KeyError(row_id)

    @property
    def projects(self) -> tuple[str, ...]:
        """Answer the projects that lines of their own name, in written order."""
        return tuple(dict.fromkeys(project for _, _, project in self.limited()))

    def limited(self) -> Iterator[tuple[str, int, str]]:
        """Answer the lines that name a project: table, number in it, project."""
        tables: dict[str, Sequence[Ownership | Raci]] = {
            "ownership": self.ownership,
            "raci": self.raci,
        }
        for table, lines in tables.items():
            for number, line in enumerate(lines):
                if line.project != ANY:
                    yield table, number, line.project

    def for_project(self, project: str) -> "Matrix":
        """Answer the matrix as it counts in a project (`*`: in one that no line names).

        Its lines are those of the project and of all, in their order, and name no project.
        """
        here = (ANY, project)
        owned = (line for line in self.ownership if line.project in here)
        raci = (line for line in self.raci if line.project in here)
        return replace(
            self,
            ownership=tuple(replace(line, project=ANY) for line in owned),
            raci=tuple(replace(line, project=ANY) for line in raci),
        )
