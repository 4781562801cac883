"""The ABC world (sample data) as a Redmine's content, and the Ruby that loads it.

Run `loader("organisation")` before or after `itsm-sync provision`, and `loader("tickets")` after
it; each with the document's file in SANDBOX_WORLD. Both change nothing when run again.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sandbox.world.organisation import BUSINESS, IT
from sandbox.world.stories import CUSTOMERS
from sandbox.world.things import Journal, Person, Project, Spine, Ticket, Version, WikiPage

Part = Literal["organisation", "tickets"]
Document = dict[str, Any]

GROUPS = {IT: "IT기획팀", BUSINESS: "신사업팀"}
CUSTOMER_FIELD = "고객사"  # a custom field that has nothing to do with itsm-sync
PASSWORD = "abc-sample-1234"  # of all sample people, where SANDBOX_PASSWORD says no other


def loader(part: Part) -> str:
    """Answer Ruby for `rails runner` that loads a part of the document.

    It reads SANDBOX_WORLD (the file of `documents`) and SANDBOX_PASSWORD, and prints a line.
    """
    text = Path(__file__).with_name("load.rb").read_text(encoding="utf-8")
    return f"{text}\nAbcWorld.new.{part}\n"


def documents(spine: Spine) -> Document:
    """Answer Redmine's part of the world, as a value of JSON; people are named by their login."""
    return {
        "about": "sample data: nobody and nothing of these names is meant",
        "password": PASSWORD,
        "groups": [
            {"name": name, "members": [p.login for p in spine.people if p.team == team]}
            for team, name in GROUPS.items()
        ],
        "people": [_person(person) for person in spine.people],
        "projects": [_project(project) for project in spine.projects],
        "versions": [_version(version) for version in spine.versions],
        "customer_field": {"name": CUSTOMER_FIELD, "values": list(CUSTOMERS)},
        "tickets": [_ticket(ticket) for ticket in spine.tickets],
        "wiki_pages": [_page(page) for page in spine.wiki_pages],
    }


def _time(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _day(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%d") if at else None


def _person(person: Person) -> Document:
    return {
        "login": person.login,
        "lastname": person.lastname,
        "firstname": person.firstname,
        "mail": person.mail,
        "language": "en" if person.login == "emily" else "ko",
        "reporter": not person.team,
    }


def _project(project: Project) -> Document:
    return {
        "identifier": project.identifier,
        "name": project.name,
        "description": project.description,
        "parent": project.parent or None,
        "closed": project.closed,
        "group": GROUPS.get(project.team),
        "inner": project.inner,
        "categories": list(project.categories),
    }


def _version(version: Version) -> Document:
    return {
        "project": version.project,
        "name": version.name,
        "status": version.status,
        "due": _day(version.due),
        "description": version.description,
    }


def _ticket(ticket: Ticket) -> Document:
    return {
        "id": ticket.number,
        "project": ticket.project,
        "tracker": ticket.tracker,
        "subject": ticket.subject,
        "description": ticket.description,
        "author": ticket.author,
        "assignee": ticket.assignee or None,
        "status": ticket.status,
        "priority": ticket.priority,
        "category": ticket.category or None,
        "version": ticket.version or None,
        "private": ticket.private,
        "parent": ticket.parent,
        "start": _day(ticket.created),
        "due": _day(ticket.due),
        "done_ratio": ticket.done_ratio,
        "customer": ticket.customer or None,
        "created": _time(ticket.created),
        "updated": _time(ticket.updated),
        "closed": _time(ticket.closed),
        "relations": [{"to": relation.to, "kind": relation.kind} for relation in ticket.relations],
        "journals": [_journal(journal) for journal in ticket.journals],
    }


def _journal(journal: Journal) -> Document:
    return {
        "author": journal.author,
        "at": _time(journal.at),
        "notes": journal.notes,
        "private": journal.private,
        "changes": [
            {"field": change.field, "old": change.old, "new": change.new}
            for change in journal.changes
        ],
    }


def _page(page: WikiPage) -> Document:
    return {
        "project": page.project,
        "title": page.title,
        "text": page.text,
        "author": page.author,
        "at": _time(page.at),
        "parent": page.parent or None,
    }
