"""Names of sla.yaml and Redmine's: what is renamed counts on, and is told; fields that are gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from itsm_sync.cycle.deciding import Decided
from itsm_sync.cycle.findings import absent
from itsm_sync.cycle.naming import nameless, names_of
from itsm_sync.model.lists import Offered, Priority, Status
from itsm_sync.model.tickets import FieldName, Ref, Ticket
from itsm_sync.store import Store
from tests.builders import NOON, policy, subject, ticket
from tests.promised import levels

LEVELS = levels(
    """
pauses: [의견, Feedback]
resolved: [해결]
targets: [{priority: [긴급], response: 1h}, {response: 4h}]
"""
)


def lists(*statuses: str, urgent: str = "긴급", hours: int = 0) -> Offered:
    """Redmine's lists, statuses numbered as they come; one that is empty is deleted."""
    return Offered(
        at=NOON + timedelta(hours=hours),
        configuration="",
        statuses=tuple(Status(id=n, name=name) for n, name in enumerate(statuses, 1) if name),
        priorities=(Priority(id=7, name=urgent),),
    )


def told(found: Offered) -> dict[str, str]:
    return {one.key: str(one.message) for one in nameless(found, LEVELS)}


def test_what_is_there_or_one_of_what_is_said_there_is_told_nothing_of() -> None:
    assert told(lists("접수", "의견", "해결")) == {}
    assert told(lists("접수", "feedback", "해결")) == {}
    assert list(nameless(None, LEVELS)) == list(nameless(lists("접수"), None)) == []


def test_a_status_that_is_renamed_counts_on_and_is_told_until_the_file_or_redmine_is_mended(
    store: Store,
) -> None:
    store.keep_offered(lists("접수", "의견", "해결"))
    for _ in range(2):  # also once it is the one before that is renamed
        kept = store.keep_offered(lists("접수", "고객 대기", "풀림", urgent="가장 급함"))
        assert kept == store.offered()
        assert names_of(kept, LEVELS).statuses == {"1": "접수", "2": "의견", "3": "해결"}
        assert names_of(kept, LEVELS).priorities == {"7": "긴급"}
    found = told(kept)
    assert [*found] == ["sla/pauses/의견", "sla/resolved/해결", "sla/targets 1 priority/긴급"]
    assert "“의견”" in found["sla/pauses/의견"]
    assert "“고객 대기”" in found["sla/pauses/의견"]
    mended = replace(LEVELS, pauses=("고객 대기",), resolved=("풀림",), targets=LEVELS.targets[1:])
    assert names_of(kept, mended).statuses == {"1": "접수", "2": "고객 대기", "3": "풀림"}
    assert list(nameless(kept, mended)) == []
    back = store.keep_offered(lists("접수", "의견", "해결"))
    assert told(back) == {}
    assert names_of(back, LEVELS).statuses == {"1": "접수", "2": "의견", "3": "해결"}


def test_a_name_that_another_status_has_by_now_is_that_ones(store: Store) -> None:
    store.keep_offered(lists("접수", "의견", "해결"))
    store.keep_offered(lists("접수", "진행", "해결"))
    kept = store.keep_offered(lists("의견", "진행", "해결"))
    assert names_of(kept, LEVELS).statuses == {"1": "의견", "2": "진행", "3": "해결"}
    assert told(kept) == {}


def test_a_status_that_is_deleted_counts_for_what_was_in_it(store: Store) -> None:
    store.keep_offered(lists("접수", "의견", "해결"))
    kept = store.keep_offered(lists("접수", "", "해결"))
    assert names_of(kept, LEVELS).statuses == {"1": "접수", "2": "의견", "3": "해결"}
    assert "has not any more" in told(kept)["sla/pauses/의견"]


def test_a_name_that_stands_beside_the_one_it_was_renamed_to_is_told_nothing_of(
    store: Store,
) -> None:
    store.keep_offered(lists("접수", "Feedback", "해결"))
    kept = store.keep_offered(lists("접수", "의견", "해결"))
    assert told(kept) == {}
    assert names_of(kept, LEVELS).statuses["2"] == "의견"


def test_names_that_redmine_never_had_are_told_together() -> None:
    found = told(lists("접수", "풀림"))
    assert [*found] == ["sla/pauses/의견, Feedback", "sla/resolved/해결"]
    assert "there are: 접수, 풀림" in found["sla/resolved/해결"]


POLICY = policy(labels={FieldName.TEAM: "담당 팀", FieldName.SLA_DUE: "SLA 기한"})
TEAM, DUE = {FieldName.TEAM: ""}, {FieldName.SLA_DUE: ""}


def seen(number: int, fields: dict[FieldName, str], **changes: Any) -> Ticket:
    """A ticket that moved in the hour of its number."""
    at = NOON + timedelta(hours=number)
    return replace(ticket(number, updated_on=at, **changes), fields=fields)


def gone(*tickets: Ticket, clocks: bool = True) -> list[str]:
    subjects = tuple(subject(one) for one in tickets)
    decided = Decided(subjects=subjects, routed=0, unrouted=0, unsure=0)
    return [str(one.message) for one in absent(decided, POLICY, clocks=clocks)]


def test_a_field_that_no_ticket_has_is_told_once() -> None:
    assert gone() == []
    assert gone(seen(1, TEAM | DUE), seen(2, TEAM | DUE)) == []
    (told,) = gone(seen(1, TEAM), seen(2, TEAM))
    assert "SLA 기한" in told
    assert "(#2)" in told
    assert gone(seen(1, TEAM), clocks=False) == []
    assert gone(seen(1, TEAM, closed=True)) == []
    assert len(gone(seen(1, {}))) == 2


def test_a_field_is_gone_where_the_ticket_that_moved_last_lacks_what_others_there_show() -> None:
    elsewhere = {"tracker": Ref(id=2, name="문의")}
    assert gone(seen(1, TEAM | DUE), seen(2, TEAM, **elsewhere)) == []  # it was never there
    assert "(#3)" in gone(seen(3, TEAM), seen(1, TEAM | DUE), seen(2, TEAM, **elsewhere))[0]
    assert gone(seen(3, TEAM), seen(4, TEAM | DUE)) == []  # it is back
