"""Requests about tickets, their notes, relations and watchers."""

from collections.abc import Mapping
from typing import Any

from tests.fake_redmine import editing, finding, relating, showing
from tests.fake_redmine.asking import Answer, Request
from tests.fake_redmine.refusing import Refused
from tests.fake_redmine.rights import edits, may, read_only, sees, statuses
from tests.fake_redmine.world import Entry, Issue, User, World


def issues(world: World, user: User, request: Request) -> Answer:
    page, total = finding.select(world, showing.visible(world, user), request.params)
    shown = [showing.issue(world, user, i, request.include, alone=False) for i in page]
    return 200, {"issues": shown, "total_count": total}


def numbers(world: World, user: User, request: Request) -> Answer:
    """Answer the first tickets as a CSV file: the one column that is asked for, wherever it ends.

    It is refused without conditions: open tickets alone would be listed.
    """
    assert request.params["c[]"] == ["id"]
    assert "f[]" in request.params
    every = showing.visible(world, user)
    found, _ = finding.select(world, every, request.params, most=world.exported)
    return 200, "\n".join(["#", *(str(one.id) for one in found)]) + "\n"


def issue(world: World, user: User, request: Request, number: str) -> Answer:
    issue = editing.found(world, user, int(number))
    return 200, {"issue": showing.issue(world, user, issue, request.include, alone=True)}


def page(world: World, user: User, _: Request, number: str) -> Answer:
    issue = editing.found(world, user, int(number))
    if not edits(world, user, issue):
        return 200, showing.page(world, issue)
    enabled = {field.id for field in world.fields_of(issue.project, issue.tracker)}
    mine = enabled - read_only(world, user, issue)
    return 200, showing.page(world, issue, mine, statuses(world, user, issue))


def create(world: World, user: User, request: Request) -> Answer:
    copied = None
    if "copy_from" in request.body:
        copied = editing.found(world, user, int(request.body["copy_from"]))
        if not may(world, user, "copy_issues", world.projects[copied.project]):
            raise Refused(403)
    issue = editing.create(world, user, request.body["issue"], copied)
    return 201, {"issue": showing.issue(world, user, issue, (), alone=True)}


def update(world: World, user: User, request: Request, number: str) -> Answer:
    issue = editing.found(world, user, int(number))
    editing.update(world, user, issue, request.body.get("issue", {}))
    return 204, None


def delete(world: World, user: User, _: Request, number: str) -> Answer:
    editing.delete(world, user, editing.found(world, user, int(number)))
    return 204, None


def note(world: World, user: User, request: Request, number: str) -> Answer:
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


def relate(world: World, user: User, request: Request, number: str) -> Answer:
    wanted = request.body["relation"]
    start = editing.found(world, user, int(number))
    end = world.issues.get(int(wanted["issue_to_id"]))
    kind = wanted.get("relation_type", "relates")
    made = relating.ask_to_relate(world, user, start, kind, end)
    return 201, {"relation": showing.relation(made)}


def unrelate(world: World, user: User, _: Request, number: str) -> Answer:
    relating.unrelate(world, user, int(number))
    return 204, None


def watch(world: World, user: User, request: Request, number: str) -> Answer:
    wanted = request.body.get("watcher", request.body)
    numbers = wanted.get("user_ids") or [wanted.get("user_id")]
    issue = editing.found(world, user, int(number))
    relating.watch(world, user, issue, [int(one) for one in numbers if one])
    return 204, None


def unwatch(world: World, user: User, _: Request, number: str, watcher: str) -> Answer:
    relating.unwatch(world, user, editing.found(world, user, int(number)), int(watcher))
    return 204, None
