"""The repository itself and its wiki as items."""

from itsm_sync.model.items import Item
from itsm_sync.model.text import clean
from itsm_sync.sources.github.payloads import (
    Payload,
    Place,
    common,
    first_moment,
    item,
)

WIKI_EVENT = "GollumEvent"
KEPT = (
    "node_id",
    "full_name",
    "private",
    "html_url",
    "default_branch",
    "description",
    "archived",
    "open_issues_count",
    "created_at",
    "updated_at",
    "pushed_at",
)


def about(row: Payload) -> dict[str, object]:
    """Answer what of a repository is kept in its cursor, for the pulls that are answered 304."""
    for name in ("full_name", "private", "default_branch"):
        if row.get(name) is None:
            raise KeyError(name)
    return {name: row.get(name) for name in KEPT}


def repository_item(row: Payload, place: Place, protected: bool | None) -> Item:
    """Answer the item of a repository; `protected` is its default branch's, None if not known."""
    return item(
        place,
        rest="",
        kind="repository",
        title=place.repository,
        body=row.get("description"),
        state="archived" if row.get("archived") else "active",
        url=row["html_url"],
        created_at=first_moment(row, "created_at"),
        updated_at=first_moment(row, "updated_at", "created_at"),
        facts={
            **common(row, place, None),
            "full_name": str(row["full_name"]),
            "branch": str(row["default_branch"]),
            "archived": bool(row.get("archived")),
            "protected": protected,
        },
    )


def wiki_items(event: Payload, place: Place) -> tuple[Item, ...]:
    """Answer one item for each page that a wiki event tells of; other events give none."""
    if event.get("type") != WIKI_EVENT:
        return ()
    at = first_moment(event, "created_at")
    return tuple(
        item(
            place,
            rest=f"wiki/{page['page_name']}@{page['sha']}",
            kind="wiki_edit",
            title=page.get("title") or page["page_name"],
            body=clean(page.get("summary")),
            state=page["action"],
            url=page["html_url"],
            created_at=at,
            updated_at=at,
            facts={**common(event, place, event.get("actor")), "sha": str(page["sha"])},
        )
        for page in event["payload"]["pages"]
    )
