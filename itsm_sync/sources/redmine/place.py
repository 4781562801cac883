"""How far the tickets have been read: the cursor of the stream `issues`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsm_sync.sources.redmine.lanes import Lane

# Older than Redmine itself; the cursor of a Redmine without tickets.
ANCIENT = datetime(2000, 1, 1, tzinfo=UTC)
# By then a transaction has been committed: what was read this long after its time is complete.
SETTLED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All tickets of the projects `covered` are known up to `since`, but for late commits.

    `settled`: they were read long enough after `since` that no late commit is missing.
    `verify`: the last look saw no difference, and did not reach down to `since`; the next reads
    it all. `cold` are projects whose tickets are being read for the first time, by id; `lanes` what
    of them is still to be read. `wide_at`: when the last wide look began (`sources.clocks`).
    """

    since: datetime | None = None
    settled: bool = False
    verify: bool = False
    covered: frozenset[int] = frozenset()
    cold: tuple[int, ...] = ()
    lanes: tuple[Lane, ...] = ()
    wide_at: datetime | None = None

    def written(self) -> dict[str, Any]:
        """Answer the place as a JSON value."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "settled": self.settled,
            "verify": self.verify,
            "covered": sorted(self.covered),
            "cold": list(self.cold),
            "lanes": [lane.written() for lane in self.lanes],
            "wide_at": self.wide_at.isoformat() if self.wide_at else None,
        }

    @classmethod
    def read(cls, value: Any) -> "Place":
        """Make a place of what `written` answered; of None, the very beginning."""
        if not isinstance(value, Mapping):
            return cls()
        wide_at = value.get("wide_at")
        return cls(
            since=datetime.fromisoformat(value["since"]) if value["since"] else None,
            settled=value["settled"],
            verify=value["verify"],
            covered=frozenset(value["covered"]),
            cold=tuple(value["cold"]),
            lanes=_lanes(value),
            wide_at=datetime.fromisoformat(wide_at) if wide_at else None,
        )


def _lanes(value: Mapping[str, Any]) -> tuple[Lane, ...]:
    """Answer the lanes; what was written before there were any has one, from `next` on."""
    if "lanes" in value:
        return tuple(Lane.read(one) for one in value["lanes"])
    return (Lane(first=value["next"]),) if value["cold"] else ()
