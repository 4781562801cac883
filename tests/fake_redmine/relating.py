"""Relations between tickets, and who watches them."""

from tests.fake_redmine import mailing
from tests.fake_redmine.journals import close_entry, contribute
from tests.fake_redmine.refusing import Refused, Rejected
from tests.fake_redmine.rights import may, sees
from tests.fake_redmine.world import Detail, Entry, Issue, Relation, User, World, following

OTHER_SIDE = {
    "relates": "relates",
    "duplicates": "duplicated",
    "blocks": "blocked",
    "precedes": "follows",
    "copied_to": "copied_from",
}
_REVERSED = {there: here for here, there in OTHER_SIDE.items() if here != there}


def ask_to_relate(world: World, user: User, start: Issue, kind: str, end: Issue | None) -> Relation:
    """Relate two tickets by somebody's wish."""
    if not may(world, user, "manage_issue_relations", world.projects[start.project]):
        raise Refused(403)
    if end is None or not sees(world, user, end):
        raise Rejected("관련 일감 은 빈 값이어서는 안 됩니다")
    if start.id == end.id:
        raise Rejected("관련 일감 은 유효하지 않습니다.")
    if not _relatable(world, start, end):
        raise Rejected("관련 일감 은 같은 프로젝트에 속해 있지 않습니다")
    pairs = {frozenset((r.start, r.end)) for r in world.relations_of(start.id)}
    if frozenset((start.id, end.id)) in pairs:
        raise Rejected("관련 일감 은 이미 선택된 겁니다")
    return relate(world, user, kind, start, end)


def relate(world: World, user: User, kind: str, start: Issue, end: Issue) -> Relation | None:
    """Relate two tickets, in both histories. It moves no time (Redmine fact 8)."""
    if not _relatable(world, start, end):
        return None
    if kind in _REVERSED or (kind == "relates" and start.id > end.id):
        kind, start, end = _REVERSED.get(kind, kind), end, start
    number = following(dict(world.relations))
    relation = Relation(id=number, kind=kind, start=start.id, end=end.id)
    world.relations[number] = relation
    for issue, name, other in ((start, kind, end), (end, OTHER_SIDE[kind], start)):
        detail = Detail(kind="relation", name=name, old=None, new=str(other.id))
        _note(world, user, issue, detail)
    return relation


def _relatable(world: World, start: Issue, end: Issue) -> bool:
    """Whether the projects of two tickets let them be related (Redmine fact 29)."""
    return start.project == end.project or world.relates_across


def unrelate(world: World, user: User, number: int) -> None:
    relation = world.relations.get(number)
    if relation is None:
        raise Refused(404)
    ends = world.issues[relation.start], world.issues[relation.end]
    if not any(may(world, user, "manage_issue_relations", world.projects[e.project]) for e in ends):
        raise Refused(403)
    del world.relations[number]
    kind = relation.kind
    for issue, name, other in ((ends[0], kind, ends[1]), (ends[1], OTHER_SIDE[kind], ends[0])):
        _note(world, user, issue, Detail(kind="relation", name=name, old=str(other.id), new=None))


def watch(world: World, user: User, issue: Issue, watchers: list[int]) -> None:
    """Add users and groups as watchers; what is none is ignored (Redmine fact 31)."""
    if not may(world, user, "add_issue_watchers", world.projects[issue.project]):
        raise Refused(403)
    for number in watchers:
        if number in world.principals and number not in issue.watchers:
            issue.watchers.append(number)


def unwatch(world: World, user: User, issue: Issue, number: int) -> None:
    if not may(world, user, "delete_issue_watchers", world.projects[issue.project]):
        raise Refused(403)
    if number not in world.principals:
        raise Refused(404)
    issue.watchers = [watcher for watcher in issue.watchers if watcher != number]


def _note(world: World, user: User, issue: Issue, detail: Detail) -> None:
    entry = Entry(id=0, user=user.id, at=world.now(), details=[detail])
    contribute(world, user, issue)
    close_entry(world, issue, entry)
    mailing.about(world, issue, entry, None)
