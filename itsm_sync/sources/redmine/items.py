"""Redmine's payloads turned into items. Facts never hold what the bot wrote."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from itsm_sync.clients.redmine_payloads import OurFields, Payload, bare_ticket, moment
from itsm_sync.model.deliveries import is_report
from itsm_sync.model.items import Audience, Fact, Item, clean_fact, clean_item
from itsm_sync.model.text import clean
from itsm_sync.model.tickets import Ticket

SOURCE = "redmine"
ISSUE, WIKI_PAGE = "issue", "wiki_page"

# Redmine shows a relation as it is stored, from its first ticket; this is the second one's side.
_OTHER_SIDE = {
    "blocks": "blocked",
    "precedes": "follows",
    "duplicates": "duplicated",
    "copied_to": "copied_from",
}
_OTHER_SIDE |= {there: here for here, there in _OTHER_SIDE.items()}


def issue_key(number: int | str) -> str:
    """Answer the key of a ticket."""
    return f"redmine:issue/{number}"


def issue_item(
    payload: Payload,
    *,
    fields: OurFields,
    path: Callable[[int], tuple[str, ...]],
    bot: int,
    url: str,
) -> Item:
    """Make an item of an issue; one that is a report of ours is nobody's work, and no ticket.

    Args:
        payload: one element of `issues`, with relations.
        fields: what tells our custom fields, which become no facts.
        path: answers a project's identifiers from the root down.
        bot: our own user id.
        url: Redmine's address.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the payload is not an issue of Redmine's.
    """
    seen, body = bare_ticket(payload, fields), clean(payload.get("description"))
    facts = _known(_facts(payload, seen, tuple(map(clean, path(seen.project.id))), bot))
    facts |= _foreign(payload, frozenset(seen.field_ids.values()))
    published = seen.author.id == bot and is_report(body)
    return Item(  # of texts that are clean by now
        key=issue_key(seen.id),
        source=SOURCE,
        kind=ISSUE,
        title=clean(payload["subject"]),
        body=body,
        url=clean(f"{url}/issues/{seen.id}"),
        state="closed" if seen.closed else "open",
        created_at=seen.created_on,
        updated_at=seen.updated_on,
        audience=Audience.PRIVATE if seen.private else Audience.PUBLIC,
        facts=facts,
        ticket=None if published else seen,
    )


def wiki_prefix(identifier: str) -> str:
    """Answer how the keys of a project's wiki pages begin."""
    return f"redmine:wiki/{identifier}/"


def wiki_item(payload: Payload, *, identifier: str, url: str) -> Item:
    """Make an item of one entry of a project's wiki index; raises as `issue_item`."""
    title = clean(payload["title"])
    return clean_item(
        key=f"{wiki_prefix(identifier)}{title}",
        source=SOURCE,
        kind=WIKI_PAGE,
        title=title.replace("_", " "),
        url=f"{url}/projects/{identifier}/wiki/{quote(title)}",
        state="current",
        created_at=moment(payload["created_on"]),
        updated_at=moment(payload["updated_on"]),
        facts={"project": identifier, "version": int(payload["version"])},
    )


def with_author(page: Item, author: str) -> Item:
    """Answer the page with the person who wrote it last, where that is known."""
    return replace(page, facts={**page.facts, "author": author}) if author else page


def _facts(
    payload: Payload, seen: Ticket, path: tuple[str, ...], bot: int
) -> dict[str, Fact | None]:
    parent = payload.get("parent")
    return {
        "project": path[-1] if path else None,
        "projects": path,
        "tracker": seen.tracker.name,
        "status": seen.status.name,
        "closed": seen.closed,
        "closed_at": moment(payload["closed_on"]) if payload.get("closed_on") else None,
        "private": seen.private,
        "priority": _name(payload.get("priority")),
        "category": _name(payload.get("category")),
        "version": _name(payload.get("fixed_version")),
        "author": seen.author.name,
        "assignee": seen.assignee.name if seen.assignee else None,
        "last_writer": _last_writer(seen, bot),
        "parent": issue_key(int(parent["id"])) if parent else None,
        "relations": tuple(_relations(payload)) or None,
        "due_date": clean(payload.get("due_date")),
        "done_ratio": clean_fact(payload.get("done_ratio", "")),
    }


def _known(facts: Mapping[str, Fact | None]) -> dict[str, Fact]:
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def _last_writer(seen: Ticket, bot: int) -> str | None:
    """Answer the last person who wrote, where that needs no journal: nobody since the author."""
    untouched = seen.updated_on == seen.created_on
    return seen.author.name if untouched and seen.author.id != bot else None


def _relations(payload: Payload) -> Iterator[str]:
    own = int(payload["id"])
    for relation in payload.get("relations", ()):
        kind = str(relation["relation_type"])
        start, end = int(relation["issue_id"]), int(relation["issue_to_id"])
        if start == own:
            yield clean(f"{kind}:{issue_key(end)}")
        else:
            yield clean(f"{_OTHER_SIDE.get(kind, kind)}:{issue_key(start)}")


def _foreign(payload: Payload, ours: frozenset[int]) -> dict[str, Fact]:
    found = {}
    for entry in payload.get("custom_fields", ()):
        if int(entry["id"]) not in ours and (value := _value(entry.get("value"))):
            found[f"field.{clean(entry['name'])}"] = value
    return found


def _value(value: Any) -> Fact:
    if isinstance(value, list):
        return tuple(clean(str(part)) for part in value if part)
    return clean(str(value)) if value is not None else ""


def _name(payload: Payload | None) -> str | None:
    return clean(payload["name"]) if payload else None
