"""Builds, pull requests, deployments as their sources make them, enriched. All is sample data."""

from datetime import datetime, timedelta
from typing import Any

from itsm_sync.model.items import Item
from tests.builders import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A, B, C = "a" * 40, "b" * 40, "c" * 40


def _item(kind: str, facts: dict[str, Any], changes: dict[str, Any], **values: Any) -> Item:
    """An item; what is no field of an item is a fact, and one that is None is left out."""
    fields = set(Item.__dataclass_fields__)
    its = {name: value for name, value in changes.items() if name in fields}
    more = {name: value for name, value in changes.items() if name not in fields}
    known = {name: value for name, value in (facts | more).items() if value is not None}
    return Item(kind=kind, facts=known, **(values | its))


def build(number: int = 17, state: str = "FAILURE", **changes: Any) -> Item:
    """A failed build of the portal's main branch, of a job of a known service."""
    job = changes.pop("job", "abc/build/portal")
    end: datetime = changes.pop("at", NOON + (number - 17) * HOUR)
    facts = {
        "controller": "ci",
        "job": job,
        "branch": "main",
        "number": number,
        "building": state == "running",
        "finished_at": None if state == "running" else end,
        "repository": "abc/portal",
        "service": "portal",
        "service_project": "abc-app",
        "tracked": True,
    }
    return _item(
        "build",
        facts,
        changes,
        key=f"jenkins:ci:{job}#{number}@{number}",
        source="jenkins",
        title=f"{job} #{number}",
        url=f"https://jenkins.example.com/{number}/",
        state=state,
        created_at=end - 10 * MINUTE,
        updated_at=end,
    )


def run(number: int = 5, state: str = "failure", **changes: Any) -> Item:
    """A failed run of a workflow on the portal's main branch."""
    facts = {
        "repository": "abc/portal",
        "workflow": "CI",
        "branch": "main",
        "event": "push",
        "building": False,
        "service": "portal",
        "tracked": True,
        "started_at": NOON + number * MINUTE,
    }
    return _item(
        "workflow_run",
        facts,
        changes,
        key=f"github:abc/portal/run/{number}",
        source="github",
        title="Fix the login",
        url=f"https://github.example.com/runs/{number}",
        state=state,
        created_at=NOON - DAY,
        updated_at=NOON + DAY,
    )


def pull(number: int = 7, state: str = "merged", **changes: Any) -> Item:
    """A merged pull request of the portal's."""
    facts = {
        "repository": "abc/portal",
        "author": "haeun-lee",
        "sha": B,
        "merge_sha": A if state == "merged" else None,
        "merged_at": NOON - HOUR if state == "merged" else None,
        "merged_by": "doyun-park" if state == "merged" else None,
        "branch": "improve-login",
        "approvals": 1,
        "changes_requested": 0,
        "service": "portal",
    }
    return _item(
        "pull",
        facts,
        changes,
        key=f"github:abc/portal/pull/{number}",
        source="github",
        title="로그인 화면을 고침",
        url=f"https://github.example.com/pull/{number}",
        state=state,
        created_at=NOON - DAY,
        updated_at=NOON - HOUR,
    )


def deployment(number: int = 3, state: str = "success", **changes: Any) -> Item:
    """A deployment of the portal to production."""
    facts = {
        "repository": "abc/portal",
        "environment": "production",
        "production": True,
        "author": "jiwoo-choi",
        "sha": A,
        "finished_at": NOON,
        "service": "portal",
    }
    return _item(
        "deployment",
        facts,
        changes,
        key=f"github:abc/portal/deployment/{number}",
        source="github",
        title="production ← main",
        url=f"https://github.example.com/deployments/{number}",
        state=state,
        created_at=NOON - 5 * MINUTE,
        updated_at=NOON,
    )


def repository(**changes: Any) -> Item:
    """The portal's repository."""
    return _item(
        "repository",
        {"service": "portal"},
        changes,
        key="github:abc/portal",
        source="github",
        title="abc/portal",
        url="https://github.example.com/abc/portal",
        state="active",
        created_at=NOON - 300 * DAY,
        updated_at=NOON - DAY,
    )


def job(name: str = "abc/deploy/portal-prod", **changes: Any) -> Item:
    """The job that deploys the portal to production."""
    return _item(
        "job",
        {"controller": "ci", "job": name, "deploys": True, "environment": "production"},
        changes,
        key=f"jenkins:ci:{name}",
        source="jenkins",
        title=name,
        url=f"https://jenkins.example.com/job/{name}/",
        state="blue",
        created_at=NOON,
        updated_at=NOON,
    )
