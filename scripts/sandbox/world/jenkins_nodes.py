"""The nodes of the ABC world (sample data) as a Jenkins controller shows them."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.world.things import Node

Document = dict[str, Any]

_MONITORS = "hudson.node_monitors."
MEASURED = timedelta(minutes=65)  # ago: Jenkins measures once an hour
_SPACE = "hudson.node_monitors.DiskSpaceMonitorDescriptor$DiskSpace"


def milliseconds(at: datetime) -> int:
    """Answer a time as Jenkins tells it."""
    return round(at.timestamp() * 1000)


def node_document(node: Node, now: datetime) -> Document:
    """Answer what `/computer/api/json` has of a node."""
    built_in = node.name in ("built-in", "Built-In Node", "built-in node")
    since = milliseconds(now - node.offline_for)
    cause = {"_class": "hudson.slaves.OfflineCause$ChannelTermination", "timestamp": since}
    return {
        "_class": "hudson.model.Hudson$MasterComputer"
        if built_in
        else "hudson.slaves.SlaveComputer",
        "actions": [],
        "assignedLabels": [{"name": label} for label in node.labels],
        "description": node.description,
        "displayName": "Built-In Node" if built_in else node.name,
        "idle": True,
        "jnlpAgent": not built_in,
        "monitorData": _monitors(node, now),
        "numExecutors": node.executors,
        "offline": node.offline,
        "offlineCause": cause | {"description": node.offline_cause} if node.offline_cause else None,
        "offlineCauseReason": node.offline_cause,
        "temporarilyOffline": node.temporarily_offline,
    }


def _monitors(node: Node, now: datetime) -> Document:
    at = milliseconds(now - MEASURED)
    memory = None
    if node.memory_free is not None:
        memory = {
            "_class": "hudson.node_monitors.SwapSpaceMonitor$MemoryUsage2",
            "availablePhysicalMemory": node.memory_free,
            "availableSwapSpace": node.swap_free,
            "totalPhysicalMemory": node.memory_total,
            "totalSwapSpace": node.swap_total,
        }
    response = None
    if node.response_ms is not None:
        kind = "hudson.node_monitors.ResponseTimeMonitor$Data"
        response = {"_class": kind, "timestamp": at, "average": node.response_ms}
    return {
        f"{_MONITORS}SwapSpaceMonitor": memory,
        f"{_MONITORS}TemporarySpaceMonitor": _space("/tmp", node.temp_free, at),
        f"{_MONITORS}DiskSpaceMonitor": _space("/var/lib/jenkins", node.disk_free, at),
        f"{_MONITORS}ArchitectureMonitor": None if node.offline else "Linux (amd64)",
        f"{_MONITORS}ResponseTimeMonitor": response,
        f"{_MONITORS}ClockMonitor": None
        if node.offline
        else {"_class": "hudson.util.ClockDifference", "diff": 0},
    }


def _space(path: str, size: int | None, at: int) -> Document | None:
    return None if size is None else {"_class": _SPACE, "timestamp": at, "path": path, "size": size}
