"""Values that one database takes and another does not come back the same from both."""

from datetime import datetime, timedelta, timezone

from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.store import Store
from tests.builders import NOON, item, ticket

BIG = 3_000_000_000  # more than 32 bits


def test_numbers_of_more_than_32_bits_are_kept(store: Store) -> None:
    one = item(BIG, ticket=ticket(BIG))
    store.keep("redmine", Batch(stream="issues", items=(one,), cursor=BIG), "c1")
    assert store.find(f"#{BIG}") == one.key
    assert store.newest_ticket() == BIG
    assert store.memory("redmine").cursor("issues") == BIG
    assert store.find("#" + "9" * 18) is None


def test_what_no_database_takes_is_marked_and_stops_nothing(store: Store) -> None:
    store.pause("some\x00body", "half a \ud83d smile, 가", NOON)
    paused = store.paused()
    assert paused is not None
    assert (paused.by, paused.why) == ("some\ufffdbody", "half a \ufffd smile, 가")


def test_an_item_whose_text_is_unfit_is_set_aside_or_kept_and_stops_nothing(store: Store) -> None:
    odd = item(2, title="a\x00b")
    unfit = item(3, title="half a \ud83d smile")
    rejected = Rejected(key="a\x00\ud800b", error="unfit\x00")
    batch = Batch(stream="issues", items=(item(1), odd, unfit), rejected=(rejected,))
    store.keep("redmine", batch, "c1")
    assert [one.key for one in store.items()] == [item(1).key, odd.key]
    assert store.item(odd.key) == odd
    assert len(store.dead_letters()) == 2


def test_an_item_of_a_time_that_utc_lacks_is_set_aside_and_stops_nothing(store: Store) -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    batch = Batch(stream="issues", items=(item(1, created_at=early), item(2)))
    store.keep("redmine", batch, "c1")
    assert [one.key for one in store.items()] == [item(2).key]
    assert [letter.key for letter in store.dead_letters()] == [item(1).key]


def test_upper_and_lower_case_are_told_apart(store: Store) -> None:
    pair = tuple(
        item(key=key, ticket=None) for key in ("github:abc/App/pull/1", "github:abc/app/pull/1")
    )
    store.keep("github", Batch(stream="pulls", items=pair), "c1")
    assert [one.key for one in store.items()] == [one.key for one in pair]
    assert store.find("github:ABC/app/pull/1") is None
