"""Whom Redmine writes to."""

from collections.abc import Iterable, Iterator

from tests.fake_redmine.rights import may, sees
from tests.fake_redmine.world import Entry, Issue, User, World


def about_new(world: World, issue: Issue) -> None:
    """Write to all whom a new ticket concerns."""
    _send(world, _concerned(world, issue, None), issue.author)


def about(world: World, issue: Issue, entry: Entry, previous: int | None) -> None:
    """Write to all whom a journal concerns; `previous` had the ticket before."""
    found = _concerned(world, issue, previous)
    if entry.private:
        project = world.projects[issue.project]
        found = [u for u in found if may(world, u, "view_private_notes", project)]
    _send(world, found, entry.user)


def _concerned(world: World, issue: Issue, previous: int | None) -> list[User]:
    people = (issue.author, issue.assignee, previous, *issue.watchers)
    found = {user.id: user for number in people if number for user in _users(world, number)}
    return [user for user in found.values() if user.mailed and sees(world, user, issue)]


def _users(world: World, number: int) -> Iterator[User]:
    principal = world.principals[number]
    if isinstance(principal, User):
        yield principal
        return
    for member in principal.members:
        yield from _users(world, member)


def _send(world: World, users: Iterable[User], writer: int) -> None:
    # Nobody is told of what they did themselves (`no_self_notified`).
    world.mails += [user.mail for user in users if user.id != writer]
