"""Who may see and do what."""

from tests.fake_redmine.world import CLOSED, Group, Issue, Project, Role, User, World

# What may still be done in a closed project.
_READING = ("view_", "search_")


def roles(world: World, user: User, project: Project) -> list[Role]:
    """Answer the roles that somebody has in a project, through groups too."""
    ids = [user.id, *(group.id for group in world.groups_of(user.id))]
    found = {role for number in ids for role in project.members.get(number, ())}
    if not found and project.public and world.stranger:
        found = {world.stranger}
    return [world.roles[number] for number in sorted(found)]


def may(world: World, user: User, right: str, project: Project) -> bool:
    if project.status == CLOSED and not right.startswith(_READING):
        return False
    return user.admin or any(right in role.rights for role in roles(world, user, project))


def sees_project(world: World, user: User, project: Project) -> bool:
    return user.admin or project.public or bool(roles(world, user, project))


def sees(world: World, user: User, issue: Issue) -> bool:
    project = world.projects[issue.project]
    if user.admin:
        return True
    if not may(world, user, "view_issues", project):
        return False
    if not issue.private or any(role.sees_all for role in roles(world, user, project)):
        return True
    mine = {user.id, *(group.id for group in world.groups_of(user.id))}
    return issue.author == user.id or issue.assignee in mine


def edits(world: World, user: User, issue: Issue) -> bool:
    """Whether somebody may change more than comments."""
    return may(world, user, "edit_issues", world.projects[issue.project])


def read_only(world: World, user: User, issue: Issue) -> set[int]:
    """Answer the custom fields that the workflow keeps from somebody, in each of their roles."""
    project = world.projects[issue.project]
    mine = list(world.roles.values()) if user.admin else roles(world, user, project)
    counted = [role for role in mine if role.rights & {"add_issues", "edit_issues"}]
    return set.intersection(*(role.read_only for role in counted)) if counted else set()


def statuses(world: World, user: User, issue: Issue, *, new: bool = False) -> list[int]:
    """Answer the statuses that somebody may give a ticket."""
    project = world.projects[issue.project]
    tracker = world.trackers[issue.tracker]
    if new:
        return [tracker.default]
    mine = list(world.roles.values()) if user.admin else roles(world, user, project)
    found = {number for role in mine if issue.status in role.statuses for number in role.statuses}
    if _blocked(world, issue):
        found = {number for number in found if not world.statuses[number].closed}
    return sorted(found & tracker.statuses)


def _blocked(world: World, issue: Issue) -> bool:
    """Whether an open ticket blocks it: then nobody closes it (Redmine fact 15)."""
    starts = (
        world.issues[r.start]
        for r in world.relations_of(issue.id)
        if r.kind == "blocks" and r.end == issue.id
    )
    return any(not world.statuses[start.status].closed for start in starts)


def assignable(world: World, issue: Issue, before: int | None) -> set[int]:
    """Answer users and groups that a ticket may be given to; `before` has it now."""
    project = world.projects[issue.project]
    found = {issue.author} | ({before} if before else set())
    for principal in world.principals.values():
        if isinstance(principal, Group):
            held = [world.roles[number] for number in project.members.get(principal.id, ())]
        elif principal.id in members(world, project):
            held = roles(world, principal, project)
        else:
            held = []
        if any(role.assignable for role in held):
            found.add(principal.id)
    return found


def members(world: World, project: Project) -> dict[int, tuple[int, ...]]:
    """Answer users and groups of a project with their roles, those of groups' members too."""
    found = dict(project.members)
    for number, held in project.members.items():
        principal = world.principals[number]
        if isinstance(principal, Group):
            for user in principal.members:
                found[user] = tuple(dict.fromkeys((*found.get(user, ()), *held)))
    return found
