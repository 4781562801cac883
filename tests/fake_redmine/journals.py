"""A ticket's history."""

from collections.abc import Iterator

from tests.fake_redmine.rights import may
from tests.fake_redmine.world import Detail, Entry, Issue, User, World

_ATTRIBUTES = {
    "project_id": "project",
    "tracker_id": "tracker",
    "subject": "subject",
    "description": "description",
    "due_date": "due_date",
    "status_id": "status",
    "assigned_to_id": "assignee",
    "priority_id": "priority",
    "start_date": "start_date",
    "done_ratio": "done_ratio",
    "is_private": "private",
}


def differences(before: Issue, after: Issue) -> list[Detail]:
    """Answer what changed; nothing for an equal value, nor from nothing to nothing."""
    return [*_attributes(before, after), *_custom(before, after)]


def contribute(world: World, user: User, issue: Issue) -> None:
    """Make whoever contributes a watcher, where they want that and may."""
    may_watch = may(world, user, "add_issue_watchers", world.projects[issue.project])
    watching = {user.id, *(group.id for group in world.groups_of(user.id))}
    if user.watches and may_watch and not watching & set(issue.watchers):
        issue.watchers.append(user.id)


def close_entry(world: World, issue: Issue, entry: Entry) -> None:
    """Give a journal its number and add it."""
    entry.id = world.next_journal()
    issue.journals.append(entry)


def _attributes(before: Issue, after: Issue) -> Iterator[Detail]:
    for name, attribute in _ATTRIBUTES.items():
        old, new = getattr(before, attribute), getattr(after, attribute)
        if old != new and not (_blank(old) and _blank(new)):
            yield Detail(kind="attr", name=name, old=_text(old), new=_text(new))


def _custom(before: Issue, after: Issue) -> Iterator[Detail]:
    for number in dict.fromkeys([*before.values, *after.values]):
        old, new = before.values.get(number), after.values.get(number)
        if old != new and not (_blank(old) and _blank(new)):
            yield Detail(kind="cf", name=str(number), old=old, new=new)


def _blank(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str | None:
    if value is None:
        return None
    return str(int(value)) if isinstance(value, bool) else str(value)
