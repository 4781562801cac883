"""Security alerts."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT, Lived


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts(Lived):
    """Alerts of one kind: one ticket for each package (or rule) of a repository."""

    tracker: str = "결함"


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """The three kinds of alerts."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    dependabot: Alerts = Alerts()
    code_scanning: Alerts = Alerts()
    secret_scanning: Alerts = Alerts()
