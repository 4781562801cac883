"""The REST API: a request of somebody's, and Redmine's answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fake_redmine import editing, finding, relating, showing, writing
from tests.fake_redmine.refusing import Refused
from tests.fake_redmine.rights import edits, may, read_only, sees, sees_project, statuses
from tests.fake_redmine.world import (
    ACTIVE,
    CLOSED,
    Entry,
    Group,
    Issue,
    Project,
    User,
    World,
    following,
)

Answer = tuple[int, object]  # a status, and what is shown: JSON, a page, or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks. `user` is None where the key is nobody's."""

    user: User | None
    method: str
    target: str
    body: Mapping[str, Any]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> Mapping[str, Sequence[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def include(self) -> set[str]:
        return set(",".join(self.params.get("include", ())).split(","))


def answer(world: World, request: Request) -> Answer:
    """Do what is asked; answer the status and what is shown."""
    try:
        if request.user is None:
            return _nobody(request)
        for method, pattern, do in _ROUTES:
            fits = re.fullmatch(pattern, request.path)
            if fits and method == request.method:
                return do(world, request.user, request, *fits.groups())
        raise Refused(404)
    except Refused as refused:
        return refused.status, {"errors": list(refused.errors)} if refused.status == 422 else None


def _nobody(request: Request) -> Answer:
    """A wrong key reads as nobody's, with 200 and nothing (Redmine fact 3)."""
    if request.method == "GET" and request.path in ("/issues.json", "/projects.json"):
        container = request.path[1:].removesuffix(".json")
        return 200, {container: [], "total_count": 0, "offset": 0, "limit": 25}
    raise Refused(401)


# ------------------------------------------------------------------------------- tickets


def _issues(world: World, user: User, request: Request) -> Answer:
    page, total = finding.select(world, showing.visible(world, user), request.params)
    shown = [showing.issue(world, user, i, request.include, alone=False) for i in page]
    return 200, {"issues": shown, "total_count": total}


def _issue(world: World, user: User, request: Request, number: str) -> Answer:
    issue = editing.found(world, user, int(number))
    return 200, {"issue": showing.issue(world, user, issue, request.include, alone=True)}


def _page(world: World, user: User, _: Request, number: str) -> Answer:
    issue = editing.found(world, user, int(number))
    if not edits(world, user, issue):
        return 200, showing.page(world, issue)
    enabled = {field.id for field in world.fields_of(issue.project, issue.tracker)}
    mine = enabled - read_only(world, user, issue)
    return 200, showing.page(world, issue, mine, statuses(world, user, issue))


def _create(world: World, user: User, request: Request) -> Answer:
    copied = None
    if "copy_from" in request.body:
        copied = editing.found(world, user, int(request.body["copy_from"]))
        if not may(world, user, "copy_issues", world.projects[copied.project]):
            raise Refused(403)
    issue = editing.create(world, user, request.body["issue"], copied)
    return 201, {"issue": showing.issue(world, user, issue, (), alone=True)}


def _update(world: World, user: User, request: Request, number: str) -> Answer:
    issue = editing.found(world, user, int(number))
    editing.update(world, user, issue, request.body.get("issue", {}))
    return 204, None


def _delete(world: World, user: User, _: Request, number: str) -> Answer:
    editing.delete(world, user, editing.found(world, user, int(number)))
    return 204, None


def _note(world: World, user: User, request: Request, number: str) -> Answer:
    """Edit an own note: it moves no time and sends no mail (Redmine fact 30)."""
    for issue in world.issues.values():
        for entry in issue.journals:
            if entry.id == int(number):
                _edit_note(world, user, issue, request.body["journal"], entry)
                return 204, None
    raise Refused(404)


def _edit_note(
    world: World, user: User, issue: Issue, wanted: Mapping[str, Any], entry: Entry
) -> None:
    project, own = world.projects[issue.project], entry.user == user.id
    if not sees(world, user, issue):
        raise Refused(404)
    right = "edit_own_issue_notes" if own else "edit_issue_notes"
    if not (may(world, user, right, project) or may(world, user, "edit_issue_notes", project)):
        raise Refused(403)
    entry.notes = wanted.get("notes", entry.notes)
    if "private_notes" in wanted and may(world, user, "set_notes_private", project):
        entry.private = bool(wanted["private_notes"])
    if not (entry.notes or "").strip() and not entry.details:
        issue.journals.remove(entry)


# ------------------------------------------------------------------------------- beside them


def _relate(world: World, user: User, request: Request, number: str) -> Answer:
    wanted = request.body["relation"]
    start = editing.found(world, user, int(number))
    end = world.issues.get(int(wanted["issue_to_id"]))
    kind = wanted.get("relation_type", "relates")
    made = relating.ask_to_relate(world, user, start, kind, end)
    return 201, {"relation": showing.relation(made)}


def _unrelate(world: World, user: User, _: Request, number: str) -> Answer:
    relating.unrelate(world, user, int(number))
    return 204, None


def _watch(world: World, user: User, request: Request, number: str) -> Answer:
    wanted = request.body.get("watcher", request.body)
    numbers = wanted.get("user_ids") or [wanted.get("user_id")]
    issue = editing.found(world, user, int(number))
    relating.watch(world, user, issue, [int(one) for one in numbers if one])
    return 204, None


def _unwatch(world: World, user: User, _: Request, number: str, watcher: str) -> Answer:
    relating.unwatch(world, user, editing.found(world, user, int(number)), int(watcher))
    return 204, None


# ------------------------------------------------------------------------------- the rest


def _me(world: World, user: User, request: Request) -> Answer:
    return 200, {"user": showing.user(world, user, request.include)}


def _projects(world: World, user: User, request: Request) -> Answer:
    asked = request.params.get("status", ("1",))[0].split("|")
    fit = [p for p in world.projects.values() if str(p.status) in asked]
    shown = [
        showing.project(world, user, p, request.include)
        for p in fit
        if sees_project(world, user, p)
    ]
    return 200, {"projects": shown, "total_count": len(shown)}


def _project(world: World, user: User, request: Request, name: str) -> Answer:
    project = _seen(world, user, name)
    return 200, {"project": showing.project(world, user, project, request.include)}


def _add_project(world: World, user: User, request: Request) -> Answer:
    if not user.admin:
        raise Refused(403)
    wanted = request.body["project"]
    number = following(dict(world.projects))
    world.projects[number] = Project(
        id=number,
        identifier=wanted["identifier"],
        name=wanted["name"],
        parent=wanted.get("parent_id"),
        public=wanted.get("is_public", True),
        trackers=wanted.get("tracker_ids", sorted(world.trackers)),
    )
    return 201, {"project": showing.project(world, user, world.projects[number], ())}


def _close(world: World, user: User, _: Request, name: str, state: str) -> Answer:
    if not user.admin:
        raise Refused(403)
    _seen(world, user, name).status = CLOSED if state == "close" else ACTIVE
    return 204, None


def _memberships(world: World, user: User, _: Request, name: str) -> Answer:
    shown = showing.memberships(world, _seen(world, user, name))
    return 200, {"memberships": shown, "total_count": len(shown)}


def _group(world: World, user: User, request: Request, number: str) -> Answer:
    group = world.principals.get(int(number))
    if not isinstance(group, Group):
        raise Refused(404)
    users = [{"id": one, "name": world.principals[one].name} for one in group.members]
    told = {"id": group.id, "name": group.name}
    return 200, {"group": told | ({"users": users} if "users" in request.include else {})}


def _role(world: World, _: User, __: Request, number: str) -> Answer:
    role = world.roles.get(int(number))
    if role is None:
        raise Refused(404)
    told = {"id": role.id, "name": role.name, "assignable": role.assignable}
    return 200, {"role": told | {"permissions": sorted(role.rights)}}


def _trackers(world: World, *_: object) -> Answer:
    return 200, {"trackers": [showing.tracker(world, t) for t in world.trackers.values()]}


def _priorities(world: World, *_: object) -> Answer:
    told = [
        {"id": number, "name": name, "is_default": number == world.priority, "active": True}
        for number, name in world.priorities.items()
    ]
    return 200, {"issue_priorities": told}


def _all_statuses(world: World, *_: object) -> Answer:
    return 200, {"issue_statuses": [showing.status(s) for s in world.statuses.values()]}


def _fields(world: World, user: User, _: Request) -> Answer:
    if not user.admin:
        raise Refused(403)
    told = [{"id": f.id, "name": f.name, "field_format": f.form} for f in world.fields.values()]
    return 200, {"custom_fields": told}


def _wiki(world: World, user: User, _: Request, name: str) -> Answer:
    return 200, {"wiki_pages": writing.index(world, _with_wiki(world, user, name))}


def _wiki_page(
    world: World, user: User, _: Request, name: str, title: str, version: str | None
) -> Answer:
    project = _with_wiki(world, user, name)
    return 200, {"wiki_page": writing.page(world, project, unquote(title), int(version or 0))}


def _write_page(world: World, user: User, request: Request, name: str, title: str) -> Answer:
    project, wanted = _with_wiki(world, user, name), request.body["wiki_page"]
    if writing.write(world, user, project, unquote(title), wanted):
        return 201, {"wiki_page": writing.page(world, project, unquote(title), 0)}
    return 204, None


def _with_wiki(world: World, user: User, name: str) -> Project:
    project = _seen(world, user, name)
    if "wiki" not in project.modules:
        raise Refused(404)
    return project


def _seen(world: World, user: User, name: str) -> Project:
    for project in world.projects.values():
        if name in (str(project.id), project.identifier):
            if sees_project(world, user, project):
                return project
            raise Refused(403)
    raise Refused(404)


_ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", r"/issues\.json", _issues),
    ("POST", r"/issues\.json", _create),
    ("GET", r"/issues/(\d+)\.json", _issue),
    ("PUT", r"/issues/(\d+)\.json", _update),
    ("DELETE", r"/issues/(\d+)\.json", _delete),
    ("GET", r"/issues/(\d+)", _page),
    ("PUT", r"/journals/(\d+)\.json", _note),
    ("POST", r"/issues/(\d+)/relations\.json", _relate),
    ("DELETE", r"/relations/(\d+)\.json", _unrelate),
    ("POST", r"/issues/(\d+)/watchers\.json", _watch),
    ("DELETE", r"/issues/(\d+)/watchers/(\d+)\.json", _unwatch),
    ("GET", r"/users/current\.json", _me),
    ("GET", r"/projects\.json", _projects),
    ("POST", r"/projects\.json", _add_project),
    ("GET", r"/projects/([\w-]+)\.json", _project),
    ("PUT", r"/projects/([\w-]+)/(close|reopen)\.json", _close),
    ("GET", r"/projects/([\w-]+)/memberships\.json", _memberships),
    ("GET", r"/projects/([\w-]+)/wiki/index\.json", _wiki),
    ("GET", r"/projects/([\w-]+)/wiki/([^/]+)(?:/(\d+))?\.json", _wiki_page),
    ("PUT", r"/projects/([\w-]+)/wiki/([^/]+)\.json", _write_page),
    ("GET", r"/groups/(\d+)\.json", _group),
    ("GET", r"/roles/(\d+)\.json", _role),
    ("GET", r"/trackers\.json", _trackers),
    ("GET", r"/issue_statuses\.json", _all_statuses),
    ("GET", r"/enumerations/issue_priorities\.json", _priorities),
    ("GET", r"/custom_fields\.json", _fields),
)
