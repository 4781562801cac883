"""Redmine's JSON."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from tests.fake_redmine.rights import members, roles, sees, sees_project, statuses
from tests.fake_redmine.world import (
    Entry,
    Issue,
    Project,
    Relation,
    Status,
    Tracker,
    User,
    World,
)

Json = dict[str, Any]
_EDITED = ("tracker_id", "subject", "description", "priority_id", "due_date", "assigned_to_id")
_STANDARD = (
    "assigned_to_id", "category_id", "fixed_version_id", "parent_issue_id", "start_date",
    "due_date", "estimated_hours", "done_ratio", "description",
)  # fmt: skip


def issue(world: World, user: User, of: Issue, include: Collection[str], *, alone: bool) -> Json:
    """Show a ticket; `alone`: not in a list, which shows relations only (Redmine fact 4)."""
    told: Json = {
        "id": of.id,
        "project": _named(world.projects[of.project]),
        "tracker": _named(world.trackers[of.tracker]),
        "status": status(world.statuses[of.status]),
        "priority": {"id": of.priority, "name": world.priorities[of.priority]},
        "author": _named(world.principals[of.author]),
        **({"assigned_to": _named(world.principals[of.assignee])} if of.assignee else {}),
        "subject": of.subject,
        "description": of.description,
        "start_date": of.start_date,
        "due_date": of.due_date,
        "done_ratio": of.done_ratio,
        "is_private": of.private,
        "estimated_hours": None,
        "total_estimated_hours": None,
        "custom_fields": [
            {"id": field.id, "name": field.name, "value": of.values.get(field.id)}
            for field in world.fields_of(of.project, of.tracker)
        ],
        "created_on": stamp(of.created),
        "updated_on": stamp(of.updated),
        "closed_on": stamp(of.closed) if of.closed else None,
    }
    related = [relation(r) for r in world.relations_of(of.id)]
    if "relations" in include and (related or not alone):
        told["relations"] = related
    return told | (_alone(world, user, of, include) if alone else {})


def _alone(world: World, user: User, of: Issue, include: Collection[str]) -> Json:
    told: Json = {}
    if "journals" in include:
        private = _reads_private(world, user, of)
        told["journals"] = [
            _journal(world, entry)
            for entry in of.journals
            if not entry.private or private or entry.user == user.id
        ]
    if "watchers" in include:
        told["watchers"] = [_named(world.principals[number]) for number in of.watchers]
    if "allowed_statuses" in include:
        open_to = statuses(world, user, of)
        told["allowed_statuses"] = [status(world.statuses[number]) for number in open_to]
    return told


def _reads_private(world: World, user: User, of: Issue) -> bool:
    held = roles(world, user, world.projects[of.project])
    return user.admin or any("view_private_notes" in role.rights for role in held)


def _journal(world: World, entry: Entry) -> Json:
    return {
        "id": entry.id,
        "user": _named(world.principals[entry.user]),
        "notes": entry.notes,
        "created_on": stamp(entry.at),
        "private_notes": entry.private,
        "details": [
            {"property": d.kind, "name": d.name, "old_value": d.old, "new_value": d.new}
            for d in entry.details
        ],
    }


def relation(of: Relation) -> Json:
    return {
        "id": of.id,
        "issue_id": of.start,
        "issue_to_id": of.end,
        "relation_type": of.kind,
        "delay": None,
    }


def status(of: Status) -> Json:
    return {"id": of.id, "name": of.name, "is_closed": of.closed}


def tracker(world: World, of: Tracker) -> Json:
    first = world.statuses[of.default]
    return {
        "id": of.id,
        "name": of.name,
        "default_status": _named(first),
        "description": None,
        "enabled_standard_fields": list(_STANDARD),
    }


def project(world: World, user: User, of: Project, include: Collection[str]) -> Json:
    parent = world.projects.get(of.parent or 0)
    shown = parent is not None and sees_project(world, user, parent)
    modules = [{"id": n, "name": name} for n, name in enumerate(of.modules, 1)]
    return {
        "id": of.id,
        "name": of.name,
        "identifier": of.identifier,
        "description": None,
        **({"parent": _named(parent)} if shown else {}),
        "status": of.status,
        "is_public": of.public,
        "inherit_members": False,
        **({"enabled_modules": modules} if "enabled_modules" in include else {}),
        **(
            {"trackers": [_named(world.trackers[n]) for n in of.trackers]}
            if "trackers" in include
            else {}
        ),
    }


def memberships(world: World, of: Project) -> list[Json]:
    found = []
    for number, held in members(world, of).items():
        principal = world.principals[number]
        kind = "user" if isinstance(principal, User) else "group"
        found.append(
            {
                "id": len(found) + 1,
                "project": _named(of),
                kind: _named(principal),
                "roles": [_named(world.roles[role]) for role in held],
            }
        )
    return found


def user(world: World, of: User, include: Collection[str]) -> Json:
    told: Json = {
        "id": of.id,
        "login": of.login,
        "admin": of.admin,
        "firstname": of.first,
        "lastname": of.last,
        "mail": of.mail,
    }
    if "memberships" in include:
        told["memberships"] = [
            {"id": p.id, "project": _named(p), "roles": [_named(world.roles[r]) for r in held]}
            for p in world.projects.values()
            if (held := members(world, p).get(of.id))
        ]
    return told


def page(
    world: World, of: Issue, editable: Collection[int] = (), open_to: Collection[int] = ()
) -> str:
    """Show the page of a ticket as far as its form tells what one may do (Redmine fact 32).

    `open_to` are the statuses that one may give it; whoever may not edit has none.
    """
    shown = ['<script src="/javascripts/jstoolbar/textile.js"></script>']
    if open_to:
        names = [(number, world.statuses[number].name) for number in open_to]
        options = "".join(f'<option value="{number}">{name}</option>' for number, name in names)
        shown.append(f'<select name="issue[status_id]">{options}</select>')
        shown += [f'<input name="issue[{name}]">' for name in _EDITED]
        shown.append(f'<input name="issue[lock_version]" value="{of.version}">')
    for field in world.fields_of(of.project, of.tracker):
        if field.id not in editable:
            continue
        name = f"issue[custom_field_values][{field.id}]"
        options = "".join(f'<option value="{value}">{value}</option>' for value in field.values)
        if field.form == "list":
            shown.append(f'<select name="{name}"><option value=""></option>{options}</select>')
        else:
            shown.append(f'<textarea name="{name}">{of.values.get(field.id) or ""}</textarea>')
    return "\n".join(shown)


def stamp(at: datetime) -> str:
    """Show a time without its fraction."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _named(thing: Any) -> Json:
    return {"id": thing.id, "name": thing.name}


def visible(world: World, viewer: User) -> list[Issue]:
    """Answer the tickets that somebody may see."""
    return [found for found in world.issues.values() if sees(world, viewer, found)]
