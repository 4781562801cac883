"""Stored items are found again, and follow what we write."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Item, worded
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.store import Store
from itsm_sync.store.database import CHUNK
from tests.builders import NOON, SEOJUN, decided, item, routing, ticket


def keep(store: Store, *items: Item, cycle: str = "c1") -> int:
    return store.keep("redmine", Batch(stream="issues", items=items), cycle)


def build(number: int) -> Item:
    return item(
        number,
        key=f"jenkins:ci:abc/test/e2e#{number}@1763871234000",
        source="jenkins",
        kind="build",
        state="SUCCESS",
        url=f"http://127.0.0.1/job/e2e/{number}/",
    )


def test_items_are_chosen_by_key_source_kind_and_state(store: Store) -> None:
    closed = item(2, ticket=ticket(2, closed=True))
    keep(store, item(1), closed, replace(build(3), ticket=None))
    assert [i.kind for i in store.items(source="jenkins")] == ["build"]
    assert list(store.items(kind="issue", state="closed")) == [closed]
    assert list(store.items(keys=[closed.key, "nothing", closed.key])) == [closed]
    assert list(store.items(keys=[])) == []
    assert list(store.open_tickets()) == [item(1)]
    assert store.item("nothing") is None


def test_closed_tickets_of_before_that_we_never_wrote_to_are_found(store: Store) -> None:
    old, written, new = (item(n, ticket=ticket(n, closed=True)) for n in (1, 2, 3))
    new = replace(new, created_at=NOON + timedelta(hours=1))
    keep(store, old, written, new, item(4), replace(build(5), ticket=None))
    store.recognise({2: {FieldName.TEAM: "IT기획팀"}}, NOON)
    assert list(store.closed_unwritten(NOON)) == [old]


def test_more_than_a_page_is_read_in_order_while_the_reader_writes(store: Store) -> None:
    many = [item(n, key=f"redmine:issue/{n:05}") for n in range(1, CHUNK + 12)]
    keep(store, *many)
    seen = []
    for found in store.open_tickets():
        seen.append(found.key)
        if len(seen) % 200 == 0:
            keep(store, item(1, key="redmine:issue/00001", title=f"{len(seen)}"), cycle="c2")
    assert seen == [one.key for one in many]


@pytest.mark.parametrize(
    "text",
    [
        "42",
        "#42",
        " #42 ",
        "redmine:issue/42",
        "http://127.0.0.1/issues/42",
        "http://127.0.0.1/issues/42/",
        "http://127.0.0.1/issues/42?tab=history#note-3",
    ],
)
def test_a_ticket_is_found_by_number_address_and_key(store: Store, text: str) -> None:
    keep(store, item(4), item(42))
    assert store.find(text) == "redmine:issue/42"


def test_an_address_ending_in_a_slash_is_found_without_it(store: Store) -> None:
    keep(store, replace(build(3), ticket=None))
    assert store.find("http://127.0.0.1/job/e2e/3") == build(3).key


@pytest.mark.parametrize("text", ["", "43", "#", "1" * 40, "４２", "%", "http://127.0.0.1/", "x:y"])
def test_what_stands_for_nothing_finds_nothing(store: Store, text: str) -> None:
    keep(store, item(42))
    assert store.find(text) is None


def test_a_report_of_ours_is_no_ticket(store: Store) -> None:
    keep(store, item(1), item(2))
    keep(store, replace(item(2), ticket=None), cycle="c2")
    assert [i.key for i in store.open_tickets()] == ["redmine:issue/1"]
    assert store.counts().open_tickets == 1
    measured = store.measured_tickets(NOON - timedelta(days=999))
    assert [one.item.key for one in measured] == ["redmine:issue/1"]


def test_a_write_of_ours_is_no_news_when_the_source_reads_it(store: Store) -> None:
    before = item(1, facts={"assignee": "강수아", "project": "abc"})
    keep(store, before)
    store.keep_routings(decided(routing(1)), "c1", "abc", NOON)
    after = replace(
        ticket(1, fields={FieldName.TEAM: "IT기획팀"}), assignee=SEOJUN, updated_on=NOON
    )
    store.keep_ticket(after)
    now = replace(
        before,
        ticket=after,
        updated_at=NOON,
        facts={"assignee": "김서준", "project": "abc"},
    )
    assert store.item(before.key) == now
    assert store.memory("redmine").updated_since("issue", NOON) == {before.key: NOON}
    assert keep(store, now, cycle="c2").news == 0


def test_what_a_person_changed_meanwhile_is_still_to_be_read(store: Store) -> None:
    keep(store, item(1))
    moved = ticket(1, status=Ref(id=2, name="진행"), updated_on=NOON)
    store.keep_ticket(moved)
    found = store.item("redmine:issue/1")
    assert found is not None
    assert found.ticket == moved
    assert found.updated_at == item(1).updated_at < NOON


def test_a_copys_origin_is_not_forgotten_by_a_read_back(store: Store) -> None:
    keep(store, item(5, ticket=ticket(5, copied_from=4)))
    store.keep_ticket(ticket(5, updated_on=NOON))
    found = store.item("redmine:issue/5")
    assert found is not None
    assert found.ticket is not None
    assert found.ticket.copied_from == 4
    assert found.updated_at == NOON


def test_a_ticket_that_was_never_pulled_is_passed_over(store: Store) -> None:
    store.keep_ticket(ticket(9, updated_on=NOON + timedelta(hours=1)))
    assert list(store.items()) == []


def test_what_we_wrote_of_a_tickets_own_words_stands_in_its_item(store: Store) -> None:
    keep(store, item(1, title="빌드 실패", facts={"status": "신규", "closed": False}))
    after = ticket(
        1,
        status=Ref(id=5, name="완료"),
        closed=True,
        updated_on=NOON,
        subject="배포 실패",
        description="무엇이 있었나",
        priority=Ref(id=3, name="높음"),
        due_date="2026-04-01",
    )
    store.keep_ticket(after)
    found = store.item("redmine:issue/1")
    assert found is not None
    assert (found.title, found.body, found.state) == ("배포 실패", "무엇이 있었나", "closed")
    assert found.facts["status"] == "완료"
    assert found.ticket == after.bare  # no word is stored twice
    assert worded(found, {"높음": 3}) == after
    assert list(store.open_tickets()) == []


def test_a_priority_that_redmine_does_not_know_is_none() -> None:
    of_old = item(1, facts={"priority": "옛 우선순위"})
    found = worded(of_old, {"높음": 3})
    assert found is not None
    assert (found.subject, found.priority) == (of_old.title, None)
    assert worded(replace(of_old, ticket=None), {}) is None
