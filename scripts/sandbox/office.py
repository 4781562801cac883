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
from sandbox.browser import Browser
from sandbox.people import People, RefusedByRedmine
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
_FILL = """
wanted = JSON.parse(ENV['WANTED'])
tracker, now = Tracker.find_by!(name: wanted['tracker']), Time.now.utc
common = { tracker_id: tracker.id, project_id: Project.find(wanted['project']).id,
           status_id: tracker.default_status_id, priority_id: IssuePriority.default.id,
           author_id: User.find_by_login(wanted['author']).id, lock_version: 0, done_ratio: 0,
           is_private: false, lft: 1, rgt: 2, created_on: now, updated_on: now }
numbers = wanted['subjects'].each.with_index(Issue.maximum(:id).to_i + 1).map do |subject, number|
  [subject, number]
end
Issue.insert_all!(numbers.map { |s, n| common.merge(id: n, root_id: n, subject: s) })
puts JSON.generate(numbers.map(&:last))
"""
_SEEN = re.compile(r'Started ([A-Z]+) "([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(People):
    """People's hands on a real Redmine: its REST API, and its pages where that has no way."""

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
    def open(
        cls,
        root: Path,
        template: Path,
        *,
        lifetime: float = 3 * 3600,
        rack: str = "",
        workers: int = 0,
    ) -> "Iterator[Office]":
        """Serve a fresh copy of `template` from the directory `root`, until the block is left.

        `rack` is Ruby that the server runs before it serves; `workers` are its processes, 0 one.
        """
        redmine = Redmine.make(root, template=template)
        with (root / "config.ru").open("a", encoding="utf-8") as file:
            file.write(rack)
        told = json.loads((template / "provisioned.json").read_text(encoding="utf-8"))
        keys = json.loads((template / "keys.json").read_text(encoding="utf-8"))
        keys["itsm-sync"] = (template / "bot.key").read_text(encoding="ascii").strip()
        keys["admin"] = redmine.admin_key
        fields = {FieldName(word): number for word, number in told["fields"].items()}
        redmine.start(lifetime=lifetime, workers=workers)
        try:
            yield cls(redmine=redmine, keys=keys, fields=fields, groups=told["groups"])
        finally:
            redmine.stop()

    # ---------------------------------------------------------------- by their browsers

    def comment(self, login: str, ticket: int, notes: str) -> None:
        """Comment by the web form, which sends back all that its person may edit."""
        with self._browsing(login) as browser:
            browser.submit(f"/issues/{ticket}", "issue-form", {"issue[notes]": [notes]})

    def rename_value(self, name: FieldName, old: str, new: str) -> None:
        """Rename a value of a list, as an administrator."""
        values = "custom_field[possible_values]"
        path = f"/custom_fields/{self.fields[name]}/edit"
        with self._browsing("admin") as browser:
            stood = dict(browser.fields(path, "custom_field_form"))[values].splitlines()
            renamed = "\n".join(new if value == old else value for value in stood)
            browser.submit(path, "custom_field_form", {values: [renamed]})

    def fill(
        self, login: str, subjects: list[str], *, project: str = "abc-app", tracker: str = "결함"
    ) -> list[int]:
        """Open many tickets as a person, at once and without a mail; answer their numbers."""
        wanted = {"author": login, "subjects": subjects, "project": project, "tracker": tracker}
        told = self.redmine.runner(_FILL, {"WANTED": json.dumps(wanted)})
        return [int(number) for number in json.loads(told)]

    def take_off(self, name: FieldName, tracker: str) -> None:
        """Take a field off a tracker, as an administrator."""
        trackers, gone = "custom_field[tracker_ids][]", str(self.number("trackers", tracker))
        path = f"/custom_fields/{self.fields[name]}/edit"
        with self._browsing("admin") as browser:
            fields = browser.fields(path, "custom_field_form")
            kept = [value for field, value in fields if field == trackers and value != gone]
            browser.submit(path, "custom_field_form", {trackers: kept})

    def let_relate_across(self, allowed: bool) -> None:
        """Let tickets of two projects be related or not, as an administrator."""
        setting, form = "settings[cross_project_issue_relations]", "/settings/edit?tab=issues"
        with self._browsing("admin") as browser:
            browser.submit("/settings?tab=issues", form, {setting: ["1" if allowed else "0"]})

    def let_filter(self, name: FieldName, allowed: bool) -> None:
        """Let lists be filtered by a field of ours or not, as an administrator."""
        path = f"/custom_fields/{self.fields[name]}/edit"
        with self._browsing("admin") as browser:
            value = ["1" if allowed else "0"]
            browser.submit(path, "custom_field_form", {"custom_field[is_filter]": value})

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

    @contextmanager
    def _browsing(self, login: str) -> Iterator[Browser]:
        browser = Browser(self.redmine.url)
        browser.sign_in(login, "admin" if login == "admin" else f"{login}-password")
        yield browser
        browser.close()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let one process at a time make what is in the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
