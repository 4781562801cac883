"""Redmine's lists and wiki pages turned into the model's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsm_sync.model.lists import Priority, Status, Tracker
from itsm_sync.model.text import clean
from itsm_sync.model.tickets import Ref

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPage:
    """A wiki page in one version; `author` wrote that version, None where nobody is told."""

    title: str
    version: int
    author: Ref | None


def status(payload: Payload) -> Status:
    """Read a status."""
    closed = bool(payload.get("is_closed", False))
    return Status(id=int(payload["id"]), name=clean(payload.get("name")), closed=closed)


def priority(payload: Payload) -> Priority:
    """Read a priority; a Redmine that does not tell which are active has all of them so."""
    return Priority(
        id=int(payload["id"]),
        name=clean(payload["name"]),
        default=bool(payload.get("is_default", False)),
        active=payload.get("active") is not False,
    )


def tracker(payload: Payload) -> Tracker:
    """Read a tracker."""
    first, standard = payload.get("default_status"), payload.get("enabled_standard_fields")
    return Tracker(
        id=int(payload["id"]),
        name=clean(payload["name"]),
        first=int(first["id"]) if first else 0,
        standard=None if standard is None else frozenset(str(name) for name in standard),
    )


def wiki_page(payload: Payload) -> WikiPage:
    """Read a page of a wiki."""
    author = payload.get("author")
    return WikiPage(
        title=clean(payload["title"]),
        version=int(payload["version"]),
        author=Ref(id=int(author["id"]), name=clean(author.get("name"))) if author else None,
    )
