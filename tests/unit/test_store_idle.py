"""What a cycle asks the store in order not to ask others: what moved, what was offered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.lists import Offered, Priority, Project, Status, Tracker
from itsm_sync.model.signals import Act, Deed
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.store import Store
from tests.builders import NOON, item, ticket
from tests.signalled import episode

HOUR = timedelta(hours=1)
KEY = "builds/0123456789/20260302T120000Z"


@pytest.fixture
def kept(store: Store) -> Iterator[Store]:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    return store


def pull(store: Store, *items: Item, cycle: str = "c1") -> None:
    store.keep("redmine", Batch(stream="issues", items=items), cycle)


def test_only_tickets_that_moved_or_are_missed_are_answered(kept: Store) -> None:
    pull(kept, item(1), item(2), item(3))
    for number in (1, 2, 3):
        kept.link(f"builds/x/{number}", number, seen=item(number).updated_at)
    assert kept.moved_signals() == {}
    later = replace(ticket(2), updated_on=NOON + HOUR)
    pull(kept, item(2, ticket=later, updated_at=NOON + HOUR))
    kept.keep("redmine", Batch(stream="vanished", gone=("redmine:issue/3",)), "c1")
    found = {n: one.ticket and one.ticket.updated_on for n, one in kept.moved_signals().items()}
    assert found == {2: NOON + HOUR, 3: None}

    kept.keep_acts(2, NOON + HOUR, ())
    kept.keep_acts(3, None, [Act(episode="builds/x/3", deed=Deed.DELETED, at=NOON)])
    assert kept.moved_signals() == {}


def test_a_ticket_whose_history_was_never_read_moved(kept: Store) -> None:
    pull(kept, item(1))
    kept.link("builds/x/1", 1)
    assert set(kept.moved_signals()) == {1}


def test_a_copy_is_told_from_the_ticket_whose_key_it_carries(kept: Store) -> None:
    first = replace(ticket(2), fields={**ticket(2).fields, FieldName.KEY: KEY})
    pull(kept, item(1), item(2, ticket=first), item(7, body=f"itsm-sync: {KEY}"))
    assert set(kept.carriers()) == {KEY}
    assert kept.copied_signals() == {}
    kept.link(KEY, 2)
    assert kept.carriers() == {}
    assert kept.copied_signals() == {7: 2}


def test_what_was_offered_last_is_answered_as_it_was(kept: Store) -> None:
    assert kept.offered() is None
    lists = Offered(
        at=NOON,
        configuration="s",
        statuses=(Status(id=1, name="신규"), Status(id=5, name="완료", closed=True)),
        priorities=(Priority(id=2, name="보통", default=True),),
        trackers=(Tracker(id=4, name="사건", standard=frozenset({"due_date"})),),
        projects=(
            Project(
                id=1,
                identifier="abc",
                name="ABC",
                parent=None,
                closed=False,
                public=False,
                modules=frozenset({"wiki", "issue_tracking"}),
                trackers=(Ref(id=4, name="사건"),),
            ),
        ),
    )
    kept.keep_offered(lists)
    assert kept.offered() == lists
    kept.keep_offered(replace(lists, trackers=()))
    assert kept.offered() == replace(lists, trackers=())


def test_deeds_of_a_signal_are_answered_for_each_episode(kept: Store) -> None:
    one, other = episode(), episode(job="abc/other")
    kept.add_episode(one)
    kept.add_episode(other)
    for number, made in ((1, one), (2, other)):
        kept.link(made.key, number)
    taken = Act(episode=one.key, deed=Deed.TAKEN, at=NOON)
    closed = Act(episode=one.key, deed=Deed.CLOSED, at=NOON + HOUR)
    kept.keep_acts(1, NOON, [closed, taken])
    assert kept.acts_of("builds") == {one.key: (taken, closed)}
    assert kept.acts_of("nodes") == {}
