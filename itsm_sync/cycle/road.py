"""One pass over the road, and what it did."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.cycle import deciding
from itsm_sync.cycle.deciding import Decided
from itsm_sync.cycle.findings import KIND, findings
from itsm_sync.cycle.pulling import Requests, pull
from itsm_sync.cycle.subjects import Learner
from itsm_sync.desk.approvals import Meanings
from itsm_sync.desk.planner import Policy, plan, wants_group
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.writer import Writer
from itsm_sync.model.cycles import Cycle, SourceReport
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Edit, Outcome, Plan, Result
from itsm_sync.model.ports import Clock, Observer, Source
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import Store

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
    meanings: Meanings
    desk: Desk
    clock: Clock
    observer: Observer
    requests: Requests
    undisturbed: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a cycle did; `edits` counts tickets."""

    cycle: Cycle
    finished_at: datetime
    sources: Mapping[str, SourceReport]
    decided: Decided
    plan: Plan
    results: tuple[Result, ...] = ()
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
    planned = make_plan(road, cycle, decided)
    results = apply(road, cycle, planned, choose) if choose is not None else ()
    wrong = findings(sources, planned, results, decided, road.matrix)
    road.store.keep_findings(wrong, road.clock(), whole_kind=KIND)
    return Summary(
        cycle=cycle,
        finished_at=road.clock(),
        sources=road.requests.added(sources),
        decided=decided,
        plan=planned,
        results=results,
        dead_letters=len(road.store.dead_letters()),
    )


def decide(road: Road, cycle: Cycle) -> Decided:
    """Classify and route every open ticket, and what else is new under this configuration."""
    learner = Learner(
        store=road.store,
        desk=road.desk,
        router=road.router,
        catalogue=road.catalogue,
        matrix=road.matrix,
        language=road.policy.language,
        meanings=road.meanings,
        now=road.clock(),
    )
    decided = deciding.decide(road.store, learner, road.router, road.catalogue, cycle)
    road.observer.saw("routing.done", items=decided.routed)
    return decided


def make_plan(road: Road, cycle: Cycle, decided: Decided) -> Plan:
    """Plan the open tickets."""
    subjects = decided.subjects
    wanting = {s.ticket.project.id for s in subjects if wants_group(s, road.matrix, road.policy)}
    policy = replace(
        road.policy,
        groups=road.desk.groups(wanting, road.matrix.teams),
        notes_since=road.store.first_finished(),
    )
    made = plan(list(subjects), road.matrix, policy, road.clock())
    made = replace(made, edits=tuple(road.desk.allowed(edit) for edit in made.edits))
    looked_at = [subject.ticket.id for subject in subjects]
    road.store.recognise(decided.recognised, cycle.started_at)
    road.store.keep_overrides(made.overrides, looked_at, cycle.id, cycle.started_at)
    road.observer.saw("plan.made", edits=len(made.edits), overrides=len(made.overrides))
    return made


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
        rendering=road.desk.rendering(edits),
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
