"""Tickets made, changed, copied and deleted, as `Issue#safe_attributes=` and its kin do it."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from tests.fake_redmine import mailing
from tests.fake_redmine.journals import close_entry, contribute, differences
from tests.fake_redmine.refusing import Refused, Rejected
from tests.fake_redmine.relating import relate
from tests.fake_redmine.rights import assignable, edits, may, read_only, sees, statuses
from tests.fake_redmine.world import CLOSED, Entry, Issue, User, World, following

Wanted = Mapping[str, Any]


def crlf(text: str) -> str:
    """Answer a text with the line ends of a web form."""
    return "\r\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


_PLAIN: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "priority_id": ("priority", int),
    "done_ratio": ("done_ratio", int),
    "subject": ("subject", str),
    "start_date": ("start_date", str),
    "due_date": ("due_date", str),
    "description": ("description", crlf),
}


def found(world: World, user: User, number: int) -> Issue:
    """Answer a ticket that somebody may see. Raises Refused: 404, or 403 where it is hidden."""
    issue = world.issues.get(number)
    if issue is None:
        raise Refused(404)
    if not sees(world, user, issue):
        raise Refused(403)
    return issue


def create(world: World, user: User, wanted: Wanted, copied: Issue | None = None) -> Issue:
    """Make a ticket; a copy carries all field values (Redmine fact 28)."""
    issue = _fresh(world, user, wanted, copied)
    _assign(world, user, issue, None, wanted)
    _validate(world, user, issue, None)
    issue.id = following(dict(world.issues))
    world.issues[issue.id] = issue
    if copied is not None:
        relate(world, user, "copied_to", copied, issue)
    mailing.about_new(world, issue)
    return issue


def update(world: World, user: User, issue: Issue, wanted: Wanted) -> None:
    """Change a ticket. Each change moves its time, an empty one too (Redmine fact 14)."""
    project = world.projects[issue.project]
    if not (edits(world, user, issue) or may(world, user, "add_issue_notes", project)):
        raise Refused(403)
    draft = deepcopy(issue)
    if edits(world, user, issue):
        _assign(world, user, draft, issue, wanted)
    _validate(world, user, draft, issue)
    if int(wanted.get("lock_version", issue.version)) != issue.version:
        raise Refused(422)  # without a reason (Redmine fact 19)
    _put(world, user, draft, issue, wanted)


def _put(world: World, user: User, draft: Issue, issue: Issue, wanted: Wanted) -> None:
    """Put a ticket in the place of what it was."""
    closing = world.statuses[draft.status].closed and not world.statuses[issue.status].closed
    draft.updated = world.now()
    draft.version += 1
    if closing:
        draft.closed = draft.updated
    world.issues[issue.id] = draft
    _tell(world, user, draft, issue, wanted)
    if closing:
        _close_duplicates(world, user, draft, wanted)


def _close_duplicates(world: World, user: User, closed: Issue, wanted: Wanted) -> None:
    """Close what duplicates a ticket along with it, with its note (Redmine fact 29)."""
    for relation in world.relations_of(closed.id):
        other = world.issues[relation.start]
        duplicates = relation.kind == "duplicates" and relation.end == closed.id
        if duplicates and not world.statuses[other.status].closed:
            draft = replace(deepcopy(other), status=closed.status)
            told = {name: wanted[name] for name in ("notes", "private_notes") if name in wanted}
            _put(world, user, draft, other, told)


def delete(world: World, user: User, issue: Issue) -> None:
    if not may(world, user, "delete_issues", world.projects[issue.project]):
        raise Refused(403)
    del world.issues[issue.id]
    for relation in world.relations_of(issue.id):
        del world.relations[relation.id]
    for other in world.issues.values():
        other.journals = [
            entry
            for entry in other.journals
            if not any(d.kind == "relation" and d.new == str(issue.id) for d in entry.details)
        ]


# ------------------------------------------------------------------------------- attributes


def _fresh(world: World, user: User, wanted: Wanted, copied: Issue | None) -> Issue:
    project = _project(world, user, wanted.get("project_id"))
    if project is None:
        blank = "은 빈 값이어서는 안 됩니다"
        raise Rejected(f"프로젝트 {blank}", f"유형 {blank}", f"상태 {blank}")
    where = world.projects[project]
    if where.status == CLOSED or not may(world, user, "add_issues", where):
        raise Refused(422 if where.status == CLOSED else 403)
    at = world.now()
    if copied is None:
        tracker = where.trackers[0]
        status = world.trackers[tracker].default
        issue = Issue(project=project, tracker=tracker, status=status, author=user.id,
                      created=at, updated=at, start_date=f"{at:%Y-%m-%d}")  # fmt: skip
        issue.values = {f.id: None for f in world.fields_of(project, tracker)}
        return issue
    status = world.trackers[copied.tracker].default
    issue = replace(deepcopy(copied), id=0, author=user.id, status=status, created=at, updated=at,
                    closed=None, version=0, journals=[], watchers=[])  # fmt: skip
    issue.values = {number: value or "" for number, value in issue.values.items()}
    _move(world, issue, project)
    return issue


def _assign(world: World, user: User, issue: Issue, before: Issue | None, wanted: Wanted) -> None:
    """Take over what somebody may set; leave out the rest without a word (Redmine fact 15)."""
    _place(world, user, issue, before, wanted)
    if "assigned_to_id" in wanted:
        issue.assignee = _number(wanted["assigned_to_id"]) or None
    for name, (attribute, read) in _PLAIN.items():
        if wanted.get(name) is not None:
            setattr(issue, attribute, read(wanted[name]))
    if "is_private" in wanted and _hides(world, user, issue):
        issue.private = str(wanted["is_private"]).lower() in ("1", "true")
    if before is None:
        issue.watchers = [int(number) for number in wanted.get("watcher_user_ids", ())]
    _fill(world, user, issue, wanted.get("custom_fields", ()))


def _place(world: World, user: User, issue: Issue, before: Issue | None, wanted: Wanted) -> None:
    """Set project, tracker and status, in this order: each says what the next may be."""
    project = _project(world, user, wanted.get("project_id"))
    if project is not None:
        _move(world, issue, project)
    tracker = _number(wanted.get("tracker_id"))
    if tracker in world.projects[issue.project].trackers:
        _retrack(world, issue, tracker)
    status = _number(wanted.get("status_id"))
    if status in statuses(world, user, issue, new=before is None):
        issue.status = status


def _fill(world: World, user: User, issue: Issue, wanted: Any) -> None:
    kept = read_only(world, user, issue)
    enabled = {field.id for field in world.fields_of(issue.project, issue.tracker)}
    for entry in wanted:
        number = int(entry["id"])
        if number in enabled - kept:
            value = entry.get("value")
            issue.values[number] = None if value is None else str(value)


def _project(world: World, user: User, named: Any) -> int | None:
    for project in world.projects.values():
        if str(named) in (str(project.id), project.identifier):
            return project.id if may(world, user, "add_issues", project) else None
    return None


def _move(world: World, issue: Issue, project: int) -> None:
    if project == issue.project:
        return
    issue.project = project
    trackers = world.projects[project].trackers
    if issue.tracker not in trackers:
        _retrack(world, issue, trackers[0])
    _reassign_values(world, issue)


def _retrack(world: World, issue: Issue, tracker: int) -> None:
    if tracker == issue.tracker:
        return
    before, after = world.trackers[issue.tracker], world.trackers[tracker]
    issue.tracker = tracker
    if issue.status == before.default or issue.status not in after.statuses:
        issue.status = after.default
    _reassign_values(world, issue)


def _reassign_values(world: World, issue: Issue) -> None:
    """Drop the values of fields that are not enabled any more (Redmine fact 27)."""
    enabled = world.fields_of(issue.project, issue.tracker)
    issue.values = {field.id: issue.values.get(field.id) for field in enabled}


def _hides(world: World, user: User, issue: Issue) -> bool:
    project = world.projects[issue.project]
    own = issue.author == user.id and may(world, user, "set_own_issues_private", project)
    return own or may(world, user, "set_issues_private", project)


# ------------------------------------------------------------------------------- validation


def _validate(world: World, user: User, issue: Issue, before: Issue | None) -> None:
    errors = [*_core_errors(world, issue, before), *_field_errors(world, user, issue, before)]
    if errors:
        raise Rejected(*errors)


def _core_errors(world: World, issue: Issue, before: Issue | None) -> Iterator[str]:
    if not issue.subject.strip():
        yield "제목 은 빈 값이어서는 안 됩니다"
    if len(issue.subject) > 255:
        yield "제목 은 너무 깁니다 (최대 255 자 까지)"
    dates = (issue.start_date, issue.due_date)
    moved = before is None or dates != (before.start_date, before.due_date)
    if moved and issue.start_date and issue.due_date and issue.due_date < issue.start_date:
        yield "완료기한 는 시작날짜보다 커야 합니다"
    stood = before.assignee if before else None
    changed = issue.assignee is not None and issue.assignee != stood
    if changed and issue.assignee not in assignable(world, issue, stood):
        yield "담당자 은 유효하지 않습니다."


def _field_errors(world: World, user: User, issue: Issue, before: Issue | None) -> Iterator[str]:
    if before is not None and issue.values == before.values:
        return
    kept = read_only(world, user, issue)
    for field in world.fields_of(issue.project, issue.tracker):
        value = issue.values.get(field.id)
        stood = before.values.get(field.id) if before else None
        unknown = field.form == "list" and value and value not in (*field.values, stood)
        if unknown and field.id not in kept:
            yield f"{field.name.capitalize()} 은 목록에 포함되어 있지 않습니다"


# ------------------------------------------------------------------------------- afterwards


def _tell(world: World, user: User, issue: Issue, before: Issue, wanted: Wanted) -> None:
    """Write the journal; a private note together with changes makes two (Redmine fact 21)."""
    project = world.projects[issue.project]
    details = differences(before, issue)
    notes = str(wanted.get("notes") or "") if may(world, user, "add_issue_notes", project) else ""
    hidden = bool(wanted.get("private_notes")) and bool(notes)
    private = hidden and may(world, user, "set_notes_private", project)
    entries = [Entry(id=0, user=user.id, at=issue.updated, notes=notes, private=private,
                     details=details)]  # fmt: skip
    if private and details:
        entries = [
            Entry(id=0, user=user.id, at=issue.updated, notes=None, details=details),
            Entry(id=0, user=user.id, at=issue.updated, notes=notes, private=True),
        ]
    for entry in entries:
        if entry.notes or entry.details:
            contribute(world, user, issue)
            close_entry(world, issue, entry)
            mailing.about(world, issue, entry, before.assignee)


def _number(value: Any) -> int:
    return int(value) if str(value or "").isdecimal() else 0
