"""Which projects are ours: the configured ones and all below them, closed ones too."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itsm_sync.clients.errors import Forbidden, Missing
from itsm_sync.model.lists import Project

# A project's id takes some 30 characters in an address, and puma takes 10 KB of them.
MOST_IN_ADDRESS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The projects that the bot has seen; `roots` are the configured identifiers."""

    projects: Mapping[int, Project]
    roots: tuple[str, ...]

    def path(self, number: int) -> tuple[str, ...]:
        """Answer the identifiers from the root down to the project."""
        return tuple(reversed([project.identifier for project in self._upwards(number)]))

    @property
    def ours(self) -> frozenset[int]:
        """Answer the ids of the configured projects and of all below them."""
        roots = set(self.roots)
        return frozenset(n for n in self.projects if not roots.isdisjoint(self.path(n)))

    def is_anothers(self, number: int) -> bool:
        """Whether a project is known and none of ours; one that can't be looked at is not known."""
        found = self.projects.get(number)
        return found is not None and bool(found.identifier) and number not in self.ours

    @property
    def unseen(self) -> tuple[str, ...]:
        """Answer the configured identifiers that no project has."""
        seen = {project.identifier for project in self.projects.values()}
        return tuple(root for root in self.roots if root not in seen)

    def scope(self) -> Sequence[str]:
        """Answer the condition on `project_id` under which tickets are asked for.

        Everything but the others' projects, so that a new subproject of ours shows itself by its
        first ticket; ours alone where the others are too many to name.
        """
        ours = self.ours
        others = sorted(self.projects.keys() - ours)
        if len(others) <= MOST_IN_ADDRESS:
            return ("!", *map(str, others)) if others else ()
        return ("=", *map(str, sorted(ours)))

    def joined(self, projects: Iterable[Project]) -> "Tree":
        """Answer the tree with these projects in it as they are now."""
        return replace(self, projects={**self.projects, **{p.id: p for p in projects}})

    def grown(self, numbers: Collection[int], ask: Callable[[int], Project]) -> "Tree":
        """Answer the tree with the unknown among these projects, and their ancestors, in it.

        One that can't be looked at is nobody's: it has no identifier and no parent.
        """
        tree = self
        for number in numbers:
            wanted: int | None = number
            while wanted is not None and wanted not in tree.projects:
                found = _asked(wanted, ask)
                tree = tree.joined((found,))
                wanted = found.parent
        return tree

    def written(self) -> list[dict[str, Any]]:
        """Answer the projects as JSON values."""
        return [
            {
                "id": p.id,
                "identifier": p.identifier,
                "name": p.name,
                "parent": p.parent,
                "closed": p.closed,
                "public": p.public,
                "modules": sorted(p.modules),
            }
            for p in self.projects.values()
        ]

    @classmethod
    def read(cls, value: Iterable[Mapping[str, Any]], roots: tuple[str, ...]) -> "Tree":
        """Make a tree of what `written` answered."""
        projects = (Project(**{**one, "modules": frozenset(one["modules"])}) for one in value)
        return cls(projects={project.id: project for project in projects}, roots=roots)

    def _upwards(self, number: int | None) -> Iterator[Project]:
        seen: set[int] = set()
        while number is not None and number in self.projects and number not in seen:
            seen.add(number)
            yield self.projects[number]
            number = self.projects[number].parent


def _asked(number: int, ask: Callable[[int], Project]) -> Project:
    try:
        return ask(number)
    except (Forbidden, Missing):
        return Project(id=number, identifier="", name="", parent=None, closed=False)
