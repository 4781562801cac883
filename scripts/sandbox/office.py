"""A small provisioned Redmine for tests: a project tree and a few people who use it.

All people are sample data. A person acts with their own API key, so with their own rights.
"""

import fcntl
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from itsm_sync.model.tickets import FieldName
from sandbox.redmine import Redmine, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is in a Redmine before it is provisioned: a file of Ruby, and whose keys are wanted."""

    script: str
    language: str
    people: tuple[str, ...]


ABC = World(  # two of each team, and a reporter
    script="office.rb", language="ko", people=("seojun", "haeun", "sua", "minjae", "yujin")
)
HARBOUR = World(  # one of each team, and a reporter
    script="harbour.rb", language="en", people=("priya", "grace", "ana", "noor")
)
_KEYS = """
people = User.where(login: ENV['LOGINS'].split(',')).to_h { |user| [user.login, user.api_key] }
File.write(ENV['KEYS'], JSON.generate(people))
"""
_SEEN = re.compile(r'Started ([A-Z]+) "([^"]*)"')


class RefusedByRedmine(Exception):
    """A person's request that Redmine did not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The people's hands on a Redmine: what they do by its REST API."""

    redmine: Redmine
    keys: Mapping[str, str]  # login -> API key; "admin" and "itsm-sync" too
    fields: Mapping[FieldName, int]  # our fields' ids
    groups: Mapping[str, int]  # group -> id

    @classmethod
    def prepare(cls, store: Path, provision: str, world: World = ABC) -> Path:
        """Answer a directory that `open` copies; made once for each text of `provision`."""
        script = (Path(__file__).parent / world.script).read_text(encoding="utf-8")
        text = fingerprint(world.language) + script + provision + _KEYS
        template = store / f"office-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        with _alone(store):
            if not (template / "ready").exists():
                base = store / ("base" if world is ABC else f"base-{world.language}")
                redmine = Redmine.make(template, template=base, language=world.language)
                told = redmine.runner(
                    f"{script}\n{provision}\n{_KEYS}",
                    {
                        "ITSM_SYNC_BOT_KEY_FILE": str(template / "bot.key"),
                        "KEYS": str(template / "keys.json"),
                        "LOGINS": ",".join(world.people),
                    },
                )
                (template / "provisioned.json").write_text(told, encoding="utf-8")
                (template / "ready").touch()
        return template

    @classmethod
    @contextmanager
    def open(cls, root: Path, template: Path, *, lifetime: float = 1800) -> "Iterator[Office]":
        """Serve a fresh copy of `template` from the directory `root`, until the block is left."""
        redmine = Redmine.make(root, template=template)
        told = json.loads((template / "provisioned.json").read_text(encoding="utf-8"))
        keys = json.loads((template / "keys.json").read_text(encoding="utf-8"))
        keys["itsm-sync"] = (template / "bot.key").read_text(encoding="ascii").strip()
        keys["admin"] = redmine.admin_key
        fields = {FieldName(word): number for word, number in told["fields"].items()}
        redmine.start(lifetime=lifetime)
        try:
            yield cls(redmine=redmine, keys=keys, fields=fields, groups=told["groups"])
        finally:
            redmine.stop()

    # ---------------------------------------------------------------- what people do

    def create(
        self,
        login: str,
        subject: str,
        *,
        project: str = "abc-app",
        tracker: str = "결함",
        fields: Mapping[FieldName, str] | None = None,
        **attributes: Any,
    ) -> int:
        """Open a ticket as a person; answer its number. `fields` are ours, by their word."""
        issue = {
            "project_id": project,
            "tracker_id": self.number("trackers", tracker),
            "subject": subject,
            **self._issue(fields, attributes),
        }
        return int(self.ask(login, "POST", "/issues.json", {"issue": issue})["issue"]["id"])

    def update(
        self,
        login: str,
        ticket: int,
        *,
        fields: Mapping[FieldName, str] | None = None,
        **attributes: Any,
    ) -> None:
        """Change a ticket as a person; `notes="..."` comments."""
        issue = self._issue(fields, attributes)
        self.ask(login, "PUT", f"/issues/{ticket}.json", {"issue": issue})

    def read(self, ticket: int, login: str = "admin") -> dict[str, Any]:
        """Answer the ticket as Redmine's API tells it, with journals, watchers and relations."""
        path = f"/issues/{ticket}.json?include=journals,watchers,relations,allowed_statuses"
        return dict(self.ask(login, "GET", path)["issue"])

    def value(self, ticket: int, name: FieldName) -> str | None:
        """Answer what a field of ours shows; None where the ticket does not have it."""
        number = self.fields[name]
        for field in self.read(ticket).get("custom_fields", ()):
            if field["id"] == number:
                return str(field["value"] or "")
        return None

    def journals(self, ticket: int) -> list[dict[str, Any]]:
        """Answer the ticket's history."""
        return list(self.read(ticket)["journals"])

    def number(self, kind: str, name: str) -> int:
        """Answer the id of a tracker, status, project, ... by its name; `kind` as in the API."""
        found = self.ask("admin", "GET", f"/{kind}.json?limit=100")
        return next(int(one["id"]) for one in next(iter(found.values())) if one["name"] == name)

    # ---------------------------------------------------------------- what Redmine saw

    def requests(self) -> list[tuple[str, str]]:
        """Answer method and path of every request that Redmine has seen, in its own log's words."""
        log = (self.redmine.root / "log" / "production.log").read_text(encoding="utf-8")
        return _SEEN.findall(log)

    def mails(self) -> list[str]:
        """Answer the addresses that mails went to, one an entry for each mail."""
        return self.redmine.mails()

    # ---------------------------------------------------------------- inside

    def ask(self, login: str, method: str, path: str, body: object = None) -> Any:
        """Send a request as that person; answer its JSON. Raises RefusedByRedmine."""
        answer = requests.request(
            method,
            self.redmine.url + path,
            json=body,
            headers={"X-Redmine-API-Key": self.keys[login]},
            timeout=30,
        )
        if not answer.ok:
            raise RefusedByRedmine(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.text.strip() else None

    def _issue(
        self, fields: Mapping[FieldName, str] | None, attributes: Mapping[str, Any]
    ) -> dict[str, Any]:
        custom = [
            {"id": self.fields[name], "value": value} for name, value in (fields or {}).items()
        ]
        return {**attributes, **({"custom_fields": custom} if custom else {})}


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let one process at a time make what is in the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
