"""What is recorded on people's tickets."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT, Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Pull requests, builds and deployments that name a ticket stand on it in one note.

    `changes` are the names of the trackers and processes on whose tickets it is the evidence of the
    change. A deployment to one of `production` without an approved change is a finding, which is
    forgotten `forget_after` the deployment.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    enabled: bool = True
    changes: tuple[str, ...] = ("변경", "Change", "변경 관리", "Change management")
    production: tuple[str, ...] = ("production", "prod", "live", "운영")
    forget_after: Duration = Duration(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Tickets that people opened for what has a signal's ticket are related to it.

    They were opened `within` a time of it: before it began, while it lasts, or after its end.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    enabled: bool = True
    within: Duration = Duration(days=3)
