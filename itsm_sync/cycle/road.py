"""One pass over the road, and what it did."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

from itsm_sync.cycle import deciding
from itsm_sync.cycle.backfill import with_closed
from itsm_sync.cycle.capping import capped, held
from itsm_sync.cycle.clocks import clocked
from itsm_sync.cycle.deciding import Decided
from itsm_sync.cycle.due import Due, Timetable
from itsm_sync.cycle.findings import KIND, STALE, absent, findings, stale
from itsm_sync.cycle.histories import Histories, Reach
from itsm_sync.cycle.inventory import note_drift
from itsm_sync.cycle.naming import nameless
from itsm_sync.cycle.promising import promising
from itsm_sync.cycle.pulling import Pull, Requests
from itsm_sync.cycle.rereading import given_up, reread_due
from itsm_sync.cycle.signals.bearing import bear, numbers, settle_intents
from itsm_sync.cycle.signals.knowing import Knowing
from itsm_sync.cycle.signals.resting import resting
from itsm_sync.cycle.signals.tending import Tended
from itsm_sync.cycle.signals.watching import Watch, Watching
from itsm_sync.cycle.subjects import Learner
from itsm_sync.cycle.summary import Done, Summary
from itsm_sync.desk.approvals import Meanings
from itsm_sync.desk.backfill import Backfill, backfilled
from itsm_sync.desk.planner import plan, wants_group
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.settling import follow_ups, resolved, unopened
from itsm_sync.desk.signals.tending import joined
from itsm_sync.desk.subject import Policy
from itsm_sync.desk.writer import Writer
from itsm_sync.model.caps import Caps
from itsm_sync.model.cycles import Cycle, SourceReport
from itsm_sync.model.inventory import Scope
from itsm_sync.model.letters import Retrying
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Birth, Edit, Plan, Result
from itsm_sync.model.ports import Clock, Observer, Source
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import Store

Named = Callable[[Edit | Birth], bool]


@dataclass(frozen=True, kw_only=True)
class Road:
    """What a cycle travels over; `app` puts it together.

    `due` says which sources are read, `timetable` which of their streams, and when one is stale.
    `policy` comes without groups and `notes_since`, which a cycle looks up itself. `undisturbed`
    keeps an interruption waiting until an edit is recorded. `held_plan` is the file in which a
    person finds what the caps hold. `scope` is what the settings read.
    `watch` is what signals are watched, if any. `retrying` says when what is set aside is tried
    again. `reach` is how far histories are read, where any are kept; `levels` what is promised.
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
    caps: Caps = field(default_factory=Caps)
    backfill: Backfill = field(default_factory=Backfill)
    held_plan: str = ""
    scope: Scope = field(default_factory=Scope)
    watch: Watch | None = None
    retrying: Retrying = field(default_factory=Retrying)
    reach: Reach | None = None
    levels: ServiceLevels | None = None
    due: Due = field(default_factory=Due)
    timetable: Timetable = field(default_factory=Timetable)
    undisturbed: Callable[[], AbstractContextManager[None]] = nullcontext


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
    road.requests.begin()
    sources = pull(road, cycle)
    reread_due(road.sources, road.store, cycle, road.observer, road.retrying)
    road.desk.open()
    settled = settle_intents(
        road.store, road.desk, road.policy.language, road.observer, road.clock()
    )
    watching = _watching(road, cycle, sources)
    attended = watching.attend(settled) if watching else None
    decided = decide(road, cycle)
    tended = watching.tend(attended) if watching and attended else Tended()
    planned = make_plan(road, cycle, decided, named, tended)
    writes = write and road.store.paused() is None
    done = apply(road, cycle, planned, named) if writes else Done()
    wrong = [
        *stale(sources),
        *findings(sources, planned, (*done.results, *done.followed), decided, road.matrix),
        *held(planned, road.held_plan),
        *unopened(road.store.unopened_links()),
        *given_up(road.store, planned, road.retrying),
        *tended.findings,
        *nameless(road.store.offered() if road.levels else None, road.levels),
        *absent(decided, road.policy, clocks=road.levels is not None),
        *resting(road.store, road.watch.registry if road.watch else None),
    ]
    road.store.keep_findings(wrong, road.clock(), whole_kind=KIND)
    note_drift(road.store, road.catalogue, road.matrix, scope=road.scope, sources=sources,
               configuration=cycle.configuration, now=road.clock())  # fmt: skip
    return Summary(
        cycle=cycle,
        finished_at=road.clock(),
        sources=road.requests.added(sources),
        decided=decided,
        plan=planned,
        results=done.results,
        born=done.born,
        followed=done.followed,
        dead_letters=len(road.store.dead_letters()),
        paused=road.store.paused(),
        planned_only=not write,
    )


def pull(road: Road, cycle: Cycle) -> Mapping[str, SourceReport]:
    """Read what is due; what is stale is known also where Redmine is, and this cycle ends here."""
    pulling = Pull(
        store=road.store,
        cycle=cycle,
        observer=road.observer,
        due=road.due,
        timetable=road.timetable,
    )
    reports = pulling.read(road.sources)
    road.store.keep_findings(stale(reports), road.clock(), whole_kind=STALE)
    return reports


def _watching(road: Road, cycle: Cycle, sources: Mapping[str, SourceReport]) -> Watching | None:
    if road.watch is None:
        return None
    known = Knowing(
        store=road.store,
        catalogue=road.catalogue,
        now=cycle.started_at,
        sources=sources,
        configuration=f"{road.watch.configuration}/{road.policy.configuration}",
        timetable=road.timetable,
    )
    return Watching(
        watch=road.watch,
        store=road.store,
        desk=road.desk,
        router=road.router,
        catalogue=road.catalogue,
        matrix=road.matrix,
        policy=road.policy,
        known=known,
        observer=road.observer,
    )


def decide(road: Road, cycle: Cycle) -> Decided:
    """Classify and route the tickets to be planned, and what else is new."""
    learner = Learner(
        store=road.store,
        desk=road.desk,
        router=road.router,
        catalogue=road.catalogue,
        matrix=road.matrix,
        policy=road.policy,
        meanings=road.meanings,
        now=road.clock(),
    )
    bot = road.desk.account.id
    decided = deciding.decide(road.store, learner, road.router, road.catalogue, cycle, bot=bot)
    decided = with_closed(decided, road.backfill, road.store, road.desk, learner)
    road.observer.saw("routing.done", items=decided.routed)
    return with_clocks(road, cycle, decided)


def with_clocks(road: Road, cycle: Cycle, decided: Decided) -> Decided:
    """Answer what was decided with how the open tickets stand, where histories are kept."""
    if road.reach is None:
        return decided
    road.store.keep_bot(road.desk.account.id)
    histories = Histories(
        store=road.store,
        desk=road.desk,
        observer=road.observer,
        reach=road.reach,
        now=cycle.started_at,
        begun=road.store.first_finished(),
    )
    return clocked(decided, histories, road.levels, road.matrix, road.policy)


def make_plan(
    road: Road,
    cycle: Cycle,
    decided: Decided,
    named: Named | None = None,
    tended: Tended | None = None,
) -> Plan:
    """Plan the tickets, those of signals with them, and see what the caps keep back."""
    subjects = decided.subjects
    wanting = {s.ticket.project.id for s in subjects if wants_group(s, road.matrix, road.policy)}
    policy = replace(
        road.policy,
        groups=road.desk.groups(wanting, road.matrix.teams),
        notes_since=road.store.first_finished(),
    )
    made = plan(list(subjects), road.matrix, policy, road.clock())
    allowed = (road.desk.allowed(edit) for edit in made.edits)
    edits = backfilled(allowed, road.backfill, road.store.first_begun() or cycle.started_at)
    made = with_tended(replace(made, edits=edits), tended or Tended(), road.desk)
    looked_at = [subject.ticket.id for subject in subjects]
    road.store.recognise(decided.recognised, cycle.started_at)
    road.store.keep_overrides(made.overrides, looked_at, cycle.id, cycle.started_at)
    road.observer.saw("plan.made", edits=len(made.edits), overrides=len(made.overrides))
    routed = sum(bool(subject.ledger) for subject in subjects)
    return under_caps(road, made, routed, named)


def with_tended(plan: Plan, tended: Tended, desk: Desk) -> Plan:
    """Answer the plan with what the tickets of signals need: one edit a ticket."""
    routed = {edit.ticket.id: edit for edit in plan.edits}
    for edit in tended.edits:
        before = routed.get(edit.ticket.id)
        number = edit.ticket.id
        routed[number] = joined(before, edit, desk.markup(number)) if before else edit
    edits = tuple(routed[number] for number in sorted(routed))
    withheld = (*plan.withheld, *tended.withheld)
    return replace(plan, edits=edits, births=tended.births, withheld=withheld)


def under_caps(road: Road, planned: Plan, routed: int, named: Named | None) -> Plan:
    """Answer the plan with what the caps keep back of it; what a person names is not their matter.

    Where only that is sent, nothing waits for its turn.
    """
    let_go = frozenset(edit.ticket.id for edit in planned.edits if named and named(edit))
    caps = replace(road.caps, new=0, incidents=0, clocks=0) if named else road.caps
    desk, teams = road.desk, road.matrix.teams
    return capped(planned, caps, desk=desk, teams=teams, routed=routed, let_go=let_go)


def apply(road: Road, cycle: Cycle, planned: Plan, named: Named | None) -> Done:
    """Open the tickets and write the edits that are named, or all that no cap keeps back."""

    def record(result: Result) -> None:
        road.store.record(result, cycle.id, road.clock())

    births = [birth for birth in planned.births if named(birth)] if named else planned.ready
    promise = promising(
        store=road.store,
        desk=road.desk,
        observer=road.observer,
        levels=road.levels if births else None,
        policy=road.policy,
        now=cycle.started_at,
    )
    born = bear(
        births,
        store=road.store,
        desk=road.desk,
        cycle=cycle,
        clock=road.clock,
        observer=road.observer,
        undisturbed=road.undisturbed,
        over=partial(_paused, road),
        labels=road.policy.labels,
        promise=promise,
    )
    known = numbers(road.store, born) if born else {}
    following = follow_ups(born, known)
    road.store.expect_watches(following, road.clock())
    over = partial(_paused, road)
    followed = write_edits(road, cycle, following, record, over) if following else ()
    free = [edit for edit in planned.edits if named(edit)] if named else planned.free
    sent = [resolved(edit, known) for edit in free]
    road.store.expect_watches(sent, road.clock())
    results = write_edits(road, cycle, sent, record, over)
    if road.reach is not None and (taken := road.desk.taken_readings()):
        road.store.keep_histories(taken)
    return Done(results=results, born=born, followed=followed)


def _paused(road: Road) -> bool:
    return road.store.paused() is not None


def write_edits(
    road: Road,
    cycle: Cycle,
    edits: Sequence[Edit],
    record: Callable[[Result], None],
    over: Callable[[], bool] = lambda: False,
) -> tuple[Result, ...]:
    """Write the edits; each result is recorded before the next is written. `over`: no more are."""
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
    while not over():
        with road.undisturbed():
            result = next(coming, None)
            if result is None:
                break
            record(result)
        results.append(result)
    return tuple(results)
