"""What signals make of the ABC world, from its servers' answers to what the tickets say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world import github, jenkins, recurring
from sandbox.world.consoles import PLANTED
from sandbox.world.spine import build
from sandbox.world.things import Spine

from itsm_sync.clients.github import GitHubClient
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.cycle.signals.attending import Attending
from itsm_sync.cycle.signals.knowing import Knowing
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.cycles import Batch, Cycle, Health, SourceReport
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.ports import Source
from itsm_sync.model.signals import Episode, Standing, Telling
from itsm_sync.routing import Catalogue
from itsm_sync.settings import GitHub, Jenkins
from itsm_sync.settings.load import Settings, load
from itsm_sync.signals.registry import registry
from itsm_sync.sources.github.source import GitHubSource
from itsm_sync.sources.jenkins import JenkinsSource
from itsm_sync.store import Store
from tests.builders import item as issue_item
from tests.builders import ticket
from tests.fake_redmine import FakeOffice
from tests.property.bot import Bot, Clock, configuration
from tests.prose import words
from tests.shelf import Deaf

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONFIG = Path(__file__).parents[2] / "config"
ALERTS = {"dependabot", "code_scanning", "secret_scanning"}
MINE = {*ALERTS, "problems", "releases"}
Told = Mapping[str, tuple[Episode, Telling]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The world's servers, and a store over them."""

    spine: Spine
    settings: Settings
    store: Store
    github: str
    jenkins: str

    def pull(self) -> None:
        """Pull all there is; of Redmine, one version's open ticket."""
        self.store.begin(Cycle(id="c1", started_at=NOW, configuration="x"))
        for source in self.sources():
            for batch in source.pull(self.store.memory(source.name)):
                self.store.keep(source.name, batch, "c1")
        self.store.keep("redmine", Batch(stream="issues", items=(version_ticket(),)), "c1")

    def sources(self) -> tuple[Source, ...]:
        """Answer GitHub and Jenkins."""
        names = tuple(repository.name for repository in self.spine.repositories)
        token = SecretStr(github.TOKEN)
        code = GitHub(url=self.github, token=token, repositories=names, timeout=5)
        ci = Jenkins.model_validate(
            {"url": self.jenkins, "user": jenkins.USER, "token": jenkins.TOKEN}
        )
        return (
            GitHubSource(GitHubClient(code, Deaf()), code, lambda: NOW),
            JenkinsSource(JenkinsClient(ci, Deaf(), "jenkins"), ci, "jenkins", repositories=names),
        )

    def attend(self, health: Health = Health.OK, minutes: int = 0) -> Told:
        """Answer what the tickets say, by the episode's key."""
        names = ("redmine", "jenkins", "github")
        catalogue = Catalogue(self.settings.services, self.settings.people)
        assert self.settings.watching is not None
        zone = ZoneInfo(self.settings.general.timezone)
        attending = Attending(
            store=self.store,
            desk=cast("Desk", None),  # no ticket was opened: there is no history to read
            catalogue=catalogue,
            registry=registry(self.settings.watching, zone, lambda *_: True),
            known=Knowing(
                store=self.store,
                catalogue=catalogue,
                now=NOW + timedelta(minutes=minutes),
                sources={
                    name: SourceReport(
                        health=health, streams=dict.fromkeys(("nodes", "queue"), health)
                    )
                    for name in names
                },
            ),
            configuration="x",
            observer=Deaf(),
        )
        attending.observe()
        return {episode.key: (episode, told) for episode, told in attending.attend().told}


def version_ticket() -> Item:
    its = ticket(41, created_on=NOW - timedelta(days=9), updated_on=NOW - timedelta(days=1))
    facts = {"project": "abc-app", "version": "2.4", "tracker": "결함"}
    return issue_item(41, ticket=its, facts=facts)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    spine = build(now=NOW)
    file = tmp_path_factory.mktemp("world") / "itsm.db"
    with (
        Store.open(f"sqlite:///{file}") as store,
        GitHubStandIn(github.documents(spine)) as code,
        JenkinsStandIn(jenkins.documents(spine)) as ci,
    ):
        settings = load(CONFIG, {}, secrets=False)
        made = Office(spine=spine, settings=settings, store=store, github=code.url, jenkins=ci.url)
        made.pull()
        yield made


@pytest.fixture(scope="module")
def told(office: Office) -> Told:
    return office.attend()


def of(told: Told, *signals: str) -> list[tuple[Episode, Telling]]:
    return [(episode, says) for episode, says in told.values() if episode.signal in signals]


def test_the_first_start_opens_tickets_of_open_alerts_alone(office: Office, told: Told) -> None:
    found = of(told, *ALERTS)
    still = {alert for alert in office.spine.alerts if alert.state == "open"}
    assert len(found) == len({(a.kind, a.repository, a.title) for a in still})
    assert {episode.standing for episode, _ in found} == {Standing.OPEN}
    assert {episode.audience for episode, _ in found} == {Audience.PRIVATE}
    assert all(says.priority and says.due for _, says in found)


def test_what_keeps_failing_in_the_world_is_one_problem(told: Told) -> None:
    [(problem, says)] = of(told, "problems")
    assert problem.facts["job"] == recurring.JOB
    assert problem.count == 3
    [incident] = [one for one, _ in of(told, "builds") if one.facts["job"] == recurring.JOB]
    assert incident.live
    assert incident.key in says.related
    assert "3 of 3" in words(says.live)


def test_the_draft_and_the_version_of_the_world_have_related_release_tickets(told: Told) -> None:
    by_line = {episode.line: (episode, says) for episode, says in of(told, "releases")}
    [draft] = [line for line in by_line if line.startswith("github:abc/portal/")]
    assert set(by_line) == {draft, "version:abc-app/2.4"}
    release, says = by_line[draft]
    version, _ = by_line["version:abc-app/2.4"]
    assert release.standing is version.standing is Standing.OPEN
    assert version.key in says.related
    assert release.facts["tag"] == "v2.4.0"
    assert "Tests pass | not met" in words(says.live)


def test_no_secret_of_the_world_is_said(told: Told) -> None:
    said = "".join(words((*says.description, *says.live)) for _, says in told.values())
    assert "must-not-travel" not in said
    assert PLANTED not in said


def test_a_later_look_at_the_same_world_says_the_same(office: Office, told: Told) -> None:
    assert office.attend(minutes=5) == told


@pytest.mark.parametrize("health", [Health.FAILED, Health.PARTLY])
def test_nothing_closes_while_no_system_can_be_read(
    office: Office, told: Told, health: Health
) -> None:
    later = office.attend(health, minutes=10)
    mine = {key: e for key, (e, _) in told.items() if e.signal in MINE}
    assert {key: e for key, (e, _) in later.items() if key in mine} == mine


def shown(redmine: FakeOffice) -> list[tuple[object, ...]]:
    """What every ticket of alerts, problems and releases shows, with its history's notes."""
    return [
        (i.id, i.tracker, i.status, i.subject, dict(i.values), [j.notes for j in i.journals])
        for i in redmine.world.issues.values()
        if any(f"itsm-sync: {signal}/" in (i.description or "") for signal in MINE)
    ]


def test_neither_a_second_cycle_nor_a_lost_database_changes_the_tickets_of_the_world(
    office: Office,
) -> None:
    clock = Clock()
    clock.at = NOW
    redmine = FakeOffice(configuration("watching")[0], clock)
    redmine.create("yujin", subject="로그인이 안 됩니다")
    bot = Bot(redmine, clock)
    bot.rules, bot.others = "watching", office.sources()
    bot.sync()
    before = shown(redmine)
    assert any("v2.4.0" in str(row) for row in before)
    for _ in range(4):
        clock.wait(300)
        bot.sync()
        assert shown(redmine) == before
    count = len(redmine.world.issues)
    clock.wait(300)
    bot.lose_database()
    for _ in range(2):
        bot.sync()
        clock.wait(300)
    bot.close()
    assert shown(redmine) == before
    assert len(redmine.world.issues) == count
