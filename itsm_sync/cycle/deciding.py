"""Classify and route: every open ticket, and what else is new under this configuration."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from itsm_sync.cycle.subjects import Learner
from itsm_sync.desk.subject import Subject
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.deliveries import is_report
from itsm_sync.model.items import Item
from itsm_sync.model.routing import Routing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.tickets import FieldName
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import Store

PAGE = 200  # items decided at a time
DECISIONS = "decisions"  # the look after which all that moved is decided
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The open tickets as they are planned, and how many items were decided.

    `unrouted` were caught only by the last rule. `unread` are tickets whose history could not be
    read; `recognised` values of ours that the ledger does not know. `unheard` is how many tickets'
    histories are still to be read; None where none are kept.
    """

    subjects: tuple[Subject, ...]
    routed: int
    unrouted: int
    unsure: int
    unread: tuple[int, ...] = ()
    recognised: Mapping[int, Mapping[FieldName, str]] = field(default_factory=dict)
    unheard: int | None = None


def decide(
    store: Store, learner: Learner, router: Router, catalogue: Catalogue, cycle: Cycle, *, bot: int
) -> Decided:
    """Decide page by page: of the other items there may be a hundred thousand.

    `bot` is Redmine's number of us.
    """
    subjects: list[Subject] = []
    unread: set[int] = set()
    recognised: dict[int, Mapping[FieldName, str]] = {}
    count: Counter[str] = Counter()
    moves = store.moves()
    for items in pages(store.open_tickets()):
        learnt = learner.learn(_but_reports(store, items, cycle, bot))
        _keep(store, cycle, learnt.asked, count)
        store.keep_stages(_spans(learnt.subjects), cycle.configuration, cycle.started_at)
        subjects += learnt.subjects
        unread |= learnt.unread
        recognised |= learnt.recognised
    for items in pages(store.unseen(DECISIONS, cycle.configuration)):
        others = [item for item in items if _is_other(item)]
        made = [(item, router.route(catalogue.enriched(item))) for item in others]
        _keep(store, cycle, made, count)
        store.end_stages({i.ticket.id: i.ticket.updated_on for i in others if i.ticket})
    store.keep_look((DECISIONS,), cycle.configuration, moves)
    return Decided(
        subjects=tuple(subjects),
        routed=count["routed"],
        unrouted=count["unrouted"],
        unsure=count["unsure"],
        unread=tuple(sorted(unread)),
        recognised=recognised,
    )


def _is_other(item: Item) -> bool:
    """Whether it is no open ticket, and no report of ours: nobody decides whose these are."""
    if item.ticket is not None:
        return item.ticket.closed
    return (item.source, item.kind) != ("redmine", "issue")


def _but_reports(store: Store, items: Sequence[Item], cycle: Cycle, bot: int) -> list[Item]:
    """Answer what is work, and take no more for a ticket what an earlier version took for one: a
    report that we sent (`sources.redmine.items`).
    """
    ours = (item for item in items if item.ticket and item.ticket.author.id == bot)
    reports = {item.key: replace(item, ticket=None) for item in ours if is_report(item.body)}
    if reports:
        batch = Batch(stream="issues", items=tuple(reports.values()))
        store.keep("redmine", batch, cycle.id, notes=False)
    return [item for item in items if item.key not in reports]


def pages(things: Iterable[_T]) -> Iterator[list[_T]]:
    """Answer what there is, a page at a time."""
    rest = iter(things)
    while page := list(islice(rest, PAGE)):
        yield page


def _keep(
    store: Store, cycle: Cycle, made: Sequence[tuple[Item, Routing]], count: Counter[str]
) -> None:
    store.keep_routings(made, cycle.id, cycle.configuration, cycle.started_at)
    count["routed"] += len(made)
    count["unrouted"] += sum(routing.caught_by_last for _, routing in made)
    count["unsure"] += sum(not routing.sure for _, routing in made)


def _spans(subjects: Sequence[Subject]) -> list[StageSpan]:
    return [
        StageSpan(
            ticket=subject.ticket.id,
            process=subject.routing.process,
            stage=subject.routing.stage,
            row=subject.routing.row,
            team=subject.routing.responsible,
            entered_at=subject.moved_at or subject.ticket.updated_on,
        )
        for subject in subjects
    ]
