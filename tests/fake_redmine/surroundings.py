"""Requests about what is around tickets: people, projects, lists, wikis."""

from urllib.parse import unquote

from tests.fake_redmine import showing, writing
from tests.fake_redmine.asking import Answer, Request
from tests.fake_redmine.refusing import Refused
from tests.fake_redmine.rights import sees_project
from tests.fake_redmine.world import ACTIVE, CLOSED, Group, Project, User, World, following


def me(world: World, user: User, request: Request) -> Answer:
    return 200, {"user": showing.user(world, user, request.include)}


def projects(world: World, user: User, request: Request) -> Answer:
    asked = request.params.get("status", ("1",))[0].split("|")
    fit = [p for p in world.projects.values() if str(p.status) in asked]
    shown = [
        showing.project(world, user, p, request.include)
        for p in fit
        if sees_project(world, user, p)
    ]
    return 200, {"projects": shown, "total_count": len(shown)}


def project(world: World, user: User, request: Request, name: str) -> Answer:
    project = _seen(world, user, name)
    return 200, {"project": showing.project(world, user, project, request.include)}


def add_project(world: World, user: User, request: Request) -> Answer:
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


def close(world: World, user: User, _: Request, name: str, state: str) -> Answer:
    if not user.admin:
        raise Refused(403)
    _seen(world, user, name).status = CLOSED if state == "close" else ACTIVE
    return 204, None


def memberships(world: World, user: User, _: Request, name: str) -> Answer:
    shown = showing.memberships(world, _seen(world, user, name))
    return 200, {"memberships": shown, "total_count": len(shown)}


def group(world: World, user: User, request: Request, number: str) -> Answer:
    group = world.principals.get(int(number))
    if not isinstance(group, Group):
        raise Refused(404)
    users = [{"id": one, "name": world.principals[one].name} for one in group.members]
    told = {"id": group.id, "name": group.name}
    return 200, {"group": told | ({"users": users} if "users" in request.include else {})}


def role(world: World, _: User, __: Request, number: str) -> Answer:
    role = world.roles.get(int(number))
    if role is None:
        raise Refused(404)
    told = {"id": role.id, "name": role.name, "assignable": role.assignable}
    return 200, {"role": told | {"permissions": sorted(role.rights)}}


def trackers(world: World, *_: object) -> Answer:
    return 200, {"trackers": [showing.tracker(world, t) for t in world.trackers.values()]}


def priorities(world: World, *_: object) -> Answer:
    told = [
        {"id": number, "name": name, "is_default": number == world.priority, "active": True}
        for number, name in world.priorities.items()
    ]
    return 200, {"issue_priorities": told}


def all_statuses(world: World, *_: object) -> Answer:
    return 200, {"issue_statuses": [showing.status(s) for s in world.statuses.values()]}


def fields(world: World, user: User, _: Request) -> Answer:
    if not user.admin:
        raise Refused(403)
    told = [{"id": f.id, "name": f.name, "field_format": f.form} for f in world.fields.values()]
    return 200, {"custom_fields": told}


def wiki(world: World, user: User, _: Request, name: str) -> Answer:
    return 200, {"wiki_pages": writing.index(world, _with_wiki(world, user, name))}


def wiki_page(
    world: World, user: User, _: Request, name: str, title: str, version: str | None
) -> Answer:
    project = _with_wiki(world, user, name)
    return 200, {"wiki_page": writing.page(world, project, unquote(title), int(version or 0))}


def write_page(world: World, user: User, request: Request, name: str, title: str) -> Answer:
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
