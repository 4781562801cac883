"""The reports themselves."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

from itsm_sync.model.errors import Unfit
from itsm_sync.model.items import Audience
from itsm_sync.model.reporting.periods import Period
from itsm_sync.model.reporting.targets import FormName, Target
from itsm_sync.model.watching.base import STRICT
from itsm_sync.model.words import Language, Message, Words

DIGEST = "digest"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_TAKEN = frozenset({"list"})  # words of the command line


@dataclass(frozen=True, slots=True)
class Chosen:
    """A measure by its name, and its options: `flow`, or `{measure: flow, by: team}`."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def read(cls, value: object) -> "Chosen":
        """Read one; raises Unfit."""
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, Mapping) and isinstance(name := value.get("measure"), str):
            return cls(name, {k: v for k, v in value.items() if k != "measure"})
        raise Unfit(Message("a measure is a name, or a mapping with `measure: NAME`"))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        """Answer how pydantic reads one."""
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.read}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report under a heading; `title` None: the measures' own headings."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    measures: tuple[Chosen, ...]
    title: Words | None = None

    def __post_init__(self) -> None:
        """Reject what shows nothing. Raises Unfit."""
        if not self.measures:
            raise Unfit(Message("a section needs a measure"))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: Callable[[type[Any]], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Answer how pydantic reads one: the name of a measure, or one with options, is a section
        of that alone.
        """

        def of_one(value: object) -> object:
            alone = isinstance(value, str) or (isinstance(value, Mapping) and "measure" in value)
            return {"measures": [value]} if alone else value

        inner = dict(handler(source))
        ref = {"ref": inner.pop("ref")} if "ref" in inner else {}
        reader = {"type": "no-info", "function": of_one}
        return {"type": "function-before", "function": reader, "schema": inner, **ref}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report.

    `audience` says who reads it: a `team` what is its own (a document a team), `public` whoever
    sees the projects, `private` those who may know the words of what is private. `teams`,
    `processes` and `services` narrow what is counted; none: all. `forms` are the files it is made
    into, `deliver` the targets it goes to where nobody says others.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    title: Words
    what: Words | None = None
    period: Period = Period.MONTH
    go_live: date | None = None
    language: Literal["", "ko", "en"] = ""
    audience: Literal["team", "public", "private"] = "public"
    teams: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    sections: tuple[Section, ...]
    forms: tuple[FormName, ...] = ("html",)
    deliver: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Reject a report of nothing. Raises Unfit."""
        if not self.sections:
            raise Unfit(Message("a report needs a section"))
        if not self.forms:
            raise Unfit(Message("a report needs a form"))

    @property
    def readers(self) -> Audience:
        """The widest audience that may read it."""
        return Audience.PRIVATE if self.audience == "private" else Audience.PUBLIC

    def spoken(self, language: Language) -> Language:
        """Answer its language, where the settings' is this one."""
        return self.language or language


_DIGEST = Report(
    title=Words(ko="참고할 일: 팀별 요약", en="For information: digest by team"),
    what=Words(
        ko="행렬의 I에 따라 팀이 알아야 할 일감에 일어난 일",
        en="what happened to the tickets that a team is informed of (I of the matrix)",
    ),
    period=Period.DAY,
    audience="team",
    sections=(Section(measures=(Chosen(DIGEST),)),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """The whole file; where it is missing there is the digest alone."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    targets: Mapping[str, Target] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject names that nothing can be called by. Raises Unfit."""
        for name in (*self.targets, *self.reports):
            if not _NAME.fullmatch(name) or name in _TAKEN:
                params = {"name": name}
                told = Message("`{name}` is no name: small letters, digits and hyphens", params)
                raise Unfit(told)

    @property
    def every(self) -> Mapping[str, Report]:
        """Answer all reports by name: the digest is one, whatever the file says."""
        return {DIGEST: _DIGEST, **self.reports}

    def named(self, name: str) -> Report | None:
        """Answer the report of a name."""
        return self.every.get(name)
