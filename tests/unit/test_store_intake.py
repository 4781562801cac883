"""What sources hand over is kept whole, or not at all."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected
from itsm_sync.model.ports import Memory
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from tests.builders import NOON, item

ROOT = Path(__file__).parents[2]  # where children find the program and the builders
HOUR = timedelta(hours=1)
TIRED = Message("{stream} is tired", {"stream": "issues"})


def begin(store: Store, name: str, at: datetime = NOON) -> None:
    store.begin(Cycle(id=name, started_at=at, configuration="abc"))


def batch(*numbers: int, stream: str = "issues", **more: object) -> Batch:
    return Batch(stream=stream, items=tuple(item(n) for n in numbers), **more)  # type: ignore[arg-type]


def test_items_come_back_as_they_were_kept(store: Store) -> None:
    assert store.keep("redmine", batch(1, 2), "c1").news == 2
    assert list(store.items()) == [item(1), item(2)]


def test_only_what_changed_counts_as_news(store: Store) -> None:
    store.keep("redmine", batch(1, 2, 3), "c1")
    changed = item(2, title="서버가 느립니다")
    news = store.keep("redmine", Batch(stream="issues", items=(item(1), changed)), "c2").news
    assert news == 1
    assert store.news_of("c2").changed == 1
    assert store.news_of("c1").changed == 2


def test_the_last_of_two_items_with_one_key_wins(store: Store) -> None:
    twice = Batch(stream="issues", items=(item(1), item(1, title="더 새로운 제목")))
    assert store.keep("redmine", twice, "c1").news == 1
    assert store.item("redmine:issue/1") == twice.items[1]


def test_the_cursor_moves_with_the_batch_and_stays_where_none_is_given(store: Store) -> None:
    memory: Memory = store.memory("redmine")
    assert memory.cursor("issues") is None
    store.keep("redmine", batch(1, cursor={"since": "2026-03-02", "seen": [1]}), "c1")
    store.keep("redmine", batch(2), "c1")
    assert memory.cursor("issues") == {"since": "2026-03-02", "seen": [1]}
    assert memory.cursor("wiki") is None
    assert store.memory("jenkins").cursor("issues") is None


def test_a_source_remembers_what_it_pulled_itself(store: Store) -> None:
    early = item(1, updated_at=NOON - HOUR)
    late = item(2, updated_at=NOON, state="closed")
    store.keep("redmine", Batch(stream="issues", items=(early, late)), "c1")
    memory = store.memory("redmine")
    assert memory.updated_since("issue", NOON) == {late.key: NOON}
    assert memory.updated_since("issue", NOON - HOUR).keys() == {early.key, late.key}
    assert memory.known("issue") == (early.key, late.key)
    assert memory.known("issue", state="closed") == (late.key,)
    assert store.memory("jenkins").known("issue") == ()
    assert memory.known("build") == ()


def test_what_is_gone_is_remembered_by_key_only_and_can_come_back(store: Store) -> None:
    store.keep("redmine", batch(1, 2), "c1")
    store.keep("redmine", Batch(stream="issues", gone=("redmine:issue/1",)), "c2")
    assert list(store.items()) == [item(2)]
    assert store.memory("redmine").known("issue") == ("redmine:issue/2",)
    assert store.item("redmine:issue/1") == item(1)
    assert list(store.items(keys=["redmine:issue/1"])) == [item(1)]
    assert store.keep("redmine", batch(1), "c3").news == 1
    assert list(store.items()) == [item(1), item(2)]


def test_a_source_can_not_make_another_sources_items_go(store: Store) -> None:
    store.keep("redmine", batch(1), "c1")
    store.keep("jenkins", Batch(stream="jobs", gone=("redmine:issue/1",)), "c1")
    assert list(store.items()) == [item(1)]


def test_a_rejected_payload_is_a_dead_letter_until_it_arrives_well(store: Store) -> None:
    begin(store, "c1")
    bad = Batch(stream="issues", rejected=(Rejected(key="redmine:issue/1", error="no title"),))
    store.keep("redmine", bad, "c1")
    store.keep("redmine", bad, "c1")
    begin(store, "c2", NOON + HOUR)
    store.keep("redmine", bad, "c2")
    (letter,) = store.dead_letters()
    assert (letter.key, letter.error, letter.times) == ("redmine:issue/1", "no title", 2)
    assert (letter.first_at, letter.last_at) == (NOON, NOON + HOUR)
    store.keep("redmine", batch(1), "c2")
    assert store.dead_letters() == ()


@pytest.mark.parametrize(
    "facts",
    [{"when": datetime(2026, 1, 1)}, {"text": "\ud800"}],  # noqa: DTZ001
    ids=["a time without zone", "half a character"],
)
def test_an_item_that_can_not_be_stored_stops_no_other(
    store: Store, facts: dict[str, object]
) -> None:
    mixed = Batch(stream="issues", items=(item(1), item(2, facts=facts), item(3)), cursor=3)
    assert store.keep("redmine", mixed, "c1").news == 2
    assert list(store.items()) == [item(1), item(3)]
    assert [letter.key for letter in store.dead_letters()] == ["redmine:issue/2"]
    assert store.memory("redmine").cursor("issues") == 3
    assert store.stream_health()[0].health is Health.PARTLY


def test_a_streams_health_is_the_worst_of_the_cycle_and_knows_its_last_success(
    store: Store,
) -> None:
    begin(store, "c1")
    store.keep("redmine", batch(1), "c1")
    (health,) = store.stream_health()
    assert (health.health, health.seen_at, health.succeeded_at) == (Health.OK, NOON, NOON)
    begin(store, "c2", NOON + HOUR)
    store.keep("redmine", batch(1), "c2")
    store.keep("redmine", batch(health=Health.FAILED, error=TIRED), "c2")
    store.keep("redmine", batch(2), "c2")
    (health,) = store.stream_health()
    assert (health.health, health.error) == (Health.FAILED, TIRED)
    assert (health.seen_at, health.succeeded_at) == (NOON + HOUR, NOON)
    begin(store, "c3", NOON + 2 * HOUR)
    store.keep("redmine", batch(1), "c3")
    (health,) = store.stream_health()
    assert (health.health, health.error) == (Health.OK, None)
    assert health.succeeded_at == NOON + 2 * HOUR


def test_threads_keep_their_batches_side_by_side(store: Store) -> None:
    def pull(source: str) -> int:
        memory = store.memory(source)
        news = 0
        for number in range(20):
            items = tuple(replace(item(n), key=f"{source}:{number}/{n}") for n in range(5))
            news += store.keep(source, Batch(stream="s", items=items, cursor=number), "c1").news
            assert memory.cursor("s") == number
        return news

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert list(pool.map(pull, [f"source{n}" for n in range(6)])) == [100] * 6
    assert sum(1 for _ in store.items()) == 600


_WORK = """
import sys
from itsm_sync.model.cycles import Batch
from itsm_sync.store import Store
from tests.builders import item

with Store.open(sys.argv[1]) as store:
    for start in range(1, 100_000, 7):
        items = tuple(item(n) for n in range(start, start + 7))
        store.keep("redmine", Batch(stream="issues", items=items, cursor=start + 6), "c1")
        print(start, flush=True)
"""
# Dies by its own hand between the items and the cursor of the third batch.
_DIE = """
import os, signal, sys
from itsm_sync.store import intake
truly, left = intake._Came.note, [2]
def note(self, *rest):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    truly(self, *rest)
intake._Came.note = note
"""


def stands_whole(url: str) -> int:
    """Answer the cursor, once it is sure that it fits the items."""
    with Store.open(url) as store:
        cursor = store.memory("redmine").cursor("issues")
        numbers = sorted(i.ticket.id for i in store.items() if i.ticket)
    assert numbers == list(range(1, (cursor or 0) + 1))
    return cursor or 0


def test_a_process_killed_in_mid_transaction_leaves_items_and_cursor_together(url: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _DIE + _WORK, url], check=False, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    assert ended.returncode == -signal.SIGKILL
    assert stands_whole(url) == 14


@pytest.mark.parametrize("batches", [1, 4, 9])
def test_a_process_killed_at_any_moment_leaves_items_and_cursor_together(
    url: str, batches: int
) -> None:
    command = [sys.executable, "-c", _WORK, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout is not None
        for _ in range(batches):
            child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    assert stands_whole(url) >= 7 * batches
