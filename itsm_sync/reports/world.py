"""What measures get: all that is stored of a time, compact, without bodies.

A report has an audience. What may not be told to it is in no record and no count: `untold` says of
how many things that is so. So no measure can tell too much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.approvals import Verdict
from itsm_sync.model.gaps import OURS, Gap
from itsm_sync.model.histories import History
from itsm_sync.model.items import Audience
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.readings import Reading
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.words import Words
from itsm_sync.reports.periods import Period
from itsm_sync.store import KeptOverride, Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the matrix puts something: ids; `service` is that of the catalogue, "" unknown."""

    process: str = ""
    stage: str = ""
    row: str = ""
    team: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """A ticket, as it stands with what people decided.

    `spans` are its times in stages, the oldest first. `history` is None where it was not read yet.
    `standings` are its clocks as of the period's end, none where nothing is promised. `signal`
    opened it, "" people did. `related` are the numbers of the tickets that it is related to.
    `approval` says that its stage needs one, `verdict` what was said, `accountable` the row that
    approves. `done` is its ratio in percent.
    """

    number: int
    title: str
    url: str
    place: Place
    domain: str
    accountable: str
    project: str
    priority: str
    status: str
    created_at: datetime
    closed_at: datetime | None = None
    due_on: str = ""
    author: int = 0
    author_team: str = ""
    signal: str = ""
    rule: str = ""
    sure: bool = True
    emergency: bool = False
    approval: bool = False
    verdict: Verdict | None = None
    spans: tuple[StageSpan, ...] = ()
    standings: tuple[Standing, ...] = ()
    history: History | None = None
    related: tuple[int, ...] = ()

    @property
    def team(self) -> str:
        return self.place.team

    @property
    def service(self) -> str:
        return self.place.service

    @property
    def process(self) -> str:
        return self.place.process


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """A build or a run of a workflow that has ended; `result` is its source's word, folded.

    `job` is its full name, of a run the repository and the workflow. `attempt` counts the tries of
    a run, of which only the last is kept. `unattended`: no person set it going.
    """

    place: Place
    source: str
    job: str
    branch: str
    sha: str
    result: str
    started_at: datetime
    ended_at: datetime
    by_team: str = ""
    attempt: int = 1
    unattended: bool = False

    @property
    def succeeded(self) -> bool:
        return self.result == "success"

    @property
    def failed(self) -> bool:
        return self.result in ("failure", "timed_out", "startup_failure")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRecord:
    """One deployment; a build that deployed and what it told of it are one.

    `ok` is None while it is not known how it went. `built`: it stands among the builds as well.
    `tickets` are the numbers that it names. `unattended`: no person set it going.
    """

    key: str
    name: str
    url: str
    place: Place
    source: str
    repository: str
    environment: str
    production: bool
    at: datetime
    ok: bool | None
    built: bool = False
    by_team: str = ""
    unattended: bool = False
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRecord:
    """A pull request that was merged to a branch that counts; `unattended`: a program's."""

    key: str
    url: str
    place: Place
    repository: str
    number: int
    opened_at: datetime
    merged_at: datetime
    by_team: str = ""
    unattended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """A security alert: never its words. `kind` is dependabot, code-scanning or secret-scanning."""

    place: Place
    kind: str
    severity: str
    repository: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """A trouble that machines noticed: of which line, of which causes, with which ticket."""

    signal: str
    line: str
    place: Place
    began: datetime
    ended: datetime | None = None
    count: int = 1
    fingerprints: tuple[str, ...] = ()
    reopenings: tuple[datetime, ...] = ()
    ticket: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRecord:
    """Something that waited in a queue; `left_at` is the cycle that saw it leave, None: waits."""

    source: str
    job: str
    since: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRecord:
    """A node as it was last read; sizes are bytes, None where it did not tell.

    `readings` are what it measured of itself in the world's window, the oldest first.
    """

    source: str
    name: str
    executors: int
    offline: bool
    disk_free: int | None = None
    memory_free: int | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """A page of a wiki that people wrote last then."""

    place: Place
    name: str
    url: str
    at: datetime
    by_team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """Something wrong that people had to know, of a ticket or of an item: its key is `about`.

    `kind` is approval.missing, approval.unheard, or unapproved (a deployment without a change).
    """

    kind: str
    about: str
    first_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that measures count, of `window` (the period and the one before it) and before `now`.

    Builds, deployments, pulls, waits and pages are those of the window; tickets, alerts, episodes
    and findings those that were open in it. `teams` are the teams of Redmine's people by number,
    `bots` the numbers that are programs'. `closing` are the numbers of the statuses that close,
    `priorities` Redmine's from the lowest to the highest.
    `routed` and `overrides` are as `reports.quality` wants them. `services` are the names of those
    that may be told, `owners` their teams; `homeless` are those of them without a project or a
    category of their own: what people write of them can't be told apart from what they write of
    others.

    A report of one team has the tickets that it holds now. What is counted by who held a ticket at
    a moment is counted from `entire`, and is its own where it `concerns` one of the teams in
    `only`. What somebody else does about its troubles is looked for in `whole`.
    """

    matrix: Matrix
    window: Period
    now: datetime
    audience: Audience = Audience.PUBLIC
    services: Mapping[str, Words] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    homeless: frozenset[str] = frozenset()
    teams: Mapping[int, str] = field(default_factory=dict)
    bots: frozenset[int] = frozenset()
    closing: frozenset[str] = frozenset()
    priorities: tuple[str, ...] = ()
    tickets: tuple[TicketRecord, ...] = ()
    builds: tuple[BuildRecord, ...] = ()
    deployments: tuple[DeploymentRecord, ...] = ()
    pulls: tuple[PullRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()
    episodes: tuple[EpisodeRecord, ...] = ()
    waits: tuple[WaitRecord, ...] = ()
    nodes: tuple[NodeRecord, ...] = ()
    pages: tuple[PageRecord, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    overrides: tuple[KeptOverride, ...] = ()
    routed: tuple[Routed, ...] = ()
    gaps: tuple[Gap, ...] = ()
    only: frozenset[str] = frozenset()
    wider: "World | None" = None
    unlimited: "World | None" = None
    unread: int = 0  # tickets whose history was not read yet
    untold: Mapping[str, int] = field(default_factory=dict)  # kind of item -> how many

    @property
    def entire(self) -> "World":
        """The world before it was limited to teams."""
        return self.wider or self

    @property
    def whole(self) -> "World":
        """The world before it was limited to anything."""
        return self.unlimited or self

    @property
    def noted_since(self) -> datetime | None:
        """Since when itsm-sync notes what nothing else tells (stages, decisions, findings), where
        that is later than the window's start; None: all of it.
        """
        begun = (gap.until or self.now for gap in self.gaps if gap.source == OURS and gap.unread)
        return max(begun, default=None)

    def noted(self, period: Period) -> bool:
        """Whether itsm-sync was there in a part of a period at least, to note that."""
        return self.noted_since is None or self.noted_since < period.until

    def concerns(self, team: str) -> bool:
        """Whether a team is one of those that the report is of."""
        return not self.only or team in self.only
