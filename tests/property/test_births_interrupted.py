"""A cycle that dies while it opens a ticket: never two of them, and none that nobody tends."""

from collections.abc import Callable
from typing import Any

import pytest

from itsm_sync.model.tickets import FieldName
from itsm_sync.store import Store
from tests.builds import build
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock, Killed
from tests.systems import Systems, writes


@pytest.fixture
def bot(bot: Bot, office: FakeOffice, clock: Clock, systems: Systems) -> Bot:
    office.create("yujin", "결제가 안 됩니다")
    bot.sync()
    clock.wait(3600)
    systems.news += [build(1, at=clock()), build(2, at=clock())]
    clock.wait(3600)
    return bot


def failed(office: FakeOffice) -> list[dict[str, Any]]:
    asked = "/issues.json?status_id=*&limit=100&sort=id"
    found: list[dict[str, Any]] = office.ask("admin", "GET", asked)["issues"]
    return [one for one in found if "실패" in one["subject"]]


def dies(*_: Any, **__: Any) -> Any:
    raise Killed


def before(method: Callable[..., Any]) -> Callable[..., Any]:
    def first(*given: Any, **named: Any) -> Any:
        method(*given, **named)
        raise Killed

    return first


@pytest.mark.parametrize("where", ["intend", "record_birth", "record"])
@pytest.mark.parametrize("after", [False, True])
def test_a_cycle_that_dies_on_the_way_opens_no_second_ticket(
    office: FakeOffice, bot: Bot, clock: Clock, where: str, after: bool
) -> None:
    store: Store = bot.store
    setattr(store, where, before(getattr(store, where)) if after else dies)
    assert bot.sync() is None
    bot.restart()

    clock.wait(600)
    bot.sync()
    (ticket,) = failed(office)
    assert office.value(ticket["id"], FieldName.TEAM) == "IT기획팀"
    assert ticket["description"].rstrip().endswith(office.value(ticket["id"], FieldName.KEY))
    for _ in range(2):
        clock.wait(600)
        written = writes(office)
        bot.sync()
        assert writes(office) == written


def test_a_ticket_whose_record_was_lost_is_still_kept_up_and_closed(
    office: FakeOffice, bot: Bot, clock: Clock, systems: Systems
) -> None:
    bot.store.record_birth = dies  # type: ignore[method-assign]
    assert bot.sync() is None
    bot.restart()
    clock.wait(600)
    systems.news.append(build(3, "SUCCESS", at=clock()))
    for _ in range(2):
        clock.wait(600)
        bot.sync()
    (ticket,) = failed(office)
    assert ticket["status"]["is_closed"]
