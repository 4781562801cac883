"""The whole of `signals.yaml`."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT
from itsm_sync.model.watching.builds import Builds
from itsm_sync.model.watching.capacity import Capacity
from itsm_sync.model.watching.machines import Controllers, Nodes, Outages, Storms
from itsm_sync.model.watching.problems import Problems
from itsm_sync.model.watching.records import Deliveries, Duplicates
from itsm_sync.model.watching.releases import Releases
from itsm_sync.model.watching.schedules import Schedules
from itsm_sync.model.watching.security import Security


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """The names of Redmine's statuses that a signal's ticket goes through.

    `open`: "" is the tracker's own first one. `wont_fix`: closed with one of these by a person,
    what it was about stays quiet.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    open: str = ""
    closed: str = "완료"
    wont_fix: tuple[str, ...] = ("거절", "Rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What is watched for; where the file is missing, nothing is."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    statuses: Statuses = Statuses()
    builds: Builds = Builds()
    nodes: Nodes = Nodes()
    controllers: Controllers = Controllers()
    outages: Outages = Outages()
    storms: Storms = Storms()
    problems: Problems = Problems()
    deliveries: Deliveries = Deliveries()
    duplicates: Duplicates = Duplicates()
    releases: Releases = Releases()
    security: Security = Security()
    capacity: Capacity = Capacity()
    schedules: Schedules = Schedules()
