"""What a cycle costs in which nothing has happened, while signals have tickets."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from itsm_sync.cycle.signals.offering import LASTING
from itsm_sync.model.signals import Standing
from itsm_sync.store.schema import metadata
from tests.fake_redmine import FakeOffice
from tests.idling import Idle, statements
from tests.property.bot import Clock, configuration

WHO_AND_ONE_PAGE = ["/my/account.json", "/issues.json"]
DAYS = timedelta(days=3)  # failures of the last day are looked at each time
LISTS = ["/issue_statuses.json", "/projects.json", "/trackers.json",
         "/enumerations/issue_priorities.json"]  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def idle(clock: Clock) -> Iterator[Idle]:
    idle = Idle(FakeOffice(configuration("watching")[0], clock), clock)
    idle.has_tickets(6, 3)
    idle.begins(inventory=4)
    yield idle
    idle.bot.close()


def paths(asked: list[tuple[str, str]]) -> list[str]:
    return [target.partition("?")[0] for _, target in asked]


def test_an_idle_cycle_asks_redmine_who_we_are_and_for_one_page(idle: Idle, clock: Clock) -> None:
    idle.fails(live=3, closed=2)
    standings = [e.standing for e in idle.bot.store.episodes(signal="builds")]
    assert sorted(standings) == [Standing.CLOSED] * 2 + [Standing.OPEN] * 3
    assert len(idle.bot.store.links()) >= 5
    idle.cycle()
    assert paths(idle.cycle()) == WHO_AND_ONE_PAGE
    assert paths(idle.cycle()) == WHO_AND_ONE_PAGE


def test_once_a_day_and_before_each_write_redmine_is_asked_for_its_lists(
    idle: Idle, clock: Clock
) -> None:
    idle.fails(live=1, closed=0)
    clock.wait(LASTING.total_seconds())
    assert set(LISTS) <= set(paths(idle.cycle()))
    assert paths(idle.cycle()) == WHO_AND_ONE_PAGE
    idle.fails(live=1, closed=0)
    assert set(LISTS) <= set(paths(idle.office.door.asked[-60:]))


def test_history_costs_no_statement(clock: Clock) -> None:
    """What is over, and what was said of it, may be ten times as much."""
    costs = []
    for over in (2, 20):
        idle = Idle(FakeOffice(configuration("watching")[0], clock), clock)
        idle.has_tickets(6, 3)
        idle.begins(inventory=4)
        idle.fails(live=3, closed=over, builds=over + 1)
        clock.wait(DAYS.total_seconds())
        idle.settle()
        idle.cycle()
        with statements() as said:
            idle.cycle()
        costs.append(sorted(text.partition(" IN (")[0] for text, _ in said))
        ended = [e for e in idle.bot.store.episodes(signal="builds") if not e.live]
        assert len(ended) == over
        idle.bot.close()
    assert Counter(costs[1]) - Counter(costs[0]) == Counter()


# What is read whole: what is small, what lists are made of (the episodes with tickets, relations of
# configuration items), and what was written.
WHOLE = {"signal_tickets", "relations", "findings", "cycles", "overrides", "streams",
         "dead_letters", "offered", "ledger", "leases", "sources"}  # fmt: skip


def test_whatever_grows_is_found_by_an_index(idle: Idle) -> None:
    idle.fails(live=3, closed=2)
    idle.cycle()
    with statements() as said:
        idle.cycle()
    scanned = set()
    with closing(sqlite3.connect(idle.bot.database)) as database:
        for text, given in said:
            if text.startswith(("SELECT", "UPDATE", "DELETE")):
                steps = database.execute(f"EXPLAIN QUERY PLAN {text}", given)
                scanned |= {step.split()[1] for *_, step in steps if step.startswith("SCAN")}
    assert {name for name in scanned if name in metadata.tables} <= WHOLE
