"""Configuration items, and how they hang together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.words import Words


class CiKind(StrEnum):
    """What a configuration item is."""

    SERVICE = "service"
    PROJECT = "project"
    REPOSITORY = "repository"
    JOB = "job"
    ENVIRONMENT = "environment"
    NODE = "node"


class CiState(StrEnum):
    """How a configuration item was seen last.

    `VANISHED` was there, and its system shows it no more; `MISSING` is named in `services.yaml`,
    and its system, read in full, shows none of that name; of `UNKNOWN` nothing was read.
    """

    ACTIVE = "active"
    OFFLINE = "offline"
    DISABLED = "disabled"
    ARCHIVED = "archived"
    CLOSED = "closed"
    VANISHED = "vanished"
    MISSING = "missing"
    UNKNOWN = "unknown"


class RelationKind(StrEnum):
    """How one configuration item stands to another."""

    BELONGS_TO = "belongs_to"  # anything to its service, a project to the one above it
    BUILDS = "builds"  # a job, a repository
    DEPLOYS_TO = "deploys_to"  # a job or a repository, an environment
    RUNS_ON = "runs_on"  # a job, a node


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`origin` and `target` are keys; `seen_at` is when a build, run or deployment last showed it,
    None where it is written in `services.yaml` or follows from the system's own order.
    """

    origin: str
    target: str
    kind: RelationKind
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationItem:
    """One configuration item and who holds it.

    `service` is its id, `team` the service's or else that of the matrix' row for configuration
    management, `row` that row. `last_seen` is when it was last there for certain; of a vanished one
    when it was missed.
    """

    key: str
    kind: CiKind
    name: Words
    state: CiState
    service: str = ""
    team: str = ""
    row: str = ""
    audience: Audience = Audience.PUBLIC
    url: str = ""
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The items in the order of kinds and names, and the relations between them."""

    items: tuple[ConfigurationItem, ...] = ()
    relations: tuple[Relation, ...] = ()

    def of(self, kind: CiKind) -> Iterator[ConfigurationItem]:
        """Answer the items of a kind."""
        return (item for item in self.items if item.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A stored item that is a configuration item, also one that is gone; `reader` pulled it.

    Times are those of cycles, None where the cycle is not remembered.
    """

    item: Item
    reader: str
    first_seen: datetime | None
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProject:
    """A Redmine project as it was last listed; `path` are the identifiers from the root down."""

    name: str
    path: tuple[str, ...]
    closed: bool = False
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """A Jenkins controller that is read: the source's name, and what of its jobs is asked for."""

    reader: str
    jobs: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the settings say is read: of Jenkins, of GitHub (None: it is not read), of Redmine."""

    controllers: Mapping[str, Controller] = field(default_factory=dict)
    repositories: tuple[str, ...] | None = None
    projects: tuple[str, ...] = ()
    redmine_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Whether a stream was read in full the last time, and when it last was."""

    full: bool
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that the inventory is made of, beside the configuration.

    `readings` are those of streams, by source and stream; the stream "" is the whole source.
    """

    scope: Scope = field(default_factory=Scope)
    sightings: tuple[Sighting, ...] = ()
    projects: tuple[KnownProject, ...] = ()
    relations: tuple[Relation, ...] = ()
    readings: Mapping[tuple[str, str], Reading] = field(default_factory=dict)

    def full(self, *streams: tuple[str, str]) -> bool:
        """Whether all of them were read in full; one that was not read at all is not."""
        found = (self.readings.get(stream) for stream in streams)
        return all(reading is not None and reading.full for reading in found)

    def read_at(self, reader: str, stream: str) -> datetime | None:
        """Answer when the stream was last read in full."""
        reading = self.readings.get((reader, stream))
        return reading.at if reading else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What is known of drift: `wrong` stands, `undecided` are keys of which nothing was learnt."""

    wrong: tuple[Finding, ...] = ()
    undecided: frozenset[str] = frozenset()


def observed(item: Item) -> Iterator[Relation]:
    """Answer the relations that a build, a workflow run or a deployment shows."""
    repository = item.facts.get("repository")
    code = f"github:{repository}" if isinstance(repository, str) else ""
    found: list[tuple[str, str, RelationKind]] = []
    if item.kind == "build":
        job = item.key.rpartition("#")[0]
        node = item.facts.get("node")
        found.append((job, code, RelationKind.BUILDS))
        if isinstance(node, str) and node:
            controller = item.facts.get("controller")
            found.append((job, f"jenkins:{controller}:node/{node}", RelationKind.RUNS_ON))
    elif item.kind == "workflow_run" and (workflow := item.facts.get("workflow")):
        found.append((f"{code}/workflow/{workflow}", code, RelationKind.BUILDS))
    elif item.kind == "deployment" and (environment := item.facts.get("environment")):
        found.append((code, f"{code}/environment/{environment}", RelationKind.DEPLOYS_TO))
    for origin, target, kind in found:
        if code or kind is RelationKind.RUNS_ON:
            yield Relation(origin=origin, target=target, kind=kind, seen_at=item.updated_at)
