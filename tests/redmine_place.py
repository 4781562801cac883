"""A Redmine with its people and the bot's way in: the fake one, or a real one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sandbox.configuration import SHIPPED
from sandbox.office import Office
from sandbox.people import People
from sandbox.redmine import install, installed

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.desk.provisioning import ruby
from itsm_sync.model.tickets import FieldName
from itsm_sync.settings import Settings, load
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.door import key_of
from tests.shelf import Deaf

STORE = Path(__file__).parents[1] / ".test" / "redmine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A Redmine, its people, and the bot's way in."""

    people: People
    bot: RedmineClient
    stranger: RedmineClient  # with a key that is nobody's

    def write(self, ticket: int, **attributes: Any) -> None:
        """Write as the bot."""
        self.bot.put(f"/issues/{ticket}.json", {"issue": attributes})

    def fill(self, ticket: int, values: dict[FieldName, str], **attributes: Any) -> None:
        """Fill fields of ours as the bot."""
        custom = [{"id": self.people.fields[n], "value": value} for n, value in values.items()]
        self.write(ticket, custom_fields=custom, **attributes)

    def history(self, ticket: int) -> list[tuple[str, list[tuple[str, str, Any, Any]]]]:
        """Answer of each journal the author's login and what changed."""
        return [
            (
                entry["user"]["name"],
                [(d["property"], d["name"], d["old_value"], d["new_value"])
                 for d in entry["details"]],
            )
            for entry in self.people.journals(ticket)
        ]  # fmt: skip

    def cf(self, name: FieldName) -> str:
        return str(self.people.fields[name])

    def mailed(self, act: Callable[[], object]) -> list[str]:
        """Answer who got a mail for something, by login."""
        before = sorted(self.people.mails())
        act()
        after = sorted(self.people.mails())
        for address in before:
            after.remove(address)
        return [address.partition("@")[0] for address in after]


def shipped() -> Settings:
    return load(SHIPPED, {}, secrets=False)


def client(settings: Settings, url: str, key: str) -> RedmineClient:
    changes = {"url": url, "api_key": SecretStr(key), "timeout": 30}
    return RedmineClient(settings.redmine.model_copy(update=changes), Deaf())


@contextmanager
def opened(kind: str, root: Path) -> Iterator[Place]:
    """Open a "fake" or a "real" one, whose files are under `root`."""
    settings = shipped()
    if kind == "fake":
        fake = FakeOffice(settings, lambda: datetime.now(UTC))
        bot, stranger = fake.client(Deaf()), fake.client(Deaf(), login="nobody")
        yield Place(people=fake, bot=bot, stranger=stranger)
        return
    if not installed():
        install()
    template = Office.prepare(STORE, ruby(settings))
    with Office.open(root, template) as office:
        url = office.redmine.url
        bot = client(settings, url, office.keys["itsm-sync"])
        stranger = client(settings, url, key_of("nobody"))
        yield Place(people=office, bot=bot, stranger=stranger)
        bot.close()
        stranger.close()
