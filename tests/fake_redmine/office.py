"""The sample people's hands on the fake."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sandbox.people import People, RefusedByRedmine

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.desk.provisioning import BOT_LOGIN, wanted
from itsm_sync.model.ports import Observer
from itsm_sync.model.tickets import FieldName
from itsm_sync.settings import Settings
from tests.fake_redmine.answering import Request, answer
from tests.fake_redmine.door import Door, key_of
from tests.fake_redmine.editing import crlf
from tests.fake_redmine.founding import field_ids, found
from tests.fake_redmine.rights import edits, read_only
from tests.fake_redmine.world import Group

__all__ = ["FakeOffice"]


class FakeOffice(People):
    """A fake Redmine provisioned for a configuration, and its people; `door` is the bot's way in.

    Args:
        settings: the configuration that it is provisioned for.
        clock: the time.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        made = wanted(settings, itil=True)
        self.world = found(clock, made)
        self.fields = field_ids(made)
        groups = (g for g in self.world.principals.values() if isinstance(g, Group))
        self.groups = {group.name: group.id for group in groups}
        self.door = Door(self.world)
        self._settings = settings

    def client(self, observer: Observer, login: str = BOT_LOGIN) -> RedmineClient:
        """Answer the real door to Redmine, with the fake behind it."""
        key = {"api_key": SecretStr(key_of(login))}
        return RedmineClient(self._settings.redmine.model_copy(update=key), observer, self.door)

    def ask(self, login: str, method: str, path: str, body: object = None) -> Any:
        sent = json.loads(json.dumps(body or {}))
        user = self.world.user(login)
        status, shown = answer(
            self.world, Request(user=user, method=method, target=path, body=sent)
        )
        if status >= 400:
            raise RefusedByRedmine(f"{method} {path}: {status} {shown}")
        return shown

    def comment(self, login: str, ticket: int, notes: str) -> None:
        """Comment by the web form: text fields come back with its line ends (Redmine fact 27)."""
        user, issue = self.world.user(login), self.world.issues[ticket]
        sent: dict[str, Any] = {"notes": notes}
        if edits(self.world, user, issue):
            kept = read_only(self.world, user, issue)
            sent["custom_fields"] = [
                {"id": field.id, "value": crlf(issue.values.get(field.id) or "")}
                for field in self.world.fields_of(issue.project, issue.tracker)
                if field.id not in kept
            ]
        self.ask(login, "PUT", f"/issues/{ticket}.json", {"issue": sent})

    def rename_value(self, name: FieldName, old: str, new: str) -> None:
        field = self.world.fields[self.fields[name]]
        field.values = [new if value == old else value for value in field.values]

    def take_off(self, name: FieldName, tracker: str) -> None:
        number = self.number("trackers", tracker)
        self.world.fields[self.fields[name]].trackers.discard(number)

    def let_relate_across(self, allowed: bool) -> None:
        self.world.relates_across = allowed

    def let_filter(self, name: FieldName, allowed: bool) -> None:
        self.world.fields[self.fields[name]].filters = allowed

    def mails(self) -> list[str]:
        return list(self.world.mails)
