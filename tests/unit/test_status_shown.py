"""status as people and programs read it."""

from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from rich.console import Console

from itsm_sync.model.cycles import Cycle
from itsm_sync.operations import status
from itsm_sync.store import Store

LATE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def test_people_read_the_time_of_their_zone_and_programs_utc(store: Store) -> None:
    store.begin(Cycle(id="late", started_at=LATE, configuration="abc"))
    out = StringIO()

    status.show(store, Console(file=out, width=200), "en", ZoneInfo("Asia/Seoul"))

    assert "2026-03-02 08:30:00 KST" in out.getvalue()
    assert status.as_json(store)["cycles"][0]["started_at"] == LATE
