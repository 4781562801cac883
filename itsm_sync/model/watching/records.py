"""What is recorded on people's tickets."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Commits, pull requests, builds and deployments that name a ticket stand on it in one note.

    A deployment to one of `production` without an approved change is a finding.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    enabled: bool = True
    production: tuple[str, ...] = ("production", "prod", "live", "운영")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Tickets that people opened for what has a signal's ticket are related to it."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    enabled: bool = True
