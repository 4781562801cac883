"""A provisioned Redmine as `sandbox/office.rb` and `desk/provision.rb` leave it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from itsm_sync.model.tickets import FieldName
from tests.fake_redmine.world import (
    CustomField,
    Group,
    Project,
    Role,
    Status,
    Tracker,
    User,
    World,
)

_ASKING = frozenset({"view_issues", "add_issues", "add_issue_notes"})
_WORKING = _ASKING | {
    "view_project", "view_members", "edit_issues", "edit_own_issue_notes", "view_private_notes",
    "set_notes_private", "manage_issue_relations", "manage_subtasks", "view_issue_watchers",
    "add_issue_watchers", "delete_issue_watchers", "view_wiki_pages",
}  # fmt: skip
_STATUSES = ("신규", "진행", "해결", "의견", "완료", "거절")
_CLOSED = ("완료", "거절")
_TRACKERS = ("결함", "새기능", "지원")
_PROJECTS = {
    "abc": "ABC시스템",
    "abc-app": "ABC 애플리케이션",
    "abc-infra": "ABC 인프라",
    "abc-biz": "ABC 사업",
    "abc-legacy": "ABC 구시스템",
    "abc-sec": "ABC 보안",
}
_SECRET = "abc-sec"  # is not public, and of one team alone
_STRANGER, _REPORTER, _BOT, _TEAM = 1, 5, 6, 7


def found(clock: Callable[[], datetime], wanted: dict[str, Any]) -> World:
    """Make the sample Redmine.

    Args:
        clock: the time.
        wanted: what provisioning makes, as `desk.provisioning.wanted` tells it.
    """
    world = World(clock=clock, stranger=_STRANGER)
    world.priorities = dict(enumerate(("낮음", "보통", "높음", "긴급", "즉시"), 1))
    _add_trackers(world, wanted["itil"])
    _add_roles(world)
    _add_projects(world)
    _add_people(world, wanted)
    _add_fields(world, wanted)
    return world


def _add_trackers(world: World, itil: dict[str, list[str]]) -> None:
    for number, name in enumerate((*_STATUSES, *itil["statuses"]), 1):
        world.statuses[number] = Status(id=number, name=name, closed=name in _CLOSED)
    usual = set(range(1, len(_STATUSES) + 1))
    for number, name in enumerate((*_TRACKERS, *itil["trackers"]), 1):
        new = name not in _TRACKERS
        world.trackers[number] = Tracker(
            id=number,
            name=name,
            default=len(_STATUSES) + 1 if new else 1,
            statuses=set(world.statuses) if new else usual,
        )


def _add_roles(world: World) -> None:
    every = set(world.statuses)
    world.roles = {
        role.id: role
        for role in (
            Role(id=_STRANGER, name="비회원", rights=_ASKING, assignable=False, sees_all=False),
            Role(id=_REPORTER, name="보고자", rights=_ASKING, sees_all=False),
            Role(id=_BOT, name="ITSM 동기화", rights=_WORKING | {"set_issues_private"},
                 assignable=False, statuses=every),
            Role(id=_TEAM, name="ITSM 담당",
                 rights=_WORKING | {"set_own_issues_private", "edit_wiki_pages"},
                 sees_all=False, statuses=every),
        )
    }  # fmt: skip


def _add_projects(world: World) -> None:
    for number, (identifier, name) in enumerate(_PROJECTS.items(), 1):
        parent = None if identifier == "abc" else 1
        world.projects[number] = Project(id=number, identifier=identifier, name=name, parent=parent,
                                         trackers=sorted(world.trackers),
                                         public=identifier != _SECRET)  # fmt: skip


def _add_people(world: World, wanted: dict[str, Any]) -> None:
    one, other = wanted["groups"]
    people = (
        User(id=1, login="admin", first="Redmine", last="Admin", admin=True, mailed=False),
        User(id=5, login="seojun", first="서준", last="김"),
        Group(id=6, name=one, members=[5, 7]),
        User(id=7, login="haeun", first="하은", last="이"),
        User(id=8, login="sua", first="수아", last="강"),
        Group(id=9, name=other, members=[8, 10]),
        User(id=10, login="minjae", first="민재", last="조"),
        User(id=11, login="yujin", first="유진", last="한"),
        User(id=12, login=wanted["bot"]["login"], first=wanted["bot"]["name"], last="itsm-sync",
             mailed=False, watches=False),
    )  # fmt: skip
    world.principals = {principal.id: principal for principal in people}
    for project in world.projects.values():
        project.members = {11: (_REPORTER,), 6: (_TEAM,), 9: (_TEAM,), 12: (_BOT,)}
        if not project.public:
            project.members = {6: (_TEAM,), 12: (_BOT,)}


def _add_fields(world: World, wanted: dict[str, Any]) -> None:
    for number, field in enumerate(wanted["fields"], 1):
        world.fields[number] = CustomField(
            id=number,
            name=field["name"],
            form=field["format"],
            values=list(field["values"] or ()),
            trackers=set(world.trackers),
            projects=set(world.projects),
        )
    derived = {n for n, f in enumerate(wanted["fields"], 1) if f["word"] in wanted["read_only"]}
    for role in world.roles.values():
        role.read_only = set() if role.id == _BOT else derived


def field_ids(wanted: dict[str, Any]) -> dict[FieldName, int]:
    """Answer our fields' ids."""
    return {FieldName(field["word"]): n for n, field in enumerate(wanted["fields"], 1)}
