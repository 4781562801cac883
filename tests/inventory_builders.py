"""What the sources would have stored of jobs, builds, nodes and repositories. All sample data."""

from datetime import datetime, timedelta
from typing import Any

from itsm_sync.model.catalogue import Job, Service
from itsm_sync.model.inventory import (
    Controller,
    Known,
    KnownProject,
    Reading,
    Relation,
    RelationKind,
    Scope,
    Sighting,
)
from itsm_sync.model.items import Item
from itsm_sync.model.words import Words
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


CONTROLLER = Controller(reader="jenkins")
SCOPE = Scope(
    controllers={"ci": CONTROLLER},
    repositories=("abc/portal",),
    projects=("abc",),
    redmine_url="http://redmine.test",
)
PORTAL = Service(
    id="portal",
    name=Words(ko="포털", en="Portal"),
    team="business",
    repositories=("abc/portal",),
    jobs=(Job(job="abc/build/portal"), Job(job="abc/deploy/*-prod", deploys="production")),
    projects=("abc-app",),
)
PROJECTS = (
    KnownProject(name="ABC시스템", path=("abc",)),
    KnownProject(name="ABC 애플리케이션", path=("abc", "abc-app")),
)
ALL_READ = {
    ("redmine", "projects"): Reading(full=True, at=NOON),
    ("jenkins", "jobs"): Reading(full=True, at=NOON),
    ("jenkins", "nodes"): Reading(full=True, at=NOON),
    ("jenkins", ""): Reading(full=True),
    ("github", "abc/portal/repository"): Reading(full=True, at=NOON),
    ("github", "abc/portal/runs"): Reading(full=True, at=NOON),
}


def known(*items: Item | Sighting, **changes: Any) -> Known:
    """All is read in full: a portal with its job and its deployment, and two projects."""
    usual = (job(), job("abc/deploy/portal-prod"), repository(), node())
    shown = items or usual
    values: dict[str, Any] = {
        "scope": SCOPE,
        "sightings": tuple(s if isinstance(s, Sighting) else sighting(s) for s in shown),
        "projects": PROJECTS,
        "relations": (built("abc/build/portal", "abc/portal"),),
        "readings": ALL_READ,
    }
    return Known(**(values | changes))


def built(job_name: str, repository_name: str, at: datetime = NOON) -> Relation:
    """A build that checked the repository out."""
    return Relation(
        origin=f"jenkins:ci:{job_name}",
        target=f"github:{repository_name}",
        kind=RelationKind.BUILDS,
        seen_at=at,
    )


def unread(*streams: tuple[str, str]) -> dict[tuple[str, str], Reading]:
    """All is read in full but these."""
    return {**ALL_READ, **dict.fromkeys(streams, Reading(full=False))}
