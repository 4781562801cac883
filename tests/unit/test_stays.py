"""When a ticket came to the stage in which we saw it first."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.histories import Deed, Event, Reading
from itsm_sync.model.plans import Override
from itsm_sync.model.stages import StageSpan, begun
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.stays import Stays
from itsm_sync.store import KeptApproval, Store
from tests.builders import NOON, SUA, item
from tests.worlds import history, moved, noted, span

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MADE = NOON - 60 * DAY
SEEN = replace(span(NOON), ticket=1)  # as stored at our first look
CHANGED = moved(NOON - 20 * DAY)


def first(*events: Event, moves: tuple[datetime, ...] = (), at: datetime = NOON) -> datetime:
    spans = begun((replace(SEEN, entered_at=at),), history(MADE, *events), moves)
    return spans[0].entered_at


def retracked(at: datetime) -> Event:
    return Event(deed=Deed.TRACKER, at=at, by=1, journal=2, old="1", new="2")


@pytest.mark.parametrize(
    ("events", "came"),
    [
        ((), MADE),
        ((noted(NOON),), MADE),
        ((CHANGED, noted(NOON)), CHANGED.at),
        ((moved(NOON - 30 * DAY), CHANGED, noted(NOON - DAY)), CHANGED.at),
        ((CHANGED, retracked(NOON - 2 * DAY)), NOON - 2 * DAY),
        ((CHANGED, moved(NOON)), NOON),
        ((CHANGED, moved(NOON + DAY)), CHANGED.at),
    ],
    ids=["never touched", "a comment", "a status before it", "the last of two", "a tracker",
         "in the edit that we saw", "one after our first look"],
)  # fmt: skip
def test_a_stage_began_with_what_led_to_it_and_not_with_the_edit_that_we_saw_first(
    events: tuple[Event, ...], came: datetime
) -> None:
    assert first(*events) == came


def test_other_moves_count_that_came_before_our_first_look() -> None:
    assert first(CHANGED, moves=(NOON - 3 * DAY, NOON + DAY)) == NOON - 3 * DAY


def test_the_stages_that_we_saw_beginning_stay_and_so_does_what_no_history_tells() -> None:
    spans = (replace(SEEN, left_at=NOON + DAY), replace(SEEN, entered_at=NOON + DAY))
    late = history(MADE, CHANGED, noted(NOON + DAY))
    assert begun(spans, late) == (replace(spans[0], entered_at=CHANGED.at), spans[1])
    assert begun(spans, None) == spans
    assert begun((), late) == ()
    assert first(at=MADE - HOUR) == MADE - HOUR, "the clocks of two systems differ"


def stood(store: Store, *, linked: bool = False) -> StageSpan:
    known = Stays(store=store, histories=store.histories).known({1: linked})
    return known.spans[1][0]


@pytest.fixture
def looked(store: Store) -> Store:
    """A ticket whose status changed twenty days before our first look, and that was commented."""
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
    store.keep_stages([SEEN], "x", NOON)
    assert stood(store).entered_at == NOON, "nothing is known better yet"
    read = history(MADE, CHANGED, noted(NOON))
    store.keep_histories([Reading(history=read, shape="", closed=False)])
    return store


def test_what_stands_in_the_store_is_told_by_the_history_once_that_is_read(looked: Store) -> None:
    assert stood(looked).entered_at == CHANGED.at


def test_a_verdict_and_a_person_s_decision_are_movements(looked: Store) -> None:
    said = Said(verdict=Verdict.APPROVED, by=SUA.name, at=NOON - 9 * DAY, journal=1, field=None)
    looked.keep_approvals(
        [KeptApproval(ticket=1, approval=Approval(stands=said), team="it", claim="", seen=NOON)]
    )
    assert stood(looked).entered_at == said.at
    for name, days in ((FieldName.STAGE, 5), (FieldName.TEAM, 4)):
        mine = Override(ticket=1, field=name, value="x", by=SUA.name, at=NOON - days * DAY)
        looked.keep_overrides([mine], [], "c1", NOON)
    assert stood(looked).entered_at == NOON - 5 * DAY, "another team alone is no other stage"


def test_what_names_a_ticket_moves_it_where_it_decided_the_stage(looked: Store) -> None:
    pull = item(key="github:abc/app/pull/7", source="github", kind="pull", facts={})
    named = replace(
        pull,
        ticket=None,
        facts={"references": ("redmine:issue/1",)},
        updated_at=NOON - 2 * DAY,
    )
    looked.keep("github", Batch(stream="s", items=(named,)), "c1")
    assert stood(looked).entered_at == CHANGED.at
    assert stood(looked, linked=True).entered_at == NOON - 2 * DAY
