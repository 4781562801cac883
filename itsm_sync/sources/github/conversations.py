"""Issues and pull requests as items."""

from collections.abc import Iterable, Sequence

from itsm_sync.model.items import Fact, Item
from itsm_sync.model.references import tickets_named
from itsm_sync.model.text import clean
from itsm_sync.sources.github.payloads import (
    Payload,
    Place,
    common,
    first_moment,
    inner,
    item,
    login,
    moment,
    names,
    whole,
)

PATHS_KEPT = 300  # touched paths enough to tell what a change is about
_VERDICTS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


def is_pull(row: Payload) -> bool:
    """Whether a row of the issue list is a pull request (GitHub fact 4)."""
    return row.get("pull_request") is not None


def issue_item(row: Payload, place: Place) -> Item:
    """Answer the item of an issue; raises SHAPE_ERRORS where number or times are missing."""
    number = whole(row, "number")
    created = first_moment(row, "created_at")
    return item(
        place,
        rest=f"issue/{number}",
        kind="issue",
        title=row.get("title"),
        body=row.get("body"),
        state=row["state"],
        url=row["html_url"],
        created_at=created,
        updated_at=first_moment(row, "updated_at", "created_at"),
        facts=_facts(row, place),
    )


def pull_item(
    row: Payload, place: Place, reviews: Sequence[Payload] = (), paths: Iterable[str] = ()
) -> Item:
    """Answer the item of a pull request; state is open, closed or merged.

    Args:
        row: the pull request, from `/pulls` or `/pulls/7`.
        reviews: all its reviews, oldest first.
        paths: what it touches.
    """
    number = whole(row, "number")
    merged = row.get("merged_at") is not None or bool(row.get("merged"))
    facts = _facts(row, place)
    facts |= {
        # A fork that is gone leaves head.repo, head.user and head.label null; the branch stays.
        "branch": str(inner(row, "head", "ref") or ""),
        "sha": str(inner(row, "head", "sha") or ""),
        "base": str(inner(row, "base", "ref") or ""),
        "fork": inner(row, "head", "repo", "full_name") != inner(row, "base", "repo", "full_name"),
        "merged": merged,
        "merged_at": moment(row.get("merged_at")),
        # Of an open one it is a trial's commit, which changes.
        "merge_sha": str(row.get("merge_commit_sha") or "") if merged else "",
        "merged_by": login(row.get("merged_by")),  # a list does not carry it
        "draft": bool(row.get("draft")),
        "paths": tuple(sorted(set(paths)))[:PATHS_KEPT],
        **_verdicts(row, reviews),
    }
    return item(
        place,
        rest=f"pull/{number}",
        kind="pull",
        title=row.get("title"),
        body=row.get("body"),
        state="merged" if merged else row["state"],
        url=row["html_url"],
        created_at=first_moment(row, "created_at"),
        updated_at=first_moment(row, "updated_at", "created_at"),
        facts=facts,
    )


def _facts(row: Payload, place: Place) -> dict[str, Fact | None]:
    return {
        **common(row, place, row.get("user")),
        "labels": names(row.get("labels"), "name"),
        "assignees": names(row.get("assignees"), "login"),
        "milestone": clean(inner(row, "milestone", "title")),
        "closed_at": moment(row.get("closed_at")),
        "references": tickets_named(str(row.get("title") or ""), str(row.get("body") or "")),
    }


def _verdicts(row: Payload, reviews: Sequence[Payload]) -> dict[str, Fact | None]:
    """Count each reviewer's last verdict; a comment is none, a dismissed one is taken back."""
    author = login(row.get("user"))
    last: dict[str, str] = {}
    for review in reviews:
        who, verdict = login(review.get("user")), str(review.get("state") or "").upper()
        if who != author and verdict in _VERDICTS:
            last[who] = verdict
    wrote = tuple(login(review.get("user")) for review in reviews)
    verdicts = list(last.values())
    return {
        "approvals": verdicts.count("APPROVED"),
        "changes_requested": verdicts.count("CHANGES_REQUESTED"),
        "reviewers": tuple(dict.fromkeys(who for who in wrote if who and who != author)),
        "requested_reviewers": names(row.get("requested_reviewers"), "login"),
    }


def touched(files: Iterable[Payload]) -> tuple[str, ...]:
    """Answer the paths of a pull request's files, of renamed ones the old path too."""
    found = (
        str(file[name])
        for file in files
        for name in ("filename", "previous_filename")
        if file.get(name)
    )
    return tuple(dict.fromkeys(found))
