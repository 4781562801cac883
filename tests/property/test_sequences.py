"""Sequences that once overwrote a person's decision, or read more than they need."""

from collections.abc import Iterator

import pytest

from itsm_sync.model.tickets import FieldName
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock, configuration

TEAM, ASSIGNEE, KEY = FieldName.TEAM, FieldName.ASSIGNEE, FieldName.KEY
IT, BUSINESS = "IT기획팀", "신사업팀"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(clock: Clock) -> FakeOffice:
    return FakeOffice(configuration("shipped")[0], clock)


@pytest.fixture
def bot(office: FakeOffice, clock: Clock) -> Iterator[Bot]:
    bot = Bot(office, clock)
    yield bot
    bot.close()


@pytest.fixture
def ticket(office: FakeOffice, bot: Bot, clock: Clock) -> int:
    """A ticket that the rules give to IT planning, and changed rules to new business."""
    number = office.create("yujin", "결제가 안 됩니다")
    bot.sync()
    assert office.value(number, TEAM) == IT
    clock.wait(60)
    return number


def change_rules(bot: Bot, clock: Clock) -> None:
    clock.wait(60)
    bot.rules = "strategic"
    bot.sync()


def journals_read(office: FakeOffice, ticket: int) -> int:
    asked = (target for _, target in office.door.asked if target.startswith(f"/issues/{ticket}."))
    return sum("journals" in target for target in asked)


def test_what_nobody_chose_moves_with_the_rules(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int
) -> None:
    change_rules(bot, clock)
    assert office.value(ticket, TEAM) == BUSINESS
    assert office.read(ticket)["assigned_to"]["name"] == BUSINESS


@pytest.mark.parametrize("seen", [True, False])
def test_a_team_emptied_and_chosen_again_is_a_persons(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int, seen: bool
) -> None:
    office.update("sua", ticket, fields={TEAM: ""})
    office.update("sua", ticket, fields={TEAM: IT})
    if seen:
        bot.sync()
    change_rules(bot, clock)
    assert office.value(ticket, TEAM) == IT


def test_a_group_that_a_person_assigned_again_stays(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int
) -> None:
    office.update("sua", ticket, assigned_to_id="")
    office.update("sua", ticket, assigned_to_id=office.groups[IT])
    change_rules(bot, clock)
    assert office.value(ticket, TEAM) == BUSINESS
    assert office.read(ticket)["assigned_to"]["name"] == IT


def test_a_team_chosen_anew_after_a_tracker_took_it_away_is_a_persons(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int
) -> None:
    office.take_off(TEAM, "지원")
    for tracker in ("지원", "결함"):
        office.update("haeun", ticket, tracker_id=office.number("trackers", tracker))
    office.update("sua", ticket, fields={TEAM: IT})
    bot.sync()
    change_rules(bot, clock)
    assert office.value(ticket, TEAM) == IT


def test_a_new_ticket_with_the_number_of_a_deleted_one_is_a_ticket_of_its_own(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int
) -> None:
    office.delete("admin", ticket)
    assert office.create("haeun", "결제가 안 됩니다", fields={TEAM: IT}) == ticket
    change_rules(bot, clock)
    assert office.value(ticket, TEAM) == IT


def test_a_history_is_read_before_a_decision_is_replaced_and_not_again(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int
) -> None:
    before = journals_read(office, ticket)
    bot.sync()
    assert journals_read(office, ticket) == before
    change_rules(bot, clock)
    assert journals_read(office, ticket) == before + 2  # the doubt, and the reading back
    bot.sync()
    assert journals_read(office, ticket) == before + 2


def test_a_decision_that_redmine_refuses_to_replace_is_doubted_once(
    office: FakeOffice, bot: Bot, clock: Clock, ticket: int
) -> None:
    for name in (TEAM, FieldName.PROCESS, FieldName.ROLE, FieldName.APPROVING_TEAM):
        office.world.fields[office.fields[name]].values.clear()
    change_rules(bot, clock)
    bot.sync()
    before, puts = journals_read(office, ticket), office.door.count("PUT")
    bot.sync()
    assert (journals_read(office, ticket), office.door.count("PUT")) == (before, puts)
