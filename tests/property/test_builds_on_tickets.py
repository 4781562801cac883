"""Failed builds become a ticket once, which closes on proof: the program over a fake Redmine."""

import pytest

from itsm_sync.model.tickets import FieldName
from tests.builds import HOUR, MINUTE, A, build, pull
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock
from tests.property.jenkins import Jenkins, incidents
from tests.systems import Systems, writes


@pytest.fixture
def bot(bot: Bot, clock: Clock) -> Bot:
    bot.sync()  # the first start: what was before is history
    clock.wait(3600)
    return bot


@pytest.fixture
def jenkins(bot: Bot, clock: Clock, systems: Systems) -> Jenkins:
    return Jenkins(bot, clock, systems)


def test_failures_become_one_ticket_of_the_right_team_that_is_written_once(
    office: FakeOffice, bot: Bot, jenkins: Jenkins, clock: Clock
) -> None:
    jenkins.systems.news.append(pull(7, merged_at=clock(), updated_at=clock()))
    jenkins.builds("FAILURE", commits=(A,))
    assert incidents(office) == []  # one failure is none yet
    jenkins.builds("FAILURE", error="x", error_line="connection refused")
    (ticket,) = incidents(office)
    assert ticket["subject"] == "빌드 실패: abc/build/portal (main)"
    assert (ticket["tracker"]["name"], ticket["priority"]["name"]) == ("사건", "높음")
    assert ticket["project"]["name"] == "ABC 애플리케이션"
    assert "확실한 정도: 높음" in ticket["description"]
    assert office.value(ticket["id"], FieldName.TEAM) == "IT기획팀"
    assert office.value(ticket["id"], FieldName.PROCESS)

    before = writes(office)
    bot.sync()
    assert writes(office) == before


def test_what_goes_on_is_kept_up_and_a_success_of_the_branch_closes(
    office: FakeOffice, bot: Bot, jenkins: Jenkins
) -> None:
    jenkins.builds("SUCCESS", "FAILURE", "FAILURE")
    jenkins.builds("FAILURE", "FAILURE")
    (ticket,) = incidents(office)
    live = [j["notes"] for j in office.journals(ticket["id"]) if "실패 횟수: 4" in j["notes"]]
    assert len(live) == 1
    assert "그 전의 마지막 성공" in live[0]

    jenkins.builds("UNSTABLE", "ABORTED")
    jenkins.builds("SUCCESS", branch="release/2.4")
    assert incidents(office)[0]["status"]["name"] != "완료"

    jenkins.builds("SUCCESS")
    (ticket,) = incidents(office)
    assert ticket["status"]["name"] == "완료"
    assert any("다시 성공하여" in j["notes"] for j in office.journals(ticket["id"]))

    before = writes(office)
    jenkins.sync()
    assert writes(office) == before


def test_the_same_trouble_soon_after_opens_the_same_ticket_again(
    office: FakeOffice, jenkins: Jenkins
) -> None:
    jenkins.builds("FAILURE", "FAILURE", error="x")
    jenkins.builds("SUCCESS")
    jenkins.builds("FAILURE", "FAILURE", error="x")
    (ticket,) = incidents(office)
    assert ticket["status"]["name"] != "완료"
    assert any("다시 실패합니다." in j["notes"] for j in office.journals(ticket["id"]))


def test_what_failed_and_was_well_before_the_first_look_has_no_ticket(
    office: FakeOffice, clock: Clock, systems: Systems
) -> None:
    bot = Bot(office, clock)
    bot.rules, bot.others = "watching", (systems,)
    at = [clock() - n * MINUTE for n in (30, 20, 10)]
    systems.news = [
        build(n, state, at=at[n - 1])
        for n, state in ((1, "FAILURE"), (2, "FAILURE"), (3, "SUCCESS"))
    ]
    for _ in range(2):
        clock.wait(3600)
        bot.sync()
    assert incidents(office) == []
    bot.close()


def test_a_controller_whose_clock_is_ahead_is_told(
    office: FakeOffice, bot: Bot, jenkins: Jenkins, clock: Clock
) -> None:
    def told() -> list[str]:
        found = (str(one.finding.message) for one in bot.store.open_findings())
        return [text for text in found if "clock" in text]

    for number in (1, 2):
        jenkins.systems.news.append(build(number, at=clock() + 9 * HOUR))
    jenkins.sync()
    assert incidents(office) == []
    (text,) = told()
    assert "jenkins:ci" in text

    clock.wait(9 * 3600)
    jenkins.sync()
    assert told() == []
    assert len(incidents(office)) == 1
