"""What is watched for, and what becomes of it: the words of `signals.yaml`."""

from itsm_sync.model.watching.base import Duration, Lived, Section
from itsm_sync.model.watching.builds import Builds
from itsm_sync.model.watching.capacity import Capacity, Short, Slower, Waiting
from itsm_sync.model.watching.machines import Controllers, Nodes, Outages, Storms
from itsm_sync.model.watching.problems import Problems
from itsm_sync.model.watching.records import Deliveries, Duplicates
from itsm_sync.model.watching.releases import Releases
from itsm_sync.model.watching.schedules import Schedules
from itsm_sync.model.watching.security import Alerts, Security, Urgency
from itsm_sync.model.watching.whole import Statuses, Watching

__all__ = [
    "Alerts",
    "Builds",
    "Capacity",
    "Controllers",
    "Deliveries",
    "Duplicates",
    "Duration",
    "Lived",
    "Nodes",
    "Outages",
    "Problems",
    "Releases",
    "Schedules",
    "Section",
    "Security",
    "Short",
    "Slower",
    "Statuses",
    "Storms",
    "Urgency",
    "Waiting",
    "Watching",
]
