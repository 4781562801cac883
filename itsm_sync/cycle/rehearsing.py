"""What a cycle would decide and plan over what is stored, without pulling and without writing."""

from itsm_sync.cycle.deciding import Decided
from itsm_sync.cycle.road import Road, decide, make_plan
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Plan


def rehearse(road: Road, cycle: Cycle) -> tuple[Decided, Plan]:
    """Decide and plan as a cycle does that finds nothing new; the road's store keeps what it likes.

    Raises:
        ClientError: Redmine can't be reached or rejects the key.
    """
    road.desk.open()
    decided = decide(road, cycle)
    return decided, make_plan(road, cycle, decided)
