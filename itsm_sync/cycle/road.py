"""One pass over the road, and what it did."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from itsm_sync.cycle.findings import KIND, findings
from itsm_sync.cycle.pulling import Requests, pull
from itsm_sync.cycle.subjects import gather
from itsm_sync.desk.planner import Policy, plan, wants_group
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.writer import Writer
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
Chooser = Callable[[Plan], Sequence[Edit]]


@dataclass(frozen=True, kw_only=True)
class Road:
    """What a cycle travels over; `app` puts it together.

    `policy` comes without groups and `notes_since`, which a cycle looks up itself. `undisturbed`
    keeps an interruption waiting until an edit is recorded.
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
    def touched(self) -> int:
        """How many tickets have a new value of ours."""
        return sum(bool(result.written) for result in self.results)

    @property
    def overrides(self) -> int:
        """How many values people decided, those put back in this cycle with them."""
        restored = (override for result in self.results for override in result.restored)
        return len({(o.ticket, o.field) for o in (*self.plan.overrides, *restored)})


def run(road: Road, cycle: Cycle, choose: Chooser | None = None) -> Summary:
    """Travel the road once.

    Args:
        road: what to travel over.
        cycle: its name, time and configuration.
        choose: which edits of the plan to send; None: write nothing (plan, observe).

    Raises:
        ClientError: Redmine can't be reached or rejects the key; nothing was written.
    """
    road.store.begin(cycle)
    sources = pull(road.sources, road.store, cycle, road.observer)
    road.desk.open()
    decided = decide(road, cycle)
    planned, unread = make_plan(road, cycle, decided.tickets)
    results = apply(road, cycle, planned, choose) if choose is not None else ()
    wrong = findings(sources, planned, results, unread)
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
        made = list(zip(items, routings, strict=True))
        road.store.keep_routings(made, cycle.id, cycle.configuration, cycle.started_at)
        tickets += [
            (item.ticket, routing)
            for item, routing in made
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
    road: Road, cycle: Cycle, open_tickets: Sequence[tuple[Ticket, Routing]]
) -> tuple[Plan, tuple[int, ...]]:
    """Plan the open tickets; answer the plan and the tickets whose history could not be read."""
    gathered = gather(
        open_tickets,
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
    made = replace(made, edits=tuple(road.desk.allowed(edit) for edit in made.edits))
    looked_at = [subject.ticket.id for subject in gathered.subjects]
    road.store.recognise(gathered.recognised, cycle.started_at)
    road.store.keep_overrides(made.overrides, looked_at, cycle.id, cycle.started_at)
    road.observer.saw("plan.made", edits=len(made.edits), overrides=len(made.overrides))
    return made, gathered.unread


def apply(road: Road, cycle: Cycle, planned: Plan, choose: Chooser) -> tuple[Result, ...]:
    """Write the chosen edits."""

    def record(result: Result) -> None:
        road.store.record(result, cycle.id, road.clock())

    return write_edits(road, cycle, choose(planned), record)


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
