"""One pass over the road, and what it did."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from itsm_sync.cycle.backfill import closed_tickets
from itsm_sync.cycle.capping import capped, held
from itsm_sync.cycle.findings import KIND, findings
from itsm_sync.cycle.pulling import Requests, pull
from itsm_sync.cycle.subjects import gather
from itsm_sync.desk.backfill import Backfill, backfilled
from itsm_sync.desk.planner import Policy, plan, wants_group
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.writer import Writer
from itsm_sync.model.caps import Caps
from itsm_sync.model.cycles import Cycle, SourceReport
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Edit, Outcome, Plan, Result
from itsm_sync.model.ports import Clock, Observer, Source
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import Ticket
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import Store

PAGE = 500  # items decided at a time
Named = Callable[[Edit], bool]


@dataclass(frozen=True, kw_only=True)
class Road:
    """What a cycle travels over; `app` puts it together.

    `policy` comes without groups and `notes_since`, which a cycle looks up itself. `undisturbed`
    keeps an interruption waiting until an edit is recorded. `held_plan` is the file in which a
    person finds what the caps hold.
    """

    sources: tuple[Source, ...]
    store: Store
    router: Router
    catalogue: Catalogue
    matrix: Matrix
    policy: Policy
    desk: Desk
    clock: Clock
    observer: Observer
    requests: Requests
    caps: Caps
    backfill: Backfill
    held_plan: str
    undisturbed: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How many items were decided, and of the open tickets the decisions themselves.

    `unrouted` were caught only by the last rule.
    """

    tickets: tuple[tuple[Ticket, Routing], ...]
    routed: int
    unrouted: int
    unsure: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a cycle did; `edits` counts tickets."""

    cycle: Cycle
    finished_at: datetime
    sources: Mapping[str, SourceReport]
    decided: Decided
    plan: Plan
    results: tuple[Result, ...] = ()
    unread: tuple[int, ...] = ()
    dead_letters: int = 0

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self.results)

    @property
    def kept_back(self) -> int:
        """How many edits were not sent: by the caps, or because the ticket moved meanwhile."""
        return len(self.plan.edits) - len(self.plan.free) + self.count(Outcome.HELD)

    @property
    def touched(self) -> int:
        """How many tickets have a new value of ours."""
        return sum(bool(result.written) for result in self.results)

    @property
    def overrides(self) -> int:
        """How many values people decided, those put back in this cycle with them."""
        restored = (override for result in self.results for override in result.restored)
        return len({(o.ticket, o.field) for o in (*self.plan.overrides, *restored)})


def run(road: Road, cycle: Cycle, *, write: bool, named: Named | None = None) -> Summary:
    """Travel the road once.

    Args:
        road: what to travel over.
        cycle: its name, time and configuration.
        write: whether edits are sent (plan and observe send none).
        named: tells the edits that a person lets go; only these are sent then, and no cap knows
            of them. None: all that no cap keeps back.

    Raises:
        ClientError: Redmine can't be reached or rejects the key; nothing was written.
    """
    road.store.begin(cycle)
    sources = pull(road.sources, road.store, cycle, road.observer)
    road.desk.open()
    decided = decide(road, cycle)
    old = closed_tickets(road.store, road.backfill, road.router, road.catalogue)
    planned, unread = make_plan(road, cycle, (*decided.tickets, *old), named)
    results = apply(road, cycle, planned, named) if write else ()
    wrong = [*findings(sources, planned, results, unread), *held(planned, road.held_plan)]
    road.store.keep_findings(wrong, road.clock(), whole_kind=KIND)
    return Summary(
        cycle=cycle,
        finished_at=road.clock(),
        sources=road.requests.added(sources),
        decided=decided,
        plan=planned,
        results=results,
        unread=unread,
        dead_letters=len(road.store.dead_letters()),
    )


def decide(road: Road, cycle: Cycle) -> Decided:
    """Classify and route every open ticket, and what else is new under this configuration.

    Of the other items only a page is in memory at a time: there may be a hundred thousand.
    """
    tickets: list[tuple[Ticket, Routing]] = []
    count: Counter[str] = Counter()
    for items in _to_decide(road.store, cycle):
        routings = [road.router.route(road.catalogue.enriched(item)) for item in items]
        road.store.keep_routings(routings, cycle.id, cycle.configuration, cycle.started_at)
        tickets += [
            (item.ticket, routing)
            for item, routing in zip(items, routings, strict=True)
            if item.ticket is not None and not item.ticket.closed
        ]
        count["routed"] += len(routings)
        count["unrouted"] += sum(routing.caught_by_last for routing in routings)
        count["unsure"] += sum(not routing.sure for routing in routings)
    road.observer.saw("routing.done", items=count["routed"])
    return Decided(
        tickets=tuple(tickets),
        routed=count["routed"],
        unrouted=count["unrouted"],
        unsure=count["unsure"],
    )


def _to_decide(store: Store, cycle: Cycle) -> Iterator[list[Item]]:
    """Answer pages of items. A ticket that is decided is no longer among the undecided."""
    for items in (store.open_tickets(), store.undecided(cycle.configuration)):
        while page := list(islice(items, PAGE)):
            yield page


def make_plan(
    road: Road,
    cycle: Cycle,
    tickets: Sequence[tuple[Ticket, Routing]],
    named: Named | None = None,
) -> tuple[Plan, tuple[int, ...]]:
    """Plan the tickets; answer the plan and the tickets whose history could not be read."""
    gathered = gather(
        tickets,
        store=road.store,
        desk=road.desk,
        matrix=road.matrix,
        language=road.policy.language,
        now=road.clock(),
    )
    wanting = {
        s.ticket.project.id for s in gathered.subjects if wants_group(s, road.matrix, road.policy)
    }
    policy = replace(
        road.policy,
        groups=road.desk.groups(wanting, road.matrix.teams),
        notes_since=road.store.first_finished(),
    )
    made = plan(list(gathered.subjects), road.matrix, policy, road.clock())
    allowed = (road.desk.allowed(edit) for edit in made.edits)
    edits = backfilled(allowed, road.backfill, road.store.first_begun() or cycle.started_at)
    made = replace(made, edits=edits)
    looked_at = [subject.ticket.id for subject in gathered.subjects]
    road.store.recognise(gathered.recognised, cycle.started_at)
    road.store.keep_overrides(made.overrides, looked_at, cycle.id, cycle.started_at)
    road.observer.saw("plan.made", edits=len(made.edits), overrides=len(made.overrides))
    routed = sum(bool(subject.ledger) for subject in gathered.subjects)
    return under_caps(road, made, routed, named), gathered.unread


def under_caps(road: Road, planned: Plan, routed: int, named: Named | None) -> Plan:
    """Answer the plan with what the caps keep back of it; what a person names is not their matter.

    Where only that is sent, nothing waits for its turn.
    """
    let_go = frozenset(edit.ticket.id for edit in planned.edits if named and named(edit))
    caps = replace(road.caps, new=0, incidents=0) if named else road.caps
    desk, teams = road.desk, road.matrix.teams
    return capped(planned, caps, desk=desk, teams=teams, routed=routed, let_go=let_go)


def apply(road: Road, cycle: Cycle, planned: Plan, named: Named | None) -> tuple[Result, ...]:
    """Write the edits that are named, or all that no cap keeps back."""

    def record(result: Result) -> None:
        road.store.record(result, cycle.id, road.clock())

    sent = [edit for edit in planned.edits if named(edit)] if named else planned.free
    return write_edits(road, cycle, sent, record)


def write_edits(
    road: Road, cycle: Cycle, edits: Sequence[Edit], record: Callable[[Result], None]
) -> tuple[Result, ...]:
    """Write the edits; each result is recorded before the next is written."""
    writer = Writer(
        counter=road.desk,
        bot=road.desk.account.id,
        configuration=cycle.configuration,
        clock=road.clock,
        observer=road.observer,
        labels=road.policy.labels,
    )
    coming = writer.apply(edits)
    results: list[Result] = []
    while True:
        with road.undisturbed():
            result = next(coming, None)
            if result is None:
                return tuple(results)
            record(result)
        results.append(result)
