"""Failed builds."""

from dataclasses import dataclass

from itsm_sync.model.watching.base import Lived


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds(Lived):
    """Failed builds of tracked branches and of jobs that deploy become incidents.

    `failures` are the results that count as one.
    """

    tracker: str = "사건"
    open_after: int = 2
    failures: tuple[str, ...] = ("FAILURE",)
