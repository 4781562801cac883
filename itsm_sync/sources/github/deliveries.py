"""Releases, deployments and workflow runs as items."""

import re

from itsm_sync.model.items import Item
from itsm_sync.model.references import tickets_named
from itsm_sync.sources.github.payloads import (
    Payload,
    Place,
    common,
    first_moment,
    inner,
    item,
    moment,
    whole,
)

# How Jenkins names a build in a deployment's description: the number is no ticket's.
_BUILD = re.compile(r"(?:\bJenkins\s+\S+|\S/\S+)\s+#\d+")


def release_item(row: Payload, place: Place) -> Item:
    """Answer the item of a release; state is draft or published.

    GitHub fact 13: `created_at` is the commit's date, so a published release begins when it was
    published.
    """
    draft = bool(row.get("draft"))
    created = first_moment(row, "published_at", "created_at")
    title, body = str(row.get("name") or row.get("tag_name") or ""), str(row.get("body") or "")
    return item(
        place,
        rest=f"release/{whole(row, 'id')}",
        kind="release",
        title=title,
        body=body,
        state="draft" if draft else "published",
        url=row["html_url"],
        created_at=created,
        updated_at=max(moment(row.get("updated_at")) or created, created),
        facts={
            **common(row, place, row.get("author")),
            "tag": str(row.get("tag_name") or ""),
            "branch": str(row.get("target_commitish") or ""),
            "draft": draft,
            "prerelease": bool(row.get("prerelease")),
            "references": tickets_named(title, body),
        },
    )


def deployment_item(row: Payload, place: Place, status: Payload | None = None) -> Item:
    """Answer the item of a deployment; its state is that of its latest status.

    GitHub shows a deployment without any status as pending.
    """
    said = status or {}
    environment, ref = str(row.get("environment") or ""), str(row.get("ref") or "")
    body = "\n".join(str(s["description"]) for s in (row, said) if s.get("description"))
    sha = str(row.get("sha") or "")
    return item(
        place,
        rest=f"deployment/{whole(row, 'id')}",
        kind="deployment",
        title=f"{environment} ← {ref}",
        body=body,
        state=said.get("state") or "pending",
        url=said.get("log_url") or said.get("target_url") or row["url"],
        created_at=first_moment(row, "created_at"),
        updated_at=first_moment(row, "updated_at", "created_at"),
        facts={
            **common(row, place, row.get("creator")),
            "environment": environment,
            "branch": ref if ref != sha else "",
            "sha": sha,
            "task": str(row.get("task") or ""),
            "production": bool(row.get("production_environment")),
            "finished_at": moment(said.get("created_at")),
            "references": tickets_named(_BUILD.sub("", body)),
        },
    )


def run_item(row: Payload, place: Place) -> Item:
    """Answer the item of a workflow run; state is its conclusion, or its status while it runs.

    GitHub fact 12: run again, it keeps its id and raises `run_attempt`.
    """
    workflow = str(row.get("name") or row.get("path") or "")
    title = str(row.get("display_title") or "") or workflow
    return item(
        place,
        rest=f"run/{whole(row, 'id')}",
        kind="workflow_run",
        title=title,
        body=inner(row, "head_commit", "message"),
        state=row.get("conclusion") or row["status"],
        url=row["html_url"],
        created_at=first_moment(row, "created_at"),
        updated_at=first_moment(row, "updated_at", "created_at"),
        facts={
            **common(row, place, row.get("triggering_actor") or row.get("actor")),
            "workflow": workflow,
            "number": row.get("run_number"),
            "run_attempt": row.get("run_attempt"),
            "started_at": moment(row.get("run_started_at")),  # of this attempt
            "event": str(row.get("event") or ""),
            "branch": str(row.get("head_branch") or ""),
            "sha": str(row.get("head_sha") or ""),
            "conclusion": str(row.get("conclusion") or ""),
            "building": row.get("status") != "completed",
            "references": tickets_named(title, str(inner(row, "head_commit", "message") or "")),
        },
    )
