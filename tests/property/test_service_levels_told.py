"""Clocks on tickets: shown where they move, told once, and read only where something happened."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itsm_sync.cycle import Summary
from itsm_sync.model.tickets import FieldName
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.answering import Request
from tests.property.bot import Bot, Clock, configuration

STATE, DUE = FieldName.SLA_STATE, FieldName.SLA_DUE
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MONDAY = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)  # nine in the morning in Seoul
OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"


class Town:
    """People, the bot, and what it asks of Redmine."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.clock.at = MONDAY - 3 * 24 * HOUR
        settings, _, _ = configuration("levelled")
        self.office = FakeOffice(settings, self.clock)
        self.bot = Bot(self.office, self.clock)
        self.bot.rules = "levelled"
        self.requests: list[Request] = []
        self.office.door.before = self.requests.append
        self.sync()  # the policy comes into force here
        self.clock.at = MONDAY

    def sync(self) -> Summary:
        self.requests.clear()
        done = self.bot.sync()
        assert done is not None
        return done

    def quiet(self) -> Summary:
        """A cycle that finds nothing to do: it reads no journal, and writes nothing."""
        done = self.sync()
        assert self.read == 0
        assert self.written == 0
        return done

    @property
    def read(self) -> int:
        return sum("journals" in one.target for one in self.requests)

    @property
    def written(self) -> int:
        return sum(one.method != "GET" for one in self.requests)

    def shown(self, ticket: int) -> tuple[str | None, str | None]:
        return self.office.value(ticket, STATE), self.office.value(ticket, DUE)

    def told(self, ticket: int) -> list[dict[str, Any]]:
        notes = (one for one in self.office.journals(ticket) if one["notes"])
        return [one for one in notes if "itsm-sync: sla_" in one["notes"]]

    def update(self, login: str, ticket: int, **attributes: object) -> None:
        self.clock.wait(1)  # Redmine tells no fractions: what is of our second is not seen
        self.office.update(login, ticket, **attributes)

    def status(self, login: str, ticket: int, name: str) -> None:
        self.update(login, ticket, status_id=self.office.number("issue_statuses", name))


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.bot.close()


def test_a_new_ticket_shows_the_next_that_runs_out_without_a_journal_read(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    assert town.shown(number) == ("지킴", "2026-03-09 14:00")  # 4 h, without an hour at noon
    assert town.read == 1  # what was written is read back
    town.quiet()


def test_fields_change_when_a_share_is_gone_and_an_answer_shows_the_next_promise(
    town: Town,
) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.clock.wait(2 * 3600)
    town.quiet()
    town.clock.wait(3600 + 1800)  # half past twelve: 3 of 4 hours are gone
    town.sync()
    assert town.shown(number) == ("임박", "2026-03-09 14:00")
    town.update("seojun", number, notes="보고 있습니다")
    town.sync()
    assert town.shown(number) == ("지킴", "2026-03-11 18:00")  # the resolution: three days
    town.quiet()


def test_a_breach_stays_until_the_ticket_is_closed(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.clock.wait(6 * 3600)
    town.sync()
    assert town.shown(number) == ("위반", "2026-03-09 14:00")
    town.update("seojun", number, notes="늦었습니다")
    town.sync()
    assert town.shown(number) == ("위반", "2026-03-11 18:00")
    town.quiet()


def test_a_ticket_that_waits_for_its_requester_has_no_end(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.status("seojun", number, "의견")
    town.sync()
    assert town.shown(number) == ("지킴", "")
    town.clock.wait(24 * 3600)
    town.quiet()
    town.status("seojun", number, "진행")
    town.sync()
    assert town.shown(number) == ("지킴", "2026-03-13 09:00")  # a day later, and a second
    town.quiet()


def test_each_share_is_told_once_in_private_and_inside_business_hours(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.clock.at = MONDAY + 3 * HOUR + 30 * MINUTE  # 75 % since noon, and everybody at lunch
    town.sync()
    assert town.told(number) == []
    town.clock.at = MONDAY + 4 * HOUR + 5 * MINUTE
    town.sync()
    (note,) = town.told(number)
    assert note["private_notes"]
    assert "75퍼센트" in note["notes"]
    assert "응답" in note["notes"]
    town.quiet()
    town.clock.wait(3600)
    town.sync()
    assert ["100퍼센트" in one["notes"] for one in town.told(number)] == [False, True]
    town.quiet()
    assert all("itsm-sync" in one["user"]["name"] for one in town.told(number))


def test_a_database_that_is_lost_tells_nothing_twice(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.clock.at = MONDAY + 4 * HOUR + 5 * MINUTE
    town.sync()
    assert len(town.told(number)) == 1
    town.bot.lose_database()
    assert town.bot.plan().plan.edits == ()
    town.quiet()
    town.clock.at = MONDAY + 5 * HOUR + 5 * MINUTE
    town.sync()
    assert len(town.told(number)) == 2
    town.quiet()


def test_a_kill_between_write_and_record_tells_nothing_twice(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.clock.at = MONDAY + 4 * HOUR + 5 * MINUTE
    assert town.bot.sync(killed=True) is None
    assert len(town.told(number)) == 1
    town.sync()
    assert len(town.told(number)) == 1
    town.quiet()


def test_a_backlog_shows_how_it_stands_and_is_not_told_of(town: Town) -> None:
    numbers = [town.office.create("yujin", f"{OUTAGE} {n}") for n in range(3)]
    town.clock.wait(6 * 3600)
    town.bot.lose_database()
    town.sync()
    for number in numbers:
        assert town.shown(number)[0] == "위반"
        assert town.told(number) == []
    town.quiet()


def test_a_pinned_ticket_is_left_alone_but_for_its_clocks(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE, fields={FieldName.PIN: "1"})
    town.sync()
    assert town.shown(number) == ("지킴", "2026-03-09 14:00")
    assert town.office.value(number, FieldName.TEAM) == ""
    town.quiet()
    town.clock.at = MONDAY + 4 * HOUR + 5 * MINUTE
    town.sync()
    assert len(town.told(number)) == 1
    assert town.shown(number)[0] == "임박"
    assert town.office.value(number, FieldName.TEAM) == ""
    town.quiet()


def test_a_pinned_ticket_is_told_of_in_a_new_database_too(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE, fields={FieldName.PIN: "1"})
    town.sync()
    town.bot.lose_database()
    town.quiet()
    town.clock.at = MONDAY + 4 * HOUR + 5 * MINUTE
    town.sync()
    assert len(town.told(number)) == 1
    town.quiet()


def test_a_closed_ticket_is_read_once_more_and_never_written(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.status("seojun", number, "완료")
    town.sync()
    assert town.read == 1
    assert town.written == 0
    assert town.bot.store.histories([number])[number].events[-1].new == str(
        town.office.number("issue_statuses", "완료")
    )
    town.quiet()
    town.status("seojun", number, "진행")
    town.sync()
    assert town.shown(number)[0] == "지킴"
    town.quiet()


def test_what_people_write_once_it_was_answered_is_not_read(town: Town) -> None:
    number = town.office.create("yujin", OUTAGE)
    town.sync()
    town.update("seojun", number, notes="보고 있습니다")
    town.sync()
    town.update("yujin", number, notes="고맙습니다")
    town.quiet()
    town.update("seojun", number, priority_id=town.office.number(
        "enumerations/issue_priorities", "높음"))  # fmt: skip
    town.sync()
    assert town.shown(number) == ("지킴", "2026-03-10 09:00")  # 8 h of a high one
    town.quiet()


def test_old_histories_are_read_in_turn_and_the_rest_is_told_of(town: Town) -> None:
    numbers = [town.office.create("yujin", f"{OUTAGE} {n}") for n in range(5)]
    town.clock.wait(60)
    for number in numbers:
        town.update("seojun", number, notes="보고 있습니다")
    for number in numbers[3:]:
        town.status("seojun", number, "완료")
    town.bot.lose_database()
    town.bot.a_cycle = 2
    left = [town.sync().decided.unheard for _ in range(3)]
    assert left == [3, 0, 0]  # what is written to is read back anyway
    town.quiet()
    assert len(town.bot.store.histories(numbers)) == 5
