"""One cycle over payloads that are wrong: none stops it, and the others go through."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from requests import PreparedRequest, Response

from itsm_sync.clients.errors import ClientError
from itsm_sync.sources.github.source import GitHubSource
from itsm_sync.sources.jenkins import JenkinsSource
from sandbox.proofs.doors import (
    NO_PORT,
    TOKEN,
    USER,
    GitHubDoor,
    JenkinsDoor,
    github_settings,
    jenkins_settings,
)
from sandbox.proofs.histories import Wire
from sandbox.proofs.hostile import TEXTS, Json, sent, spoiled, worded
from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.standins.jenkins import JenkinsStandIn, new_job
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.door import Door
from tests.property.bot import Bot, Clock, configuration

APP = "abc/app"
TICKETS, JOBS, BUILDS, ROWS = 20, 6, 6, 6  # of each list; every second is made wrong
LISTS = ("issues", "pulls", "releases", "deployments", "runs", "dependabot", "code-scanning",
         "secret-scanning", "events")  # fmt: skip
_IDENTITIES = ("number", "id", "name", "displayName")
MOST_OF_A_FILE = 20  # rows
WHOLE = 0.02  # of answers, that are wrong as a whole


@dataclass(slots=True)
class Heard:
    """What went wrong within a source, as the cycle tells it."""

    crashes: list[str] = field(default_factory=list)

    def saw(self, event: str, /, **details: object) -> None:
        if event.endswith((".crashed", "cycle.failed")):
            self.crashes.append(f"{event} {details}")


@dataclass(slots=True, kw_only=True)
class Spoiler:
    """Makes every second row of an answer wrong; the same row always alike.

    `samples` are recorded rows, put into lists in place of those that are there.
    """

    seed: int
    samples: Sequence[Json] = ()
    count: int = 0

    def spoil(self, value: Json) -> Json:
        """Answer an answer with its rows spoiled."""
        chance = Random(f"{self.seed}/{self.count}")
        self.count += 1
        if chance.random() < WHOLE:
            return spoiled(value, chance)
        if isinstance(value, list):
            return [self._row(row) for row in value]
        return {k: self.spoil(v) if _is_list(v) else v for k, v in value.items()}

    def _row(self, row: Json) -> Json:
        name = next((row[n] for n in _IDENTITIES if n in row), 0)
        number = name if isinstance(name, int) else sum(map(ord, str(name)))
        if number % 2 == 0:
            return row
        chance = Random(f"{self.seed}/{sorted(row)}/{name}")
        self.count += 1
        if chance.random() < 0.4:
            return worded(row, chance.choice(TEXTS))
        if self.samples and chance.random() < 0.3:
            recorded = chance.choice(self.samples)
            return spoiled({**row, **recorded} if isinstance(recorded, dict) else row, chance)
        return spoiled(row, chance)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


class SpoiltRedmine(Door):
    """A fake Redmine whose lists are spoiled on their way."""

    spoiler: Spoiler

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        response = Door.send(self, request, *args, **kwargs)
        if "/issues.json" in str(request.url) and request.method == "GET":
            value = json.loads(response.content)
            response._content = sent(self.spoiler.spoil(value)).encode()
        return response


class SpoiltGitHub(GitHubDoor):
    """A GitHub whose lists are spoiled on their way."""

    spoiler: Spoiler

    def _get(self, address: str, etag: str) -> tuple[Mapping[str, str], Any]:
        del etag  # nothing is as it was
        headers, value = super()._get(address, "")
        return headers, json.loads(sent(self.spoiler.spoil(value)))


class SpoiltJenkins(JenkinsDoor):
    """A Jenkins whose lists are spoiled on their way."""

    spoiler: Spoiler

    def _json(self, address: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        value = json.loads(sent(self.spoiler.spoil(super()._json(address, path, params))))
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of one cycle: how many rows were wrong, and what should not be."""

    payloads: int
    wrong: tuple[str, ...]


def cycle(seed: int, samples: Sequence[Json] = ()) -> Told:
    """Pull, decide and plan over wrong payloads; then over the same ones mended."""
    clock, spoiler = Clock(), Spoiler(seed=seed, samples=samples)
    office = FakeOffice(configuration("watching")[0], clock)
    for number in range(TICKETS):
        office.create("yujin", f"로그인이 안 됩니다 {number}", description="모두 접속 불가")
    door = SpoiltRedmine(office.world)
    door.spoiler = spoiler
    office.door = door
    heard, bot = Heard(), Bot(office, clock)
    try:
        bot.rules, bot.observer = "watching", heard
        bot.others = (_github(clock, spoiler), _jenkins(clock, spoiler))
        return _told(bot, heard, spoiler)
    finally:
        bot.close()


def _told(bot: Bot, heard: Heard, spoiler: Spoiler) -> Told:
    wrong: list[str] = []
    for _ in range(2):
        try:
            bot.plan()
        except ClientError as error:  # Redmine as a whole could not be read: told, and no crash
            if not str(error.message):
                wrong.append("an error without a word")
    wrong += heard.crashes + _lacking(bot)
    return Told(payloads=spoiler.count, wrong=tuple(wrong))


def _lacking(bot: Bot) -> list[str]:
    """Answer the good tickets that are not stored although the list as a whole was good."""
    streams = {s.stream: s for s in bot.store.stream_health() if s.source == "redmine"}
    issues = streams.get("issues")
    if issues is None or issues.health.value == "failed":
        return []
    good = [n for n in bot.office.world.issues if n % 2 == 0]
    lacking = [n for n in good if bot.store.item(f"redmine:issue/{n}") is None]
    letters = {letter.key for letter in bot.store.dead_letters()}
    bad = [n for n in bot.office.world.issues if n % 2 == 1]
    silent = [
        n
        for n in bad
        if bot.store.item(f"redmine:issue/{n}") is None
        and not letters & {f"redmine:issue/{n}", "redmine:issue/?"}
    ]
    return [f"good tickets are lacking: {lacking}"] * bool(lacking) + [
        f"bad tickets without a word: {silent}"
    ] * bool(silent and len(letters) == 0)


def _github(clock: Clock, spoiler: Spoiler) -> GitHubSource:
    world = {
        "tokens": {TOKEN: "itsm-sync-bot"},
        "repositories": {APP: new_repository(APP, at=f"{clock():%Y-%m-%dT%H:%M:%SZ}")},
        "moved": {},
    }
    server = GitHubStandIn(world, port=NO_PORT)
    at = f"{clock():%Y-%m-%dT%H:%M:%SZ}"
    make: Mapping[str, Any] = {
        "issues": rows.issue,
        "pulls": rows.pull,
        "releases": rows.release,
        "deployments": rows.deployment,
        "runs": rows.run,
        "dependabot": rows.dependabot_alert,
        "code-scanning": rows.code_scanning_alert,
        "secret-scanning": rows.secret_scanning_alert,
        "events": rows.wiki_event,
    }
    for place, kind in enumerate(LISTS):
        for number in range(1, ROWS + 1):
            server.add(APP, kind, make[kind](APP, place * 100 + number, at=at))
    settings = github_settings(server, APP)
    client = SpoiltGitHub(server, settings, _wire(), 100, clock)
    client.spoiler = spoiler
    return GitHubSource(client, settings, clock)


def _jenkins(clock: Clock, spoiler: Spoiler) -> JenkinsSource:
    names = [f"job-{n}" for n in range(JOBS)]
    world = {
        "accounts": {USER: TOKEN},
        "root": {"_class": "hudson.model.Hudson", "jobs": [new_job(name) for name in names]},
        "computer": {"_class": "hudson.model.ComputerSet", "computer": [_node(n) for n in "abcd"]},
        "queue": {"_class": "hudson.model.Queue", "items": []},
        "tests": {},
    }
    server = JenkinsStandIn(world, port=NO_PORT)
    at = int(clock().timestamp() * 1000)
    for name in names:
        for number in range(BUILDS):
            server.fail_build(name, at=at + number, log="ERROR: x")
    settings = jenkins_settings(server)
    client = SpoiltJenkins(server, settings, _wire())
    client.spoiler = spoiler
    return JenkinsSource(client, settings, "jenkins")


def _node(name: str) -> dict[str, Any]:
    node = {"_class": "hudson.slaves.SlaveComputer", "displayName": name, "offline": True}
    return {**node, "offlineCauseReason": "down", "numExecutors": 2, "monitorData": {}}


def _wire() -> Wire:
    return Wire(do=lambda _: None)


def recorded(folder: Path) -> tuple[Json, ...]:
    """Answer the rows of the recorded answers in a folder, at any depth of it."""
    found: list[Json] = []
    for file in sorted(folder.rglob("*.json")):
        try:
            value = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            continue
        found += [row for row in _rows(value) if len(row) > 3][:MOST_OF_A_FILE]
    return tuple(found)


def _rows(value: Json) -> Iterator[dict[str, Json]]:
    for part in value if isinstance(value, list) else value.values():
        if isinstance(part, dict):
            yield part
        if isinstance(part, list | dict):
            yield from _rows(part)
