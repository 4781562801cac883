"""The ways that people may take through statuses follow the stages of the rules that ship."""

from collections.abc import Iterable

import pytest
from sandbox.configuration import SHIPPED

from itsm_sync.desk import workflows
from itsm_sync.desk.workflows import ENDS, RECEIVED, STATUSES, TRACKERS, WAYS, Ways
from itsm_sync.model.words import Words
from itsm_sync.routing import Router
from itsm_sync.settings import Settings, load
from tests.builders import item

OF = dict(WAYS)
STAGES = {
    workflows.CHANGE: {
        "접수": "request", "검토": "assess", "승인 대기": "approve", "승인": "approve",
        "반려": "approve", "실행": "implement", "검증": "review", "완료": "review",
        "거절": "assess",
    },
    workflows.RELEASE: {
        "접수": "plan", "검토": "plan", "승인 대기": "approve", "승인": "approve",
        "반려": "approve", "실행": "build-test-deploy", "검증": "review",
        "완료": "review", "거절": "plan",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(SHIPPED, {}, secrets=False)


def reached(ways: Ways, start: Iterable[Words]) -> set[Words]:
    found, last = set(start), set()
    while found != last:
        last = set(found)
        found |= {new for old, news in ways for new in news if old in last}
    return found


@pytest.mark.parametrize("tracker", list(OF))
def test_a_ticket_can_come_from_its_first_status_to_each_other_and_back(tracker: Words) -> None:
    assert reached(OF[tracker], [RECEIVED]) == {*STATUSES, *ENDS}
    assert all(RECEIVED in reached(OF[tracker], [status]) for status in (*STATUSES, *ENDS))


def test_a_change_is_carried_out_after_the_approval_or_as_an_emergency_at_once() -> None:
    before = {old for old, news in OF[workflows.CHANGE] if workflows.IMPLEMENTING in news}
    assert before == {workflows.APPROVED, RECEIVED, workflows.VERIFYING}


def test_only_what_waits_for_an_approval_is_approved_or_sent_back() -> None:
    for ways in OF.values():
        for decision in (workflows.APPROVED, workflows.SENT_BACK):
            before = {old for old, news in ways if decision in news}
            assert before <= {workflows.AWAITING, workflows.IMPLEMENTING}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("tracker", list(OF))
def test_each_status_of_a_tracker_gives_its_stage(
    tracker: Words, language: str, settings: Settings
) -> None:
    router = Router(settings.matrix, settings.rules)
    told = {}
    for status in (*STATUSES, *ENDS):
        facts = {"tracker": tracker[language], "status": status[language]}
        routing = router.route(item(title="-", facts=facts))
        assert routing.sure
        told[status.ko] = routing.stage
    assert told == STAGES[tracker]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_status_by_which_people_decide_is_one_the_settings_know(
    language: str, settings: Settings
) -> None:
    says = settings.redmine.approvals.statuses
    assert workflows.AWAITING[language] in says.awaiting
    assert workflows.APPROVED[language] in says.approved
    assert workflows.SENT_BACK[language] in says.rejected


@pytest.mark.parametrize("language", ["ko", "en"])
def test_names_stay_apart_in_each_language(language: str) -> None:
    for named in (TRACKERS, (*STATUSES, *ENDS)):
        assert len({words[language] for words in named}) == len(named)
