"""Failed builds and deliveries of the sample world, as the sources read them from the stand-ins."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world import github, jenkins
from sandbox.world.builds import BROKEN
from sandbox.world.spine import build as spine_of_abc
from sandbox.world.things import Spine

from itsm_sync.clients.github import GitHubClient
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.desk.prose import rendered
from itsm_sync.locale import say
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.markup import Markup
from itsm_sync.model.references import names
from itsm_sync.model.signals import Episode, Observation
from itsm_sync.model.watching import Builds as BuildsSection
from itsm_sync.model.watching import Deliveries as DeliveriesSection
from itsm_sync.routing import Catalogue
from itsm_sync.settings import GitHub, Jenkins
from itsm_sync.settings.load import load
from itsm_sync.signals.builds.lines import Builds
from itsm_sync.signals.deliveries.record import Deliveries
from itsm_sync.signals.life.lives import live
from itsm_sync.sources.github.source import GitHubSource
from itsm_sync.sources.jenkins import JenkinsSource
from tests.builders import item, ticket
from tests.known import FakeKnown
from tests.prose import whole, words
from tests.shelf import Deaf, Shelf

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
BUILDS = Builds(section=BuildsSection(), zone=SEOUL)


@dataclass(frozen=True, kw_only=True)
class Indexed(FakeKnown):
    """All of the world, found by an index as the store has one."""

    by_key: dict[str, Item] = field(default_factory=dict)
    by_name: dict[str, list[Item]] = field(default_factory=dict)

    def item(self, key: str) -> Item | None:
        return self.by_key.get(key)

    def linked(self, key: str) -> tuple[Item, ...]:
        return tuple(self.by_name.get(key, ()))


def pulled(spine: Spine, repositories: tuple[str, ...]) -> Iterator[Item]:
    with JenkinsStandIn(jenkins.documents(spine)) as server:
        at = Jenkins(url=server.url, user=jenkins.USER, token=SecretStr(jenkins.TOKEN))
        client = JenkinsClient(at, Deaf())
        shelf = Shelf()
        shelf.keep(JenkinsSource(client, at, "jenkins", repositories=repositories).pull(shelf))
        client.close()
        yield from shelf.items.values()
    with GitHubStandIn(github.documents(spine)) as server:
        hub = GitHub(url=server.url, token=SecretStr(github.TOKEN), repositories=repositories)
        shelf = Shelf()
        shelf.keep(GitHubSource(GitHubClient(hub, Deaf()), hub, lambda: NOW).pull(shelf))
        yield from shelf.items.values()


@pytest.fixture(scope="module")
def world() -> Indexed:
    spine = spine_of_abc(1, 300, now=NOW)
    settings = load(ROOT / "config", {}, secrets=False)
    catalogue = Catalogue(settings.services, settings.people)
    repositories = tuple(settings.general.github.repositories) if settings.general.github else ()
    tickets = [
        item(
            t.number, title=t.subject, ticket=ticket(t.number, created_on=NOW - timedelta(days=99))
        )
        for t in spine.tickets
    ]
    every = tuple(map(catalogue.enriched, (*pulled(spine, repositories), *tickets)))
    by_name: dict[str, list[Item]] = defaultdict(list)
    for one in sorted(every, key=lambda one: one.key):
        for name in names(one.facts):
            by_name[name].append(one)
    return Indexed(
        all_items=every,
        now=NOW,
        baselines={"deliveries": NOW - timedelta(days=90)},
        by_key={one.key: one for one in every},
        by_name=dict(by_name),
    )


def episodes(world: Indexed) -> list[Episode]:
    lines: dict[str, list[Observation]] = defaultdict(list)
    for one in world.all_items:
        if one.kind in BUILDS.kinds:
            for said in BUILDS.observe(one, NOW):
                lines[said.line].append(said)
    return [e for line in sorted(lines) for e in live("builds", line, lines[line], (), BUILDS.life)]


def test_the_deployment_that_fails_for_days_is_one_open_incident(world: Indexed) -> None:
    still = [episode for episode in episodes(world) if episode.live]
    (broken,) = [episode for episode in still if episode.line.endswith(f":{BROKEN}@main")]
    telling = BUILDS.tell(broken, world)
    assert say(telling.subject, "ko") == f"production 배포 실패: {BROKEN}"
    assert telling.priority == "긴급"
    assert "Connection timed out" in words(telling.live, "ko")
    assert "***" in words(telling.live)  # the planted secret
    assert "* Last success before: abc/deploy/api-prod #" in words(telling.live)


def test_what_failed_and_succeeded_again_is_over_by_proof(world: Indexed) -> None:
    over = [episode for episode in episodes(world) if not episode.live]
    assert over
    assert all(episode.healed and episode.ended for episode in over)
    for episode in over:
        assert [r.name[:7] for r in BUILDS.tell(episode, world).remarks].count("closed@") == 1


def test_a_change_that_broke_the_build_is_surely_known(world: Indexed) -> None:
    told = [words(BUILDS.tell(episode, world).description) for episode in episodes(world)]
    assert any("* Confidence: high" in said for said in told)


def test_every_ticket_and_note_fits_into_redmine_in_both_languages(world: Indexed) -> None:
    records = Deliveries(section=DeliveriesSection(), zone=SEOUL, say=lambda *_: True)
    notes = [records.record(one, world) for one in world.all_items if one.ticket is not None]
    assert len([note for note in notes if note]) > 20
    told = [BUILDS.tell(episode, world) for episode in episodes(world)]
    proses = [*notes, *(one.description for one in told), *(one.live for one in told)]
    for prose in proses:
        for language in ("ko", "en"):
            assert len(rendered(prose, language, Markup.TEXTILE).encode()) < 65_535


def test_no_word_of_what_is_private_is_told_in_public(world: Indexed) -> None:
    secrets = {
        one.title
        for one in world.all_items
        if one.audience is Audience.PRIVATE and one.kind in ("pull", "deployment", "build")
    }
    shared = {one.title for one in world.all_items if one.audience is Audience.PUBLIC}
    records = Deliveries(
        section=DeliveriesSection(), zone=SEOUL, say=lambda one, _: one.audience is Audience.PUBLIC
    )
    said = [words(records.record(one, world)) for one in world.all_items if one.ticket is not None]
    public = [episode for episode in episodes(world) if episode.audience is Audience.PUBLIC]
    said += [whole(BUILDS.tell(episode, world)) for episode in public]
    assert secrets - shared
    assert [word for word in secrets - shared for text in said if word in text] == []


def test_deployments_of_the_world_lack_approvals_and_are_told_once_each(world: Indexed) -> None:
    records = Deliveries(section=DeliveriesSection(), zone=SEOUL, say=lambda *_: True)
    found = [finding.key for finding in records.findings(world)]
    assert found
    assert len(found) == len(set(found))
    assert all("#" in key for key in found)  # by the build, not by the deployment that it tells
