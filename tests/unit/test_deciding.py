"""Deciding needs a page of items in memory, however many are stored."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from itsm_sync.cycle.deciding import PAGE, Decided
from itsm_sync.cycle.deciding import decide as deciding
from itsm_sync.cycle.subjects import Learner
from itsm_sync.desk.approvals import Meanings
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.routing import Routing
from itsm_sync.settings import Approvals
from itsm_sync.store import Store
from tests.builders import BOT, MATRIX, NOON, item, policy, routing, ticket

CYCLE = Cycle(id="c1", started_at=NOON, configuration="x")
BUILDS = 3 * PAGE


class Counting(Store):
    """Notes how many decisions it is handed at a time."""

    pages: list[int]

    def keep_routings(
        self, made: Sequence[tuple[Item, Routing]], cycle: str, configuration: str, at: datetime
    ) -> int:
        self.pages.append(len(made))
        return super().keep_routings(made, cycle, configuration, at)


@pytest.fixture
def store(url: str) -> Iterator[Counting]:
    with Counting.open(url) as store:
        store.pages = []
        store.begin(CYCLE)
        builds = tuple(
            replace(item(n, key=f"jenkins:ci:a#{n}", source="jenkins", kind="build"), ticket=None)
            for n in range(BUILDS)
        )
        closed = item(3, ticket=ticket(3, closed=True))
        batch = Batch(stream="s", items=(item(1), item(2), closed, *builds))
        store.keep("redmine", batch, CYCLE.id)
        yield store


def decide(store: Store) -> Decided:
    """Decide over a desk that need not be asked; every second item is unsure."""

    def decided(one: Item) -> Routing:
        return routing(key=one.key, sure=len(one.key) % 2 == 0)

    router: Any = SimpleNamespace(route=decided)
    catalogue: Any = SimpleNamespace(enriched=lambda one: one)
    desk: Any = SimpleNamespace(
        account=BOT, histories=lambda ids: {}, groups=lambda projects, teams: {}
    )
    learner = Learner(
        store=store,
        desk=desk,
        router=router,
        catalogue=catalogue,
        matrix=MATRIX,
        policy=policy(),
        meanings=Meanings.of(Approvals()),
        now=NOON,
    )
    return deciding(store, learner, router, catalogue, CYCLE, bot=BOT.id)


def test_every_item_is_decided_once_and_only_open_tickets_stay_in_hand(store: Counting) -> None:
    decided = decide(store)
    assert [s.ticket.id for s in decided.subjects] == [1, 2]
    assert decided.routed == BUILDS + 3
    assert 0 < decided.unsure < decided.routed
    assert max(store.pages) <= PAGE
    assert sum(store.pages) == decided.routed


def test_what_stands_is_not_decided_again_but_open_tickets_are(store: Counting) -> None:
    decide(store)
    again = decide(store)
    assert (again.routed, len(again.subjects)) == (2, 2)
