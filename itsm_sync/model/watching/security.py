"""Security alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from itsm_sync.model.signals import Life
from itsm_sync.model.watching.base import STRICT, Duration, Section, no_less


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """How urgent a severity is; `due_days` counts from the day on which the alert was opened."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    priority: str = ""
    due_days: int | None = None

    def __post_init__(self) -> None:
        """Reject a day before the alert's own."""
        no_less(self, due_days=0)


def _severities() -> Mapping[str, Urgency]:
    soon = Urgency(priority="긴급", due_days=7)
    later = Urgency(priority="높음", due_days=30)
    some_day = Urgency(priority="보통", due_days=90)
    return {
        "critical": Urgency(priority="즉시", due_days=1),
        "high": soon,
        "error": soon,
        "medium": later,
        "warning": later,
        "low": some_day,
        "note": some_day,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts(Section):
    """Alerts of one kind: one ticket for each package, rule or type of a repository.

    `severity` is that of alerts that tell none. `priority` and `due_days` are for severities that
    the table does not name. An alert tells one beginning and one end: nothing is waited for.
    """

    places: ClassVar[frozenset[str] | None] = frozenset(
        {"repository", "package", "ecosystem", "rule", "tool", "secret_type"}
    )

    tracker: str = "결함"
    severity: str = ""
    reopen_within: Duration = Duration(days=30)
    note_every: Duration = Duration(hours=6)
    when_taken: Literal["note", "close"] = "note"

    @property
    def life(self) -> Life:
        return Life(reopen_within=self.reopen_within, keep_taken=self.when_taken == "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """The three kinds of alerts; `severities` are GitHub's words, the gravest first."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    severities: Mapping[str, Urgency] = field(default_factory=_severities)
    dependabot: Alerts = Alerts()
    code_scanning: Alerts = Alerts()
    secret_scanning: Alerts = Alerts(severity="critical")
