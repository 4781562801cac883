"""Rules and their cases as written in `rules.yaml` and `cases.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

_STRICT: dict[str, object] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition on facts and the answer that follows on its axis.

    `when` is the condition's own small language (see `docs/rules.md`); empty always matches.
    `over` names answers this rule knowingly beats: they are no rivals and leave it sure.
    `weak` marks a mere default (a tracker's usual process): it is nobody's rival, and its answer is
    unsure, as the last rule's is.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    name: str
    then: str
    when: Mapping[str, Any] = field(default_factory=dict)
    over: tuple[str, ...] = ()
    weak: bool = False


# axis -> rules in the order they are tried; "process", "domain" and "stage" must be there, the
# others answer attributes. Axes are asked in this order, later ones see the earlier ones' answers.
RuleBook = Mapping[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a case expects; only what is named is compared."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    process: str | None = None
    domain: str | None = None
    stage: str | None = None
    row: str | None = None
    team: str | None = None
    sure: bool | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of the rules' own test table."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    name: str
    expect: Expectation
    title: str = ""
    body: str = ""
    source: str = "redmine"
    kind: str = "issue"
    facts: Mapping[str, Any] = field(default_factory=dict)
    hard: str = ""  # why it is hard: "two processes", "negation", "drill", "no keyword", "mixed"
