"""Which names of Redmine the configuration uses, and where: found without asking Redmine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from itsm_sync.model.catalogue import Service
from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.model.rules import RuleBook
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.routing.lint.finding import File
from itsm_sync.routing.problems import ValuePath

FIELD = "field."  # how a fact begins that is a custom field of Redmine


class Kind(StrEnum):
    """What a name is in Redmine."""

    TRACKER = "tracker"
    STATUS = "status"
    PRIORITY = "priority"
    CATEGORY = "category"
    PROJECT = "project"
    GROUP = "group"
    FIELD = "field"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Names of one kind at one place; it is enough that Redmine has one of them.

    `field` is the custom field whose list has a `value`.
    """

    kind: Kind
    names: tuple[str, ...]
    file: File
    path: ValuePath
    field: str = ""


_FACTS = {
    "tracker": Kind.TRACKER,
    "status": Kind.STATUS,
    "priority": Kind.PRIORITY,
    "category": Kind.CATEGORY,
    "project": Kind.PROJECT,
    "projects": Kind.PROJECT,
}


def mentions(matrix: Matrix, rules: RuleBook, services: tuple[Service, ...]) -> Iterator[Mention]:
    """Answer the names of Redmine in matrix, rules and services, file by file."""
    for team_id, team in matrix.teams.items():
        group: ValuePath = ("teams", team_id, "group")
        yield Mention(kind=Kind.GROUP, names=(team.group,), file="matrix", path=group)
    for table, number, project in matrix.limited():
        at: ValuePath = (table, number, "project")
        yield Mention(kind=Kind.PROJECT, names=(project,), file="matrix", path=at)
    for axis, listed in rules.items():
        for number, rule in enumerate(listed):
            yield from _asked(rule.when, ("rules", axis, number, "when"))
    for number, service in enumerate(services):
        for place, project in enumerate(service.projects):
            at = ("services", number, "projects", place)
            yield Mention(kind=Kind.PROJECT, names=(project,), file="services", path=at)
        for place, one in enumerate(service.categories):
            at = ("services", number, "categories", place)
            named = (one.category,)
            yield Mention(kind=Kind.CATEGORY, names=named, file="services", path=(*at, "category"))
            if one.project:
                named, at = (one.project,), (*at, "project")
                yield Mention(kind=Kind.PROJECT, names=named, file="services", path=at)


def promised(levels: ServiceLevels) -> Iterator[Mention]:
    """Answer the statuses and priorities that service levels name."""
    for part, statuses in (("pauses", levels.pauses), ("resolved", levels.resolved)):
        if statuses:
            yield Mention(kind=Kind.STATUS, names=statuses, file="sla", path=(part,))
    for number, target in enumerate(levels.targets):
        if ANY not in target.priority:
            at = ("targets", number, "priority")
            yield Mention(kind=Kind.PRIORITY, names=tuple(target.priority), file="sla", path=at)


def _asked(when: object, path: ValuePath) -> Iterator[Mention]:
    """Answer the names in a condition, those of the conditions within it too."""
    if not isinstance(when, Mapping):
        return
    for key, value in when.items():
        at = (*path, key)
        if key == "not":
            yield from _asked(value, at)
        elif key in ("all", "any"):
            for number, part in enumerate(value if isinstance(value, list) else ()):
                yield from _asked(part, (*at, number))
        elif key in _FACTS:
            yield from _valued(_FACTS[key], value, at)
        elif str(key).startswith(FIELD):
            name = str(key).removeprefix(FIELD)
            yield Mention(kind=Kind.FIELD, names=(name,), file="rules", path=at)
            yield from _valued(Kind.VALUE, value, at, name)


def _valued(kind: Kind, value: Any, path: ValuePath, field: str = "") -> Iterator[Mention]:
    """Answer a mention for each list of values of which one must be there, or none may be."""
    groups: list[tuple[ValuePath, Any]] = [(path, value)]
    if isinstance(value, Mapping):
        groups = [((*path, key), value[key]) for key in ("any", "none") if key in value]
        every = value.get("all", [])
        listed = every if isinstance(every, list) else [every]
        groups += [((*path, "all", number), part) for number, part in enumerate(listed)]
    for at, names in groups:
        texts = tuple(map(str, names if isinstance(names, list) else (names,)))
        if texts:
            yield Mention(kind=kind, names=texts, file="rules", path=at, field=field)
