"""The R&R matrix: teams, rows, letters, and which row owns what. Made from `matrix.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """A team; `group` is the name of its Redmine group, its Korean name where it is not said."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    name: Words
    group: str = ""

    @property
    def redmine_group(self) -> str:
        return self.group or self.name.ko


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
    """Which row holds a process, domain and stage; `*` fits all, the first that fits wins."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    row: str
    process: str = ANY
    domain: str = ANY
    stage: str = ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Raci:
    """The letters beside R of a process and stage: rows that approve, are consulted, informed.

    R is the row that `ownership` gives. `approval` says that the stage must not be entered before
    A has approved. `assumed` lists the letters that the document lacks.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    process: str
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
