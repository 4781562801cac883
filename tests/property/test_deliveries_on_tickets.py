"""What is delivered for a ticket stands on it in one note: the program over a fake Redmine."""

from dataclasses import replace

from itsm_sync.model.items import Item
from tests.builds import HOUR, MINUTE, A, build, deployment, pull
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock
from tests.systems import Systems, writes


def notes(office: FakeOffice, ticket: int) -> list[str]:
    journals = office.read(ticket)["journals"]
    return [j["notes"] for j in journals if "PR 7" in j["notes"]]


def of(ticket: int, item: Item, clock: Clock) -> Item:
    """An item that names a ticket, of just now."""
    facts = {**item.facts, "references": (f"redmine:issue/{ticket}",)}
    return replace(item, facts=facts, created_at=clock(), updated_at=clock())


def test_the_note_is_made_once_and_edited_in_place(
    office: FakeOffice, bot: Bot, clock: Clock, systems: Systems
) -> None:
    number = office.create("yujin", "결제가 안 됩니다")
    clock.wait(60)
    opened = pull(7, "open")
    systems.news = [of(number, opened, clock)]
    bot.sync()
    clock.wait(60)
    (made,) = notes(office, number)
    assert "열림" in made

    before = writes(office)
    bot.sync()
    assert writes(office) == before

    clock.wait(60)
    mails, updated = len(office.mails()), office.read(number)["updated_on"]
    at = clock()
    deployed = deployment(3, created_at=at, updated_at=at)
    built = build(17, "SUCCESS", commits=(A,), at=at)
    systems.news = [of(number, pull(7, merged_at=at), clock), deployed, built]
    bot.sync()
    (kept,) = notes(office, number)
    assert "병합됨" in kept
    assert "production" in kept
    assert "abc/build/portal" in kept
    assert (len(office.mails()), office.read(number)["updated_on"]) == (mails, updated)

    before = writes(office)
    bot.sync()
    assert writes(office) == before


def test_a_closed_ticket_is_not_written_to(
    office: FakeOffice, bot: Bot, clock: Clock, systems: Systems
) -> None:
    number = office.create("yujin", "결제가 안 됩니다")
    bot.sync()
    clock.wait(60)
    office.update("admin", number, status_id=5)
    systems.news = [of(number, pull(7), clock)]
    before = writes(office)
    bot.sync()
    assert writes(office) == before
    assert notes(office, number) == []


def test_a_deployment_without_an_approved_change_is_found_and_goes_with_time(
    office: FakeOffice, bot: Bot, clock: Clock, systems: Systems
) -> None:
    bot.sync()
    clock.wait(HOUR.total_seconds())
    at = clock() - MINUTE
    systems.news = [deployment(3, created_at=at, updated_at=at)]
    bot.sync()
    key = "unapproved/github:abc/portal/deployment/3"
    assert key in findings(bot)
    systems.news = []
    bot.sync()
    assert key in findings(bot)
    clock.wait(31 * 24 * HOUR.total_seconds())
    bot.sync()
    assert key not in findings(bot)


def findings(bot: Bot) -> list[str]:
    return [one.finding.key for one in bot.store.open_findings()]
