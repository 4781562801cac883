"""Problems behind incidents."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from itsm_sync.model.watching.base import Duration, Section, no_less


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems(Section):
    """`incidents` of one fingerprint or one component `within` a time open a problem.

    `of` are the signals whose episodes are incidents. `components` are the facts that name a
    component; an empty list: fingerprints alone. It is over once its incidents have been over for
    `quiet_for`; within `reopen_within` of that an incident opens it again. `when_taken` says what
    the quiet does to a problem that a person has taken: it is noted there, or it closes.
    `changes_within`: deployments so long before an incident stand beside it.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"component"})

    tracker: str = "문제"
    priority: str = "높음"
    of: tuple[Literal["builds", "nodes", "controllers", "outages"], ...] = (
        "builds",
        "nodes",
        "controllers",
        "outages",
    )
    components: tuple[str, ...] = ("job", "workflow", "node")
    incidents: int = 3
    within: Duration = Duration(days=14)
    quiet_for: Duration = Duration(days=30)
    reopen_within: Duration = Duration(days=30)
    when_taken: Literal["note", "close"] = "note"
    changes_within: Duration = Duration(hours=24)

    def __post_init__(self) -> None:
        """Reject what is no repetition."""
        Section.__post_init__(self)
        no_less(self, incidents=2)
