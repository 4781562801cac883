"""Nodes and the queue (Jenkins fact 17): what capacity management asks."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from itsm_sync.clients.errors import Broken
from itsm_sync.model.cycles import Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Fact, Item, clean_item
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message
from itsm_sync.sources.jenkins.payloads import (
    SHAPE_ERRORS,
    UNKNOWN_TIME,
    Origin,
    Payload,
    moment,
    named,
    whole,
)

NODES_TREE = (
    "computer[displayName,offline,temporarilyOffline,offlineCauseReason,"
    "offlineCause[timestamp],numExecutors,monitorData[*]]"
)
QUEUE_TREE = "items[id,why,stuck,blocked,inQueueSince,url,task[name,url]]"

# Jenkins warns of a disk with less free than this (its own default, 2 GiB; at 1 GiB it takes the
# node offline).
DISK_SHORT_BYTES = 2 * 1024**3
BUILT_IN = "built-in"  # the display name is translated, and was "master" once

_MONITOR = "hudson.node_monitors."
_MEASURES = (
    ("disk_free_bytes", "DiskSpaceMonitor", "size"),
    ("temp_free_bytes", "TemporarySpaceMonitor", "size"),
    ("memory_free_bytes", "SwapSpaceMonitor", "availablePhysicalMemory"),
    ("swap_free_bytes", "SwapSpaceMonitor", "availableSwapSpace"),
    ("response_ms", "ResponseTimeMonitor", "average"),
)
# What a cause's class has in its name; a person's is none of trouble, nor that of an idle machine
# that Jenkins switches off.
_OFFLINE_BY = (("person", ("UserCause", "ByCLI")), ("idle", ("Idle",)), ("monitor", ("monitors.",)))
# Parts of `why` that count by themselves.
_COUNTING = re.compile(r"\s*(?:\(ETA:[^)]*\)|Expires in [\d.,]+ [a-z]+\.?)")

# What builds and consoles call the built-in node, "" in a build's payload.
_BUILT_IN_NAMES = ("", "master", "(master)", "jenkins", "built-in node", "(built-in)", BUILT_IN)


def node_name(said: str) -> str:
    """Answer a node's name as its item has it, by what a build says of where it ran."""
    return BUILT_IN if said.casefold() in _BUILT_IN_NAMES else said


def read_all(
    found: Any, what: str, read: Callable[[Payload, Origin], Item], origin: Origin
) -> tuple[list[Item], list[Rejected]]:
    """Make an item of each payload; those of another shape are rejected, the others go on.

    Raises:
        Broken: there is no list at all; that is no empty one.
    """
    if not isinstance(found, list):
        raise Broken(
            Message("Jenkins answered no list of {what}", {"what": what}), system="jenkins"
        )
    items, rejected = [], []
    for payload in found:
        try:
            items.append(read(payload, origin))
        except SHAPE_ERRORS as error:
            name = named(payload, "displayName", "id")
            rejected.append(Rejected(key=origin.key(f"{what}/{name}"), error=fault(error)))
    return items, rejected


def node_item(node: Payload, origin: Origin) -> Item:
    """Answer the item of a node; raises `SHAPE_ERRORS`."""
    built_in = str(node.get("_class", "")).endswith("MasterComputer")
    name = BUILT_IN if built_in else clean(node["displayName"])
    if not name:
        raise ValueError("a node without a name")
    cause = clean(node.get("offlineCauseReason"))
    offline = bool(node["offline"])
    facts: dict[str, Fact] = {
        "controller": origin.controller,
        "offline": offline,
        "temporarily_offline": bool(node.get("temporarilyOffline")),
        "executors": int(node.get("numExecutors") or 0),
        **_measured(node),
    }
    if cause:
        facts["offline_cause"] = cause
    if offline:
        facts |= _away(node.get("offlineCause"))
    at = _last_heard(node)
    return clean_item(
        key=origin.key(f"node/{name}"),
        source=origin.source,
        kind="node",
        title=name,
        body=cause,
        url=origin.address(f"computer/{'(built-in)' if built_in else quote(name, safe='')}/"),
        state="offline" if offline else "online",
        created_at=at,
        updated_at=at,
        facts=facts,
    )


def _away(cause: object) -> dict[str, Fact]:
    """Answer since when a node is away, and by what (person, idle, monitor, trouble)."""
    if not isinstance(cause, Mapping):
        return {}
    kind, since = str(cause.get("_class", "")), cause.get("timestamp")
    found = (word for word, parts in _OFFLINE_BY if any(part in kind for part in parts))
    facts: dict[str, Fact] = {"offline_by": next(found, "trouble")} if kind else {}
    if isinstance(since, int) and since > 0:
        facts["offline_since"] = moment(since)
    return facts


def _measured(node: Payload) -> dict[str, Fact]:
    """Answer what was measured; a node that is away has no data, and -1 means not known."""
    data = node.get("monitorData") or {}
    facts: dict[str, Fact] = {}
    for name, monitor, part in _MEASURES:
        value = (data.get(_MONITOR + monitor) or {}).get(part)
        if isinstance(value, int) and value >= 0:
            facts[name] = value
    free = facts.get("disk_free_bytes")
    facts["disk_short"] = isinstance(free, int) and free < DISK_SHORT_BYTES
    return facts


def _last_heard(node: Payload) -> datetime:
    data = node.get("monitorData") or {}
    told = [part for part in (*data.values(), node.get("offlineCause")) if isinstance(part, dict)]
    times = [part["timestamp"] for part in told if isinstance(part.get("timestamp"), int)]
    return moment(max(times)) if times else UNKNOWN_TIME


def queue_item(waiting: Payload, origin: Origin) -> Item:
    """Answer the item of what waits in the queue; raises `SHAPE_ERRORS`."""
    number = whole(waiting, "id")
    since = moment(whole(waiting, "inQueueSince"))
    task = waiting.get("task") or {}
    job = job_of(str(task.get("url") or "")) or clean(task.get("name"))
    why = _COUNTING.sub("", clean(waiting.get("why"))).strip()
    stuck, blocked = bool(waiting.get("stuck")), bool(waiting.get("blocked"))
    facts: dict[str, Fact] = {
        "controller": origin.controller,
        "job": job,
        "why": why,
        "stuck": stuck,
        "blocked": blocked,
        "waiting_since": since,
    }
    return clean_item(
        key=origin.key(f"queue/{number}"),
        source=origin.source,
        kind="queue_item",
        title=clean(f"{job or '?'} ({number})"),
        body=why,
        url=origin.address(str(waiting.get("url") or f"queue/item/{number}/")),
        state="stuck" if stuck else "blocked" if blocked else "waiting",
        created_at=since,
        updated_at=since,
        facts={name: value for name, value in facts.items() if value != ""},
    )


def job_of(url: str) -> str:
    """Answer the full name of a job by its address, branches decoded; "" where it is none."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    names = []
    while "job" in parts[:-1]:
        at = parts.index("job")
        names.append(unquote(unquote(parts[at + 1])))
        parts = parts[at + 2 :]
    return "/".join(names)
