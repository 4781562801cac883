"""What happens in the world, and when, by a seed: the same for every run. Sample data. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

START = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
STEP = timedelta(minutes=10)
# People act in the last step of each so many; the one before is calm, so that they find the same
# tickets in every run.
BLOCK = 5
TENDED = ("portal", "api", "batch", "mobile")
JOBS = (
    *(f"abc/build/{name}" for name in TENDED),
    "abc/deploy/portal-prod",
    "abc/deploy/api-prod",
    "abc/infra/terraform",
)
CROWD = tuple(f"abc/test/t{number:02}" for number in range(12))
ON_NODE = tuple(f"abc/test/n{number}" for number in range(2))
NODES = ("agent-01", "agent-02")
REPOSITORIES = ("abc/portal", "abc/api")
INFRASTRUCTURE = "ssh: connect to host api-prod-02 port 22: Connection timed out"
CAUSES = (
    "java.lang.NullPointerException: Cannot invoke Order.total() because order is null",
    "error: cannot find symbol class InvoiceService",
    "AssertionError: expected 200 but was 503",
)
Alerts = Literal["dependabot", "code-scanning", "secret-scanning"]
Deed = Literal["close", "reject", "reopen", "take", "comment", "copy", "delete"]
DEEDS: tuple[Deed, ...] = ("close", "reject", "reopen", "take", "comment", "copy", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A build ended; `error` is what failed it, "" where it is well."""

    job: str
    at: datetime
    error: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """The oldest builds of a job are thrown away."""

    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A node went down, or came back."""

    node: str
    at: datetime
    down: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """A security alert was opened, or settled in some way."""

    repository: str
    kind: Alerts
    number: int
    at: datetime
    state: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A release was published, or, `deployed`, brought to production."""

    repository: str
    number: int
    at: datetime
    deployed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A pull request that names a person's ticket was merged."""

    repository: str
    number: int
    at: datetime
    ticket: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """A person did something to one of the signals' tickets: to that in this place among them."""

    deed: Deed
    place: int


Event = Built | Discarded | Stood | Alerted | Released | Merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what happened up to `at`, what people do then; then the program has its turn.

    `calm`: it is left in peace, in every run. `looked`: it is not to miss how things stand now.
    """

    number: int
    at: datetime
    events: tuple[Event, ...] = ()
    acts: tuple[Acted, ...] = ()
    calm: bool = False
    looked: bool = False


def script(seed: int, steps: int) -> Iterator[Step]:
    """Answer the steps; the first finds all well."""
    author = _Author(random=Random(f"world {seed}"))
    yield Step(number=0, at=START, events=tuple(author.beginning()), calm=True)
    for number in range(1, steps + 1):
        at = START + number * STEP
        last = number == steps
        yield Step(
            number=number,
            at=at,
            events=tuple(author.events(number, at)),
            acts=tuple(author.acts()) if number % BLOCK == 0 else (),
            calm=number % BLOCK == BLOCK - 1 or last,
            looked=author.is_down,
        )


@dataclass(slots=True, kw_only=True)
class _Author:
    """Invents what happens next."""

    random: Random
    failing: dict[str, str] = field(default_factory=dict)  # job -> error
    down_until: int = 0
    storm_until: int = 0
    alerts: list[Alerted] = field(default_factory=list)
    releases: list[Released] = field(default_factory=list)
    numbers: int = 100

    @property
    def is_down(self) -> bool:
        return self.down_until > 0

    def beginning(self) -> Iterator[Event]:
        """All is well, once."""
        for job in (*JOBS, *CROWD, *ON_NODE):
            yield Built(job=job, at=START - STEP)

    def events(self, number: int, at: datetime) -> Iterator[Event]:
        """Answer what happened since the step before."""
        yield from self._storms(number, at)
        yield from self._nodes(number, at)
        for job in JOBS:
            yield from self._builds(job, at)
        if self.random.random() < 0.08:
            yield from self._outage(at)
        if self.random.random() < 0.25:
            yield self._alert(at)
        if self.random.random() < 0.12:
            yield self._release(at)
        if self.random.random() < 0.15:
            repository = self.random.choice(REPOSITORIES)
            ticket = self.random.randint(1, 3)
            yield Merged(repository=repository, number=self._next(), at=at, ticket=ticket)

    def acts(self) -> Iterator[Acted]:
        """Answer what people do."""
        for _ in range(self.random.randint(1, 2)):
            yield Acted(deed=self.random.choice(DEEDS), place=self.random.randrange(1000))

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers

    def _builds(self, job: str, at: datetime) -> Iterator[Event]:
        """A job fails, fails on, or recovers; nobody knows which of them is seen when."""
        chance = self.random.random()
        error = self.failing.get(job, "")
        if not error and chance < 0.10:
            self.failing[job] = error = self.random.choice(CAUSES)
            yield from self._twice(job, at, error)
        elif error and chance < 0.30:
            del self.failing[job]
            yield Built(job=job, at=at - timedelta(minutes=1, seconds=20))
        elif error and chance < 0.55:
            if self.random.random() < 0.3:
                self.failing[job] = error = self.random.choice(CAUSES)
            yield Built(job=job, at=at - timedelta(minutes=2), error=error)
        elif not error and chance > 0.9:
            yield Built(job=job, at=at - timedelta(minutes=1))
        elif error and chance > 0.95:
            yield Discarded(job=job)

    def _twice(self, job: str, at: datetime, error: str, node: str = "") -> Iterator[Built]:
        later = timedelta(seconds=self.random.randint(1, 50))
        for minutes in (4, 2):
            yield Built(job=job, at=at - timedelta(minutes=minutes) + later, error=error, node=node)

    def _outage(self, at: datetime) -> Iterator[Built]:
        well = [job for job in JOBS if job not in self.failing and "infra" not in job]
        if len(well) < 3:
            return
        for job in self.random.sample(well, 3):
            self.failing[job] = INFRASTRUCTURE
            yield from self._twice(job, at, INFRASTRUCTURE)

    def _storms(self, number: int, at: datetime) -> Iterator[Built]:
        """Many jobs at once fail, each of its own cause; some steps later all are well."""
        if number % 40 == 7:
            self.storm_until = number + 4
            for place, job in enumerate(CROWD):
                word = chr(ord("A") + place)
                yield from self._twice(job, at, f"AssertionError: suite {word}{word} failed")
        elif self.storm_until == number:
            for job in CROWD:
                yield Built(job=job, at=at - timedelta(minutes=1, seconds=30))

    def _nodes(self, number: int, at: datetime) -> Iterator[Event]:
        """A node is down for longer than any chaos; what runs there fails, and is well again."""
        if number % 25 == 12:
            self.down_until = number + BLOCK + 2
            yield Stood(node=NODES[1], at=at - timedelta(minutes=5), down=True)
            for job in ON_NODE:
                yield from self._twice(job, at, f"agent lost in {job}", node=NODES[1])
        elif self.down_until == number:
            self.down_until = 0
            yield Stood(node=NODES[1], at=at, down=False)
            for job in ON_NODE:
                yield Built(job=job, at=at - timedelta(minutes=1), node=NODES[1])

    def _alert(self, at: datetime) -> Alerted:
        openly = [one for one in self.alerts if one.state == "open"]
        if openly and self.random.random() < 0.45:
            one = self.random.choice(openly)
            self.alerts.remove(one)
            state = "resolved" if one.kind == "secret-scanning" else "fixed"
            return Alerted(repository=one.repository, kind=one.kind, number=one.number, at=at,
                           state=state)  # fmt: skip
        kind = self.random.choice(("dependabot", "code-scanning", "secret-scanning"))
        repository = self.random.choice(REPOSITORIES)
        made = Alerted(repository=repository, kind=kind, number=self._next(), at=at)  # type: ignore[arg-type]
        self.alerts.append(made)
        return made

    def _release(self, at: datetime) -> Released:
        if self.releases and self.random.random() < 0.5:
            one = self.releases.pop(0)
            return Released(repository=one.repository, number=one.number, at=at, deployed=True)
        made = Released(repository=self.random.choice(REPOSITORIES), number=self._next(), at=at)
        self.releases.append(made)
        return made
