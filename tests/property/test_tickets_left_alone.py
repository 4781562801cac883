"""Tickets of signals that nothing can keep up stay as they are, and people are told so."""

from typing import Any

import pytest

from tests.builds import build
from tests.fake_redmine import FakeOffice
from tests.property.bot import WATCHING, Bot, Clock
from tests.systems import Systems, writes


def _builds_off(settings: Any) -> None:
    settings["builds"]["enabled"] = False
    settings["deliveries"]["enabled"] = False


WATCHING["without builds"] = {"signals.yaml": _builds_off}


@pytest.fixture
def bot(bot: Bot, clock: Clock, systems: Systems) -> Bot:
    """The bot, which opened a ticket for a job that fails; the job is well again."""
    bot.sync()
    clock.wait(3600)
    for number in (1, 2):
        clock.wait(600)
        systems.news.append(build(number, at=clock()))
    for _ in range(2):
        clock.wait(3600)
        bot.sync()
    systems.news.append(build(3, "SUCCESS", at=clock()))
    return bot


def told(bot: Bot, words: str = "switched off") -> list[str]:
    found = (str(one.finding.message) for one in bot.store.open_findings())
    return [text for text in found if words in text]


@pytest.mark.parametrize("without", ["without builds", "shipped"])
def test_a_ticket_whose_signal_is_switched_off_is_left_alone_and_told(
    office: FakeOffice, bot: Bot, clock: Clock, without: str
) -> None:
    before, bot.rules = writes(office), without
    for _ in range(2):
        clock.wait(3600)
        bot.sync()
    assert writes(office) == before
    (ticket,) = (i for i in office.world.issues.values() if "빌드 실패" in i.subject)
    assert not office.world.statuses[ticket.status].closed
    (text,) = (text for text in told(bot) if "builds" in text)
    assert f"#{ticket.id}" in text
    assert "1 open" in text

    bot.rules = "watching"
    bot.sync()
    assert told(bot) == []
    assert office.world.statuses[office.world.issues[ticket.id].status].closed


def test_a_ticket_in_a_closed_project_is_left_alone_and_told(
    office: FakeOffice, bot: Bot, clock: Clock
) -> None:
    (ticket,) = (i for i in office.world.issues.values() if "빌드 실패" in i.subject)
    office.ask("admin", "PUT", "/projects/abc-app/close.json")
    before = writes(office)
    for _ in range(2):
        clock.wait(3600)
        bot.sync()
    assert writes(office) == before
    (text,) = told(bot, "stays open")
    assert f"#{ticket.id}" in text

    office.ask("admin", "PUT", "/projects/abc-app/reopen.json")
    bot.sync()
    assert told(bot, "stays open") == []
    assert office.world.statuses[office.world.issues[ticket.id].status].closed


def test_a_report_that_an_earlier_version_routed_is_left_alone_without_being_read_again(
    office: FakeOffice, bot: Bot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "열린 일감: 3건\n\nitsm-sync report:weekly-operations:ko/2026-W48/ticket"
    with monkeypatch.context() as earlier:
        earlier.setattr("itsm_sync.sources.redmine.items.is_report", lambda _: False)
        earlier.setattr("itsm_sync.cycle.deciding.is_report", lambda _: False)
        number = office.create("itsm-sync", "주간 운영 보고", description=text)
        for _ in range(3):
            clock.wait(3600)
            bot.sync()
            clock.wait(3600)
            office.create("yujin", "문의")  # the last that changed is read again at any rate
            bot.sync()
    (kept,) = bot.store.items([f"redmine:issue/{number}"])
    assert kept.ticket is not None
    assert any(kept.ticket.fields.values())  # it was routed

    before = writes(office)
    for _ in range(2):
        clock.wait(3600)
        bot.sync()
        (kept,) = bot.store.items([f"redmine:issue/{number}"])
        assert kept.ticket is None
    assert writes(office) == before
