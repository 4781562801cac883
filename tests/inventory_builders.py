"""What the sources would have stored of jobs, builds, nodes and repositories. All sample data."""

from datetime import datetime, timedelta
from typing import Any

from itsm_sync.model.inventory import Sighting
from itsm_sync.model.items import Item
from tests.builders import NOON


def _item(key: str, kind: str, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "key": key,
        "source": key.partition(":")[0],
        "kind": kind,
        "title": key,
        "url": f"http://127.0.0.1/{kind}",
        "state": "",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Item(**(values | changes))


def job(name: str = "abc/build/portal", *, controller: str = "ci", **changes: Any) -> Item:
    """A job; `branch` makes it one of a multibranch project."""
    branch = changes.pop("branch", "")
    facts = {"controller": controller, "job": name, "disabled": changes.pop("disabled", False)}
    if branch:
        facts["branch"] = branch
    values = {"title": name, "state": "blue", "facts": facts} | changes
    return _item(f"jenkins:{controller}:{name}", "job", **values)


def build(
    name: str = "abc/build/portal",
    number: int = 1,
    *,
    controller: str = "ci",
    at: datetime = NOON,
    **facts: Any,
) -> Item:
    """A build that succeeded; more facts as given (`repository`, `node`)."""
    return _item(
        f"jenkins:{controller}:{name}#{number}@1",
        "build",
        state="SUCCESS",
        updated_at=at,
        facts={"controller": controller, "job": name, "number": number, **facts},
    )


def node(name: str = "agent-01", *, controller: str = "ci", offline: bool = False) -> Item:
    facts = {"controller": controller, "offline": offline}
    state = "offline" if offline else "online"
    return _item(f"jenkins:{controller}:node/{name}", "node", title=name, state=state, facts=facts)


def repository(name: str = "abc/portal", **changes: Any) -> Item:
    facts = {"repository": name, "full_name": changes.pop("full_name", name)}
    values = {"title": name, "state": "active", "facts": facts} | changes
    return _item(f"github:{name}", "repository", **values)


def workflow_run(repository: str = "abc/docs", workflow: str = "Pages") -> Item:
    facts = {"repository": repository, "workflow": workflow}
    return _item(f"github:{repository}/run/1", "workflow_run", state="success", facts=facts)


def deployment(
    repository: str = "abc/portal", environment: str = "production", number: int = 1
) -> Item:
    facts = {"repository": repository, "environment": environment}
    key = f"github:{repository}/deployment/{number}"
    return _item(key, "deployment", state="success", facts=facts)


def sighting(item: Item, *, reader: str = "", gone: datetime | None = None) -> Sighting:
    """The item as the store answers it: first seen forty days before noon."""
    return Sighting(
        item=item,
        reader=reader or item.source,
        first_seen=NOON - timedelta(days=40),
        gone_at=gone,
    )
