"""A lost database costs no ticket, no value and no note: the program over a fake Redmine."""

import pytest

from tests.builds import A, pull
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock
from tests.property.jenkins import Jenkins, incidents
from tests.systems import Systems, writes


@pytest.fixture
def bot(bot: Bot, clock: Clock) -> Bot:
    bot.sync()
    clock.wait(3600)
    return bot


@pytest.fixture
def jenkins(bot: Bot, clock: Clock, systems: Systems) -> Jenkins:
    return Jenkins(bot, clock, systems)


def loses(bot: Bot, jenkins: Jenkins, office: FakeOffice) -> int:
    """How often the cycles after the loss of the database write."""
    before = writes(office)
    bot.lose_database()
    bot.sync()
    jenkins.sync()
    return writes(office) - before


def test_the_note_that_tells_what_goes_on_is_known_again(
    bot: Bot, jenkins: Jenkins, office: FakeOffice
) -> None:
    jenkins.builds("FAILURE", "FAILURE")
    jenkins.builds("FAILURE")
    assert loses(bot, jenkins, office) == 0
    jenkins.builds("FAILURE")
    (ticket,) = incidents(office)
    live = [j for j in office.journals(ticket["id"]) if "itsm-sync: live" in (j["notes"] or "")]
    assert len(live) == 1
    assert "실패 횟수: 4" in live[0]["notes"]


def test_the_note_of_deliveries_on_a_persons_ticket_is_known_again(
    bot: Bot, jenkins: Jenkins, office: FakeOffice, clock: Clock, systems: Systems
) -> None:
    number = office.create("yujin", "결제가 안 됩니다")
    names = (f"redmine:issue/{number}",)
    systems.news.append(pull(7, references=names, merged_at=clock(), updated_at=clock()))
    jenkins.builds("SUCCESS", commits=(A,))
    notes = [j for j in office.journals(number) if "itsm-sync: deliveries" in (j["notes"] or "")]
    assert len(notes) == 1
    assert loses(bot, jenkins, office) == 0


def test_what_people_will_not_have_mended_stays_quiet(
    bot: Bot, jenkins: Jenkins, office: FakeOffice
) -> None:
    jenkins.builds("FAILURE", "FAILURE", error="x")
    (ticket,) = incidents(office)
    office.update("admin", ticket["id"], status_id=office.number("issue_statuses", "거절"))
    jenkins.sync()
    assert loses(bot, jenkins, office) == 0
    jenkins.builds("FAILURE", error="x")
    assert len(incidents(office)) == 1


def test_a_description_that_tells_more_than_is_known_now_stays(
    bot: Bot, jenkins: Jenkins, office: FakeOffice, systems: Systems
) -> None:
    jenkins.builds("FAILURE", "FAILURE", log="연결이 거부됨")
    (ticket,) = incidents(office)
    del systems.news[0]  # Jenkins has discarded the first failure
    loses(bot, jenkins, office)
    jenkins.builds("FAILURE")
    (now,) = incidents(office)
    assert now["description"] == ticket["description"]
    jenkins.builds("SUCCESS")
    (now,) = incidents(office)
    assert (now["status"]["name"], now["description"]) == ("완료", ticket["description"])


def test_a_job_of_which_nothing_is_known_any_more_goes_on_with_its_ticket(
    bot: Bot, jenkins: Jenkins, office: FakeOffice, systems: Systems
) -> None:
    jenkins.builds("FAILURE", "FAILURE", log="연결이 거부됨")
    (ticket,) = incidents(office)
    systems.news.clear()
    assert loses(bot, jenkins, office) == 0
    jenkins.builds("FAILURE", "FAILURE")
    (now,) = incidents(office)
    assert now["description"] == ticket["description"]
    jenkins.builds("SUCCESS")
    assert [one["status"]["name"] for one in incidents(office)] == ["완료"]
    before = writes(office)
    jenkins.sync()
    assert writes(office) == before


def failures(office: FakeOffice) -> str:
    (ticket,) = incidents(office)
    (live,) = [
        j["notes"] for j in office.journals(ticket["id"]) if "itsm-sync: live" in (j["notes"] or "")
    ]
    return str(live)


def test_failures_count_on_where_their_builds_and_the_database_are_gone(
    office: FakeOffice, bot: Bot, jenkins: Jenkins
) -> None:
    jenkins.builds("FAILURE", "FAILURE", "FAILURE", "FAILURE", "FAILURE")
    assert "실패 횟수: 5\n" in failures(office)
    jenkins.systems.news = jenkins.systems.news[-2:]
    bot.lose_database()
    jenkins.sync()
    assert "실패 횟수: 5\n" in failures(office)
    jenkins.builds("FAILURE")
    assert "실패 횟수: 6\n" in failures(office)
