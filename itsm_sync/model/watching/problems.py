"""Problems behind incidents."""

from dataclasses import dataclass

from itsm_sync.model.watching.base import Duration, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems(Section):
    """`incidents` of one fingerprint or one component `within` a time open a problem.

    It is over once none came for `quiet_for`.
    """

    tracker: str = "문제"
    incidents: int = 3
    within: Duration = Duration(days=14)
    quiet_for: Duration = Duration(days=30)
