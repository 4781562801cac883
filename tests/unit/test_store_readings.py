"""What nodes measured of themselves: kept once an hour, for as long as reports look back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Fact, Item
from itsm_sync.model.keeping import Keep
from itsm_sync.model.readings import Reading
from itsm_sync.store import Store
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF = timedelta(minutes=30)
KEY = "jenkins:ci/node/agent"


@pytest.fixture
def kept(store: Store) -> Store:
    store.begin(Cycle(id="c", started_at=NOON + DAY, configuration="abc"))
    return store


def node(at: datetime, *, name: str = "agent", kind: str = "node", **facts: Fact) -> Item:
    return Item(key=f"jenkins:ci/node/{name}", source="jenkins", kind=kind, title=name, body="",
                url="", state="online", created_at=at, updated_at=at, facts=facts)  # fmt: skip


def reads(store: Store, *nodes: Item, cycle: str = "c") -> None:
    store.keep("jenkins:ci", Batch(stream="nodes", items=nodes), cycle)


def told(store: Store, key: str = KEY) -> list[tuple[datetime, int | None, int | None]]:
    found = store.free_space(NOON - 999 * DAY, NOON + 999 * DAY)
    return [(one.at, one.disk_free, one.memory_free) for one in found.get(key, ())]


def test_a_node_s_room_is_kept_by_the_hour_it_was_measured_in_the_last_of_it(kept: Store) -> None:
    reads(kept, node(NOON, disk_free_bytes=2**40, memory_free_bytes=7))
    reads(kept, node(NOON + HALF, disk_free_bytes=5, memory_free_bytes=6))
    reads(kept, node(NOON + HOUR, disk_free_bytes=4))
    assert told(kept) == [(NOON, 5, 6), (NOON + HOUR, 4, None)]
    assert kept.free_space(NOON, NOON + HOUR) == {
        KEY: (Reading(item=KEY, at=NOON, disk_free=5, memory_free=6),)
    }


def test_of_a_node_that_is_as_it_was_nothing_is_kept_again(kept: Store) -> None:
    reads(kept, node(NOON, disk_free_bytes=5))
    reads(kept, node(NOON, disk_free_bytes=5))
    assert told(kept) == [(NOON, 5, None)]


@pytest.mark.parametrize(
    "at", [datetime(1970, 1, 1, tzinfo=UTC), NOON + 9 * DAY], ids=["never", "ahead"]
)
def test_what_was_measured_at_no_time_that_can_be_is_of_the_cycle(
    kept: Store, at: datetime
) -> None:
    reads(kept, node(at, disk_free_bytes=5))
    assert told(kept) == [(NOON + DAY, 5, None)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"disk_free_bytes": -1},
        {"disk_free_bytes": True},
        {"disk_free_bytes": "much"},
        {"disk_free_bytes": 2**63},
        {"disk_free_bytes": 5, "kind": "build"},
    ],
)
def test_what_tells_no_room_is_no_reading(kept: Store, changes: dict[str, Any]) -> None:
    reads(kept, node(NOON, **changes))
    assert told(kept) == []


def test_old_readings_go_and_those_that_reports_look_back_to_stay(kept: Store) -> None:
    now = NOON + 500 * DAY
    kept.begin(Cycle(id="late", started_at=now, configuration="abc"))
    for ago in (401, 399, 1):
        reads(kept, node(now - ago * DAY, disk_free_bytes=ago), cycle="late")
    assert len(told(kept)) == 3
    counted = kept.prune(Keep(), now, lasting=(), dry=True)
    assert counted["readings"] == 1
    assert len(told(kept)) == 3
    kept.prune(Keep(), now, lasting=())
    assert [free for _, free, _ in told(kept)] == [399, 1]


def test_the_room_of_nodes_goes_with_a_backup(kept: Store, tmp_path: Path) -> None:
    reads(kept, node(NOON, disk_free_bytes=5))
    with Store.open(f"sqlite:///{tmp_path}/other.db") as other:
        with kept.dumped() as dump:
            other.take(dump)
        assert told(other) == told(kept) == [(NOON, 5, None)]
