"""A signal's ticket is deleted, and Redmine gives its number to another one."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builds import build
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock, configuration
from tests.systems import Systems, writes


class Jenkins:
    """One Redmine, one bot, and the builds that it sees."""

    def __init__(self) -> None:
        self.clock, self.systems, self.number = Clock(), Systems(), 0
        self.office = FakeOffice(configuration("watching")[0], self.clock)
        self.bot = Bot(self.office, self.clock)
        self.bot.rules, self.bot.others = "watching", (self.systems,)
        self.bot.sync()
        self.clock.wait(3600)

    def builds(self, *states: str, **facts: Any) -> None:
        """Build so often; then two cycles an hour apart."""
        for state in states:
            self.number += 1
            self.clock.wait(600)
            self.systems.news.append(build(self.number, state, at=self.clock(), **facts))
        for _ in range(2):
            self.clock.wait(3600)
            assert self.bot.sync() is not None

    def incidents(self) -> list[tuple[int, bool]]:
        """The tickets of failed builds: number, and whether it is closed."""
        found = [i for i in self.office.world.issues.values() if "빌드 실패" in i.subject]
        return [(i.id, self.office.world.statuses[i.status].closed) for i in found]


@pytest.fixture
def jenkins() -> Iterator[Jenkins]:
    made = Jenkins()
    yield made
    made.bot.close()


def test_the_next_trouble_s_ticket_may_have_the_number(jenkins: Jenkins) -> None:
    jenkins.builds("FAILURE", "FAILURE")
    ((number, _),) = jenkins.incidents()
    jenkins.office.delete("admin", number)
    jenkins.builds("SUCCESS")
    jenkins.builds("FAILURE", "FAILURE")
    assert jenkins.incidents() == [(number, False)]
    jenkins.builds("FAILURE")
    jenkins.builds("SUCCESS")
    assert jenkins.incidents() == [(number, True)]
    before = writes(jenkins.office)
    jenkins.builds()
    assert writes(jenkins.office) == before


def test_another_job_s_ticket_may_have_the_number_before_the_deletion_is_seen(
    jenkins: Jenkins,
) -> None:
    jenkins.builds("FAILURE", "FAILURE")
    ((number, _),) = jenkins.incidents()
    jenkins.office.delete("admin", number)
    jenkins.builds("FAILURE", "FAILURE", job="abc/build/api")
    assert jenkins.incidents() == [(number, False)]
    jenkins.builds("SUCCESS")  # of the job whose ticket was deleted
    assert jenkins.incidents() == [(number, False)]
    jenkins.builds("SUCCESS", job="abc/build/api")
    assert jenkins.incidents() == [(number, True)]


def test_a_person_s_ticket_with_the_number_is_a_person_s(jenkins: Jenkins) -> None:
    jenkins.builds("FAILURE", "FAILURE")
    ((number, _),) = jenkins.incidents()
    jenkins.office.delete("admin", number)
    assert jenkins.office.create("yujin", "로그인이 안 돼요") == number
    jenkins.builds()
    jenkins.builds("FAILURE")
    jenkins.builds("SUCCESS")
    ticket = jenkins.office.world.issues[number]
    assert ticket.subject == "로그인이 안 돼요"
    assert not jenkins.office.world.statuses[ticket.status].closed
    assert not any("itsm-sync:" in (entry.notes or "") for entry in ticket.journals)
    jenkins.builds("FAILURE", "FAILURE")
    ((other, closed),) = jenkins.incidents()
    assert (other == number, closed) == (False, False)
    before = writes(jenkins.office)
    jenkins.builds()
    assert writes(jenkins.office) == before


def test_a_person_s_ticket_may_have_the_number_of_one_that_nobody_read_again(
    jenkins: Jenkins,
) -> None:
    for _ in range(2):
        jenkins.number += 1
        jenkins.clock.wait(600)
        news = build(jenkins.number, "FAILURE", at=jenkins.clock())
        jenkins.systems.news.append(news)
    jenkins.clock.wait(3600)
    assert jenkins.bot.sync() is not None  # opens it
    ((number, _),) = jenkins.incidents()
    jenkins.office.delete("admin", number)
    jenkins.builds()  # it is missed
    assert jenkins.office.create("yujin", "로그인이 안 돼요") == number
    jenkins.builds("SUCCESS")
    jenkins.builds("FAILURE", "FAILURE")
    ticket = jenkins.office.world.issues[number]
    assert not jenkins.office.world.statuses[ticket.status].closed
    assert not any("itsm-sync:" in (entry.notes or "") for entry in ticket.journals)
    ((other, closed),) = jenkins.incidents()
    assert (other == number, closed) == (False, False)
    before = writes(jenkins.office)
    jenkins.builds()
    assert writes(jenkins.office) == before


def test_new_trouble_after_a_closed_ticket_was_deleted_gets_a_ticket(jenkins: Jenkins) -> None:
    jenkins.builds("FAILURE", "FAILURE")
    jenkins.builds("SUCCESS")
    ((number, closed),) = jenkins.incidents()
    assert closed
    jenkins.office.create("yujin", "뒤에 온 것")
    jenkins.office.delete("admin", number)
    jenkins.builds("FAILURE", "FAILURE")  # within the time in which the same would come back
    jenkins.builds("FAILURE")
    ((other, closed),) = jenkins.incidents()
    assert (other == number, closed) == (False, False)
    jenkins.builds("SUCCESS")
    assert jenkins.incidents() == [(other, True)]
    before = writes(jenkins.office)
    jenkins.builds()
    assert writes(jenkins.office) == before
