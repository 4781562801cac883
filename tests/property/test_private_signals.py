"""What is private of a signal stands on no ticket that more people see."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from itsm_sync.model.items import Audience
from itsm_sync.model.tickets import FieldName
from tests.builds import build
from tests.fake_redmine import FakeOffice
from tests.property.bot import WATCHING, Bot, Clock, configuration
from tests.systems import Systems, writes

SECRET = "극비"
PLACE = "abc-secret"


def _services(settings: Any) -> None:
    infra = next(one for one in settings["services"] if one["id"] == "infra")
    infra |= {"projects": [PLACE], "private_projects": [PLACE]}


def _rules(settings: Any) -> None:
    rule = {"name": "작업의 이름", "when": {"job": {"pattern": SECRET}}, "then": "incident"}
    settings["rules"]["process"].insert(0, rule)


WATCHING["private"] = {"services.yaml": _services, "rules.yaml": _rules}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(clock: Clock) -> FakeOffice:
    """With a project that is not public, of which only the bot and people of their own are."""
    office = FakeOffice(configuration("private")[0], clock)
    number = office.add_project(PLACE, public=False)
    projects = office.world.projects
    infra = next(one for one in projects.values() if one.identifier == "abc-infra")
    secret = projects[number]
    secret.parent, secret.trackers = infra.parent, list(infra.trackers)
    secret.members = dict(infra.members)
    for field in office.world.fields.values():
        field.projects |= {number} if infra.id in field.projects else set()
    return office


@pytest.fixture
def systems() -> Systems:
    return Systems()


@pytest.fixture
def bot(office: FakeOffice, clock: Clock, systems: Systems) -> Iterator[Bot]:
    bot = Bot(office, clock)
    bot.rules, bot.others = "private", (systems,)
    bot.sync()
    clock.wait(3600)
    yield bot
    bot.close()


def fail(bot: Bot, clock: Clock, systems: Systems) -> None:
    """Let a private job fail twice, and the bot see it."""
    for number in (1, 2):
        clock.wait(600)
        about = {"repository": "abc/infra", "service": "infra", "service_project": PLACE}
        job = f"abc/infra/{SECRET}"
        systems.news.append(
            build(number, audience=Audience.PRIVATE, at=clock(), job=job, log=SECRET, **about)
        )
    for _ in range(2):
        clock.wait(3600)
        bot.sync()


def its(office: FakeOffice) -> dict[str, Any]:
    """The one ticket in the project that is not public, as an administrator sees it."""
    (one,) = (
        issue
        for issue in office.world.issues.values()
        if office.world.projects[issue.project].identifier == PLACE
    )
    return office.read(one.id)


def test_a_private_ticket_tells_all_of_it(
    office: FakeOffice, bot: Bot, clock: Clock, systems: Systems
) -> None:
    fail(bot, clock, systems)
    ticket = its(office)
    assert ticket["is_private"]
    assert SECRET in ticket["subject"]
    assert SECRET in (office.value(ticket["id"], FieldName.REASON) or "")
    before = writes(office)
    bot.sync()
    assert writes(office) == before


def test_where_no_group_could_see_a_private_ticket_not_even_the_reason_tells_of_it(
    office: FakeOffice, bot: Bot, clock: Clock, systems: Systems
) -> None:
    secret = next(p for p in office.world.projects.values() if p.identifier == PLACE)
    groups = set(office.groups.values())
    secret.members = {who: roles for who, roles in secret.members.items() if who not in groups}
    fail(bot, clock, systems)
    ticket = its(office)
    assert not ticket["is_private"]
    assert office.value(ticket["id"], FieldName.REASON)
    assert SECRET not in json.dumps(ticket, ensure_ascii=False)
    before = writes(office)
    bot.sync()
    assert writes(office) == before
