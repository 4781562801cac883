"""Signals' things for tests: valid by default; a test overrides what matters to it."""

from datetime import datetime, timedelta
from typing import Any

from itsm_sync.model.items import Item
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.keys import episode_key
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def build(job: str = "abc/build", number: int = 1, **changes: Any) -> Item:
    """A failed build of the controller ci."""
    facts = {"controller": "ci", "job": job} | changes.pop("facts", {})
    values: dict[str, Any] = {
        "key": f"jenkins:ci:{job}#{number}@1",
        "source": "jenkins",
        "kind": "build",
        "title": f"{job} #{number}",
        "url": f"http://127.0.0.1/job/{job}/{number}/",
        "state": "FAILURE",
        "created_at": NOON,
        "updated_at": NOON,
        "facts": facts,
    }
    return Item(**(values | changes))


def node(name: str = "agent-01", **changes: Any) -> Item:
    """A node of the controller ci that is well."""
    facts = {"controller": "ci", "offline": False, "temporarily_offline": False}
    facts |= changes.pop("facts", {})
    values: dict[str, Any] = {
        "key": f"jenkins:ci:node/{name}",
        "source": "jenkins",
        "kind": "node",
        "title": name,
        "url": f"http://127.0.0.1/computer/{name}/",
        "state": "offline" if facts["offline"] else "online",
        "created_at": NOON,
        "updated_at": NOON,
        "facts": facts,
    }
    return Item(**(values | changes))


def episode(job: str = "abc/build", at: datetime = NOON, **changes: Any) -> Episode:
    """A build that fails from `at` on; with `ended`, it was healed then."""
    line, signal = changes.pop("line", f"ci:{job}"), changes.pop("signal", "builds")
    ended = changes.get("ended")
    values: dict[str, Any] = {
        "key": episode_key(signal, line, at),
        "signal": signal,
        "line": line,
        "standing": Standing.OPEN if ended is None else Standing.CLOSED,
        "began": at,
        "opened": at,
        "first": f"jenkins:ci:{job}#1@1",
        "last": f"jenkins:ci:{job}#1@1",
        "last_at": at,
        "healed": "" if ended is None else f"jenkins:ci:{job}#9@9",
        "facts": {"controller": "ci", "job": job},
    }
    return Episode(**(values | changes))


def down(name: str = "agent-01", at: datetime = NOON, **changes: Any) -> Episode:
    """A node that is down from `at` on; with `ended`, it came back then."""
    item = f"jenkins:ci:node/{name}"
    healed = item if changes.get("ended") else ""
    facts = {"controller": "ci", "node": name}
    values: dict[str, Any] = {"first": item, "last": item, "healed": healed, "facts": facts}
    values |= {"signal": "nodes", "line": f"ci:{name}"}
    return episode(at=at, **(values | changes))
