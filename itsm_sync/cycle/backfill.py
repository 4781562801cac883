"""Closed tickets that a backfill names."""

from dataclasses import replace
from itertools import islice

from itsm_sync.cycle.deciding import PAGE, Decided
from itsm_sync.cycle.subjects import Learner
from itsm_sync.desk.backfill import Backfill, Which
from itsm_sync.desk.redmine import Desk
from itsm_sync.store import Store


def with_closed(
    decided: Decided, backfill: Backfill, store: Store, desk: Desk, learner: Learner
) -> Decided:
    """Answer what was decided with the closed tickets to be planned, where all are wanted: those
    never routed, of projects that are open. Raises ClientError.
    """
    began = store.first_begun()
    if backfill.which is not Which.ALL or began is None:
        return decided
    items, closed = store.closed_unwritten(began), None
    while page := list(islice(items, PAGE)):
        closed = desk.closed_projects() if closed is None else closed
        open_ones = [i for i in page if i.ticket and i.ticket.project.id not in closed]
        learnt = learner.learn(open_ones)
        decided = replace(
            decided,
            subjects=(*decided.subjects, *learnt.subjects),
            unread=tuple(sorted({*decided.unread, *learnt.unread})),
            recognised={**decided.recognised, **learnt.recognised},
        )
    return decided
