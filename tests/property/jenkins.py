"""One job that the bot watches over a fake Redmine, and the tickets that come of it."""

from typing import Any

from itsm_sync.model.items import Item
from tests.builds import build
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock
from tests.systems import Systems


class Jenkins:
    """One job, and what the bot sees of its builds."""

    def __init__(self, bot: Bot, clock: Clock, systems: Systems) -> None:
        self.bot, self.clock, self.systems, self.number = bot, clock, systems, 0

    def builds(self, *states: str, **facts: Any) -> None:
        """Build so often, ten minutes apart; then two cycles an hour apart."""
        news: list[Item] = []
        for state in states:
            self.number += 1
            self.clock.wait(600)
            news.append(build(self.number, state, at=self.clock(), **facts))
        self.systems.news += news
        self.sync()

    def sync(self) -> None:
        for _ in range(2):
            self.clock.wait(3600)
            self.bot.sync()


def incidents(office: FakeOffice) -> list[dict[str, Any]]:
    """The tickets of failed builds that the bot opened, oldest first."""
    asked = "/issues.json?status_id=*&limit=100&sort=id"
    found = office.ask("admin", "GET", asked)["issues"]
    return [i for i in found if i["author"]["name"].startswith("itsm-sync")
            and "실패" in i["subject"]]  # fmt: skip
