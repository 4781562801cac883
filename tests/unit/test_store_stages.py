"""The time in each stage, what was heard of approvals, watchers, and what names a ticket."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.plans import Edit, Outcome, Result, Watch
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.tickets import FieldName
from itsm_sync.store import KeptApproval, Store
from tests.builders import NOON, SUA, item, ticket

HOUR = timedelta(hours=1)
CYCLE = Cycle(id="c1", started_at=NOON, configuration="x")


@pytest.fixture
def store(store: Store) -> Store:
    store.begin(CYCLE)
    return store


def span(stage: str, hours: int, **changes: object) -> StageSpan:
    made = StageSpan(
        ticket=1, process="change", stage=stage, row="r", team="it", entered_at=NOON + hours * HOUR
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def keep(store: Store, *spans: StageSpan, configuration: str = "x", hours: int = 99) -> None:
    store.keep_stages(spans, configuration, NOON + hours * HOUR)


def test_a_span_ends_where_the_next_begins(store: Store) -> None:
    for one in (span("request", 0), span("request", 1), span("approve", 2), span("approve", 3)):
        keep(store, one)
    first, second = store.stage_spans([1])[1]
    assert (first.stage, first.entered_at, first.left_at) == ("request", NOON, NOON + 2 * HOUR)
    assert (second.stage, second.entered_at, second.left_at) == ("approve", NOON + 2 * HOUR, None)


def test_what_another_configuration_moved_moved_in_the_cycle(store: Store) -> None:
    keep(store, span("request", 0))
    keep(store, span("assess", 0), configuration="y", hours=5)
    _, second = store.stage_spans([1])[1]
    assert second.entered_at == NOON + 5 * HOUR
    keep(store, span("approve", 6), configuration="y")
    assert store.stage_spans([1])[1][-1].entered_at == NOON + 6 * HOUR


def test_a_stage_that_goes_on_under_a_new_configuration_is_moved_by_people_again(
    store: Store,
) -> None:
    keep(store, span("request", 0))
    keep(store, span("request", 0), configuration="y")
    keep(store, span("assess", 3), configuration="y")
    assert store.stage_spans([1])[1][-1].entered_at == NOON + 3 * HOUR


def test_a_closed_ticket_leaves_its_stage_and_a_reopened_one_begins_anew(store: Store) -> None:
    keep(store, span("request", 0))
    store.end_stages({1: NOON + HOUR, 2: NOON})
    keep(store, span("request", 4))
    first, second = store.stage_spans([1])[1]
    assert first.left_at == NOON + HOUR
    assert (second.entered_at, second.left_at) == (NOON + 4 * HOUR, None)
    assert store.stage_spans([2]) == {}


def test_no_span_ends_before_it_began(store: Store) -> None:
    keep(store, span("approve", 5))
    keep(store, span("request", 3))
    assert [s.entered_at for s in store.stage_spans([1])[1]] == [NOON + 5 * HOUR] * 2


def heard() -> KeptApproval:
    said = Said(verdict=Verdict.APPROVED, by=SUA.name, at=NOON, journal=7, field=None)
    return KeptApproval(
        ticket=1, approval=Approval(stands=said), team="business", claim="|4", seen=NOON
    )


def test_an_approval_is_kept_and_is_as_good_as_new_after_our_own_write(store: Store) -> None:
    store.keep("redmine", Batch(stream="s", items=(item(1),)), "c1")
    store.keep_approvals([heard()])
    assert store.approvals([1, 2]) == {1: heard()}
    after = ticket(1, updated_on=NOON + HOUR)
    edit = Edit(ticket=ticket(1), key="redmine:issue/1", fields=())
    result = Result(edit=edit, outcome=Outcome.APPLIED, written={FieldName.STAGE: "x"}, after=after)
    store.record(result, "c1", NOON)
    assert store.approvals([1])[1].seen == NOON + HOUR


def watch(team: str) -> Watch:
    return Watch(process="change", stage="assess", team=team, group=21, name=team)


def test_watchers_asked_for_are_kept_and_those_not_made_are_tried_again(store: Store) -> None:
    edit = Edit(ticket=ticket(1), key="k", fields=(), watchers=(watch("it"), watch("business")))
    result = Result(edit=edit, outcome=Outcome.PARTLY, watched=(watch("it"),))
    store.record(result, "c1", NOON)
    place = ("change", "assess")
    assert store.watched([1], NOON) == {1: {(*place, "it"): True, (*place, "business"): False}}
    refused = replace(result, watch_again=NOON + HOUR)
    store.record(refused, "c1", NOON)
    for now, done in ((NOON, True), (NOON + HOUR, False)):
        assert store.watched([1], now)[1][*place, "business"] is done
    store.record(replace(result, watched=edit.watchers), "c1", NOON)
    assert store.watched([1], NOON)[1][*place, "business"] is True


def pull(*tickets: int) -> Item:
    keys = tuple(f"redmine:issue/{number}" for number in tickets)
    made = item(key="github:abc/app/pull/7", source="github", kind="pull", facts={})
    return replace(made, ticket=None, facts={"references": keys} if keys else {})


def test_what_names_a_ticket_is_known_until_it_names_it_no_more(store: Store) -> None:
    key = "redmine:issue/1"
    for named, expected in (((1, 2), 1), ((2,), 0), ((1,), 1), ((), 0)):
        store.keep("github", Batch(stream="s", items=(pull(*named),)), "c1")
        assert len(store.linked([key]).get(key, ())) == expected


def test_what_is_gone_names_nothing(store: Store) -> None:
    store.keep("github", Batch(stream="s", items=(pull(1),)), "c1")
    store.keep("github", Batch(stream="s", gone=(pull(1).key,)), "c1")
    assert store.linked(["redmine:issue/1"]) == {}


def test_what_has_a_commit_or_a_tickets_branch_is_found_by_it(store: Store) -> None:
    made = replace(pull(1), facts={"merge_sha": "a" * 40, "branch": "fix/42"})
    store.keep("github", Batch(stream="s", items=(made,)), "c1")
    for name in (f"commit:{'a' * 40}", "branch:redmine:issue/42"):
        assert store.linked([name]) == {name: (made,)}
    assert store.linked(["redmine:issue/42"]) == {}
