"""The inventory in the words of a language: what table, Markdown and CSV show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from itsm_sync.locale import say
from itsm_sync.model.inventory import CiKind, CiState, ConfigurationItem, RelationKind
from itsm_sync.model.items import Audience
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message
from itsm_sync.reports.inventory import Shown

TITLE = "Configuration items"
PRIVATE = "private"
LONGEST = 200  # characters of a name
KINDS = {
    CiKind.SERVICE: "Services",
    CiKind.PROJECT: "Projects",
    CiKind.REPOSITORY: "Repositories",
    CiKind.JOB: "Jobs",
    CiKind.ENVIRONMENT: "Environments",
    CiKind.NODE: "Nodes",
}
STATES = {
    CiState.ACTIVE: "active",
    CiState.OFFLINE: "offline",
    CiState.DISABLED: "disabled",
    CiState.ARCHIVED: "archived",
    CiState.CLOSED: "closed",
    CiState.VANISHED: "vanished",
    CiState.MISSING: "missing",
    CiState.UNKNOWN: "not read",
}
RELATIONS = {
    RelationKind.BUILDS: "builds",
    RelationKind.DEPLOYS_TO: "deploys to",
    RelationKind.RUNS_ON: "runs on",
}
_SINGLE = {
    CiKind.SERVICE: "service",
    CiKind.PROJECT: "project",
    CiKind.REPOSITORY: "repository",
    CiKind.JOB: "job",
    CiKind.ENVIRONMENT: "environment",
    CiKind.NODE: "node",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Says things of the inventory in a language; times are the zone's."""

    shown: Shown
    matrix: Matrix
    language: Language
    zone: tzinfo

    def said(self, message: Message | str) -> str:
        return say(message, self.language)

    def name(self, item: ConfigurationItem) -> str:
        """Answer the item's name on one line; nothing in it turns the text beside it."""
        return _plain(item.name[self.language])

    def service(self, item: ConfigurationItem) -> str:
        for service in self.shown.whole.of(CiKind.SERVICE):
            if service.service == item.service:
                return self.name(service)
        return item.service

    def team(self, item: ConfigurationItem) -> str:
        team = self.matrix.teams.get(item.team)
        return team.name[self.language] if team else item.team

    def role(self, item: ConfigurationItem) -> str:
        return self.matrix.row(item.row).name[self.language] if item.row else ""

    def state(self, item: ConfigurationItem) -> str:
        return self.said(STATES[item.state])

    def marked(self, item: ConfigurationItem) -> str:
        """Answer the state, and that it is private where it is."""
        hidden = item.audience is Audience.PRIVATE
        return f"{self.state(item)}, {self.said(PRIVATE)}" if hidden else self.state(item)

    def related(self, item: ConfigurationItem, kind: RelationKind) -> str:
        """Answer the names of what it builds, deploys to or runs on, or of the projects above."""
        found = self.shown.targets(item.key, kind)
        return "; ".join(self.name(one) for one in found if one.kind is not CiKind.SERVICE)

    def hangs(self, item: ConfigurationItem) -> str:
        """Answer all of its relations but that to its service."""
        told = [
            f"{self.said(label)}: {names}"
            for kind, label in RELATIONS.items()
            if (names := self.related(item, kind))
        ]
        if running := sum(r.target == item.key and r.kind is RelationKind.RUNS_ON
                          for r in self.shown.whole.relations):  # fmt: skip
            told.append(self.said(Message("jobs that run here: {n}", {"n": running})))
        if above := self.related(item, RelationKind.BELONGS_TO):
            told.append(self.said(Message("below {name}", {"name": above})))
        return "\n".join(told)

    def counts(self) -> str:
        """Answer how many of each kind are shown."""
        numbers = {k: sum(i.kind is k for i in self.shown.items) for k in CiKind}
        told = (f"{self.said(KINDS[kind])} {number}" for kind, number in numbers.items() if number)
        return ", ".join(told) or self.said("no configuration item")

    def day(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d}" if at else ""

    def moment(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}" if at else ""

    # -- rows ---------------------------------------------------------------------------------

    def headings(self) -> tuple[str, ...]:
        """Answer the headings of `row`."""
        names = ("item", "service", "team", "state", "relations", "known since")
        return tuple(map(self.said, names))

    def row(self, item: ConfigurationItem) -> tuple[str, ...]:
        """Answer what people read of an item, on a terminal and in Markdown."""
        since = self.day(item.first_seen)
        service = "" if item.kind is CiKind.SERVICE else self.service(item)
        return (self.name(item), service, self.team(item), self.marked(item),
                self.hangs(item), since)  # fmt: skip

    def wide_headings(self) -> tuple[str, ...]:
        """Answer the headings of `wide_row`."""
        names = ("key", "kind", "item", "service", "team", "role", "state", "audience",
                 *RELATIONS.values(), "above", "first seen", "last seen", "address")  # fmt: skip
        return tuple(map(self.said, names))

    def wide_row(self, item: ConfigurationItem) -> tuple[str, ...]:
        """Answer all that is known of an item."""
        return (
            _plain(item.key),
            self.said(_SINGLE[item.kind]),
            self.name(item),
            self.service(item),
            self.team(item),
            self.role(item),
            self.state(item),
            self.said(item.audience.value),
            *(self.related(item, kind) for kind in RELATIONS),
            self.related(item, RelationKind.BELONGS_TO),
            self.moment(item.first_seen),
            self.moment(item.last_seen),
            item.url,
        )

    def by_kind(self) -> Iterable[tuple[str, list[ConfigurationItem]]]:
        """Answer the kinds that are shown, with their items."""
        for kind, title in KINDS.items():
            if found := [item for item in self.shown.items if item.kind is kind]:
                yield self.said(title), found


def _plain(text: str) -> str:
    return one_line(text, LONGEST)
