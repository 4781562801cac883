"""What a release ticket says of its criteria: met, not met, or unknown."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.locale import say
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.items import Audience, Facts, Item
from itsm_sync.model.signals import Episode, Standing, Telling
from itsm_sync.model.watching import Deliveries
from itsm_sync.model.watching import Releases as Section
from itsm_sync.model.words import Words
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.releases.derive import ReleaseTickets
from tests.incidents import day, incident
from tests.known import FakeKnown
from tests.prose import words

SIGNAL = ReleaseTickets(section=Section(), zone=ZoneInfo("Asia/Seoul"), deliveries=Deliveries())
FACTS: Facts = {"repository": "abc/portal", "service": "portal", "tag": "v2.4.0"}
LINE = "github:abc/portal/release/1"
SYSTEMS = ("redmine", "jenkins", "github")
READ = {name: SourceReport(health=Health.OK) for name in SYSTEMS}
STREAMS = {
    ("jenkins", "jobs"): Health.OK,
    **{
        ("github", f"abc/portal/{name}"): Health.OK
        for name in ("dependabot", "code-scanning", "secret-scanning")
    },
}


def thing(key: str, kind: str, state: str, source: str = "github", **facts: object) -> Item:
    return Item(
        key=key,
        source=source,
        kind=kind,
        title="title",
        url="http://127.0.0.1/",
        state=state,
        created_at=day(-5),
        updated_at=day(-5),
        facts=facts,  # type: ignore[arg-type]
    )


RELEASE = thing(LINE, "release", "published", **FACTS)


def job(name: str, color: str, *, tracked: bool = True, service: str = "portal") -> Item:
    facts = {"job": name, "tracked": tracked, "service": service}
    return thing(f"jenkins:ci:{name}", "job", color, "jenkins", **facts)


def alert(repository: str = "abc/portal", state: str = "open") -> Item:
    key = f"github:{repository}/dependabot/1"
    item = thing(key, "dependabot_alert", state, repository=repository, package="lodash")
    return replace(item, audience=Audience.PRIVATE, title="Prototype pollution in lodash")


def episode(*members: str, line: str = LINE, facts: Facts = FACTS, **changes: object) -> Episode:
    values: dict[str, object] = {
        "key": episode_key("releases", line, day(-5)),
        "signal": "releases",
        "line": line,
        "standing": Standing.OPEN,
        "began": day(-5),
        "opened": day(-5),
        "members": members,
        "facts": facts,
    }
    return Episode(**(values | changes))  # type: ignore[arg-type]


def told(
    *items: Item, of: Episode | None = None, signal: ReleaseTickets = SIGNAL, **known: object
) -> Telling:
    values: dict[str, object] = {"sources": READ, "streams": STREAMS} | known
    given = FakeKnown(all_items=(RELEASE, *items), **values)  # type: ignore[arg-type]
    return signal.tell(of or episode(), given)


def criterion(name: str, telling: Telling) -> str:
    """A criterion's row, without its name."""
    lines = words(telling.live).splitlines()
    [row] = [line for line in lines if line.startswith(name)]
    return row.removeprefix(f"{name} | ")


STALE = SourceReport(health=Health.FAILED, stale=True)
WITHOUT = [
    READ | {"redmine": STALE},
    READ | {"redmine": SourceReport(health=Health.OFF, asked=False)},
    {},
]


@pytest.mark.parametrize("sources", WITHOUT)
def test_incidents_are_unknown_while_redmine_was_not_read(sources: object) -> None:
    assert criterion("No open incidents", told(sources=sources)).startswith("unknown")


def test_open_incidents_are_named_by_their_numbers() -> None:
    assert criterion("No open incidents", told()) == "met | "
    some = episode("incident:redmine:issue/12", "incident:redmine:issue/3")
    assert criterion("No open incidents", told(of=some)) == "not met | 2 open: #3, #12"
    many = episode(*(f"incident:redmine:issue/{n}" for n in range(1, 14)))
    assert criterion("No open incidents", told(of=many)).endswith("#10, … and 3 more")


def test_incidents_that_machines_tell_stand_there_before_they_have_a_ticket_and_after() -> None:
    lasting = incident(-1, standing=Standing.OPEN, ended=None)
    elsewhere = replace(lasting, key="x", facts={**lasting.facts, "service": "api"})
    muted = replace(lasting, key="y", under="storms/0123456789/20260302T120000Z")
    every = (lasting, elsewhere, muted, incident(-3))
    before = told(of=episode("incident:redmine:issue/3"), all_episodes=every)
    assert criterion("No open incidents", before) == "not met | 2 open: abc/build, #3"
    both = episode("incident:redmine:issue/3", "incident:redmine:issue/60")
    after = told(of=both, all_episodes=every, tickets={lasting.key: 60})
    assert after.live == before.live


@pytest.mark.parametrize(
    ("jobs", "row"),
    [
        ([], "unknown | no job of the service tells"),
        ([job("abc/build", "blue")], "met | succeeded last: 1"),
        ([job("abc/build", "blue"), job("abc/deploy", "red")], "not met | 1 fail: abc/deploy"),
        ([job("abc/build", "disabled")], "unknown | no job of the service tells"),
        ([job("abc/build", "notbuilt")], "unknown | no job of the service tells"),
        ([job("abc/build", "yellow")], "unknown | no job of the service tells"),
        ([job("abc/build", "red", tracked=False)], "unknown | no job of the service tells"),
        ([job("abc/build", "red", service="api")], "unknown | no job of the service tells"),
        ([job("abc/test/e2e", "blue")], "unknown | no job of the service tells"),
    ],
)
def test_builds_stand_as_the_tracked_jobs_of_the_service_do(jobs: list[Item], row: str) -> None:
    assert criterion("Builds succeed", told(*jobs)) == row


@pytest.mark.parametrize(
    ("color", "row"),
    [
        ("blue", "met | succeeded last: 1"),
        ("red", "not met | 1 fail: abc/test/e2e"),
        ("yellow", "not met | 1 fail: abc/test/e2e"),
        ("aborted", "unknown | no job of the service tells"),
    ],
)
def test_tests_stand_as_the_last_test_jobs_do(color: str, row: str) -> None:
    assert criterion("Tests pass", told(job("abc/test/e2e", color))) == row


@pytest.mark.parametrize("health", [Health.FAILED, Health.PARTLY, None])
def test_jobs_are_unknown_while_jenkins_was_not_read(health: Health | None) -> None:
    streams = {k: v for k, v in STREAMS.items() if k[0] != "jenkins"}
    if health is not None:
        streams["jenkins", "jobs"] = health
    said = told(job("abc/build", "blue"), job("abc/test", "red"), streams=streams)
    assert criterion("Builds succeed", said) == "unknown | Jenkins could not be read"
    assert criterion("Tests pass", said) == "unknown | Jenkins could not be read"


def test_deployments_without_an_approved_change_stand_in_the_way() -> None:
    live = {"environment": "production"}
    mine = thing("github:abc/portal/deployment/1", "deployment", "success", **FACTS, **live)
    other = thing(
        "github:abc/api/deployment/2", "deployment", "success", repository="abc/api", **live
    )
    since = {"baselines": {"deliveries": day(-20)}}
    name = "No unapproved changes"
    assert criterion(name, told(mine, other, **since)) == "not met | deployments: 1"
    assert criterion(name, told(other, **since)) == "met | "


@pytest.mark.parametrize(
    ("stale", "named"),
    [
        (("redmine",), "Redmine"),
        (("jenkins",), "Jenkins"),
        (("jenkins", "github"), "Jenkins, GitHub"),
        (SYSTEMS, "Redmine, Jenkins, GitHub"),
    ],
)
def test_unapproved_changes_name_the_systems_that_they_lack(
    stale: tuple[str, ...], named: str
) -> None:
    sources = READ | dict.fromkeys(stale, STALE)
    row = criterion("No unapproved changes", told(sources=sources))
    assert row == f"unknown | {named} could not be read"


def test_a_system_that_nobody_uses_is_not_lacking() -> None:
    sources = {name: one for name, one in READ.items() if name != "github"}
    assert criterion("No unapproved changes", told(sources=sources)) == "met | "
    row = criterion("No unapproved changes", told(sources={"redmine": READ["redmine"]}))
    assert row == "unknown | Jenkins, GitHub could not be read"


def test_a_short_outage_changes_no_note() -> None:
    away = dict.fromkeys(SYSTEMS, SourceReport(health=Health.FAILED))
    assert told(job("abc/build", "blue"), sources=away) == told(job("abc/build", "blue"))


def test_unapproved_changes_are_unknown_where_nobody_looks_for_them() -> None:
    signal = replace(SIGNAL, deliveries=None)
    assert criterion("No unapproved changes", told(signal=signal)) == "unknown | switched off"


def test_alerts_are_counted_and_not_named() -> None:
    name = "No open security alerts"
    assert criterion(name, told(alert("abc/api"), alert(state="fixed"))) == "met | "
    said = told(alert())
    assert criterion(name, said) == "not met | 1 open"
    assert "lodash" not in words(said.live)


@pytest.mark.parametrize(
    ("health", "why"),
    [
        (Health.OFF, "dependabot is switched off"),
        (Health.FAILED, "dependabot could not be read"),
        (None, "dependabot could not be read"),
    ],
)
def test_alerts_are_unknown_where_they_are_off_or_not_read(health: Health | None, why: str) -> None:
    streams = {k: v for k, v in STREAMS.items() if k[1] != "abc/portal/dependabot"}
    if health is not None:
        streams["github", "abc/portal/dependabot"] = health
    name = "No open security alerts"
    assert criterion(name, told(streams=streams)) == f"unknown | {why}"
    assert criterion(name, told(alert(), streams=streams)) == f"not met | 1 open, {why}"


def test_a_version_has_a_criterion_of_its_own_and_the_repositories_of_its_service() -> None:
    version = episode(
        "redmine:issue/4",
        line="version:abc-app/2.4",
        facts={"project": "abc-app", "version": "2.4", "service": "portal"},
    )
    repository = thing("github:abc/portal", "repository", "x", **FACTS)
    said = told(repository, alert(), of=version)
    assert criterion("All tickets closed", said) == "not met | 1 open: #4"
    assert criterion("No open security alerts", said) == "not met | 1 open"
    nothing = criterion("No open security alerts", told(of=version))
    assert nothing.startswith("unknown | no repository of the service is read")
    assert said.project == "abc-app"


def test_the_note_counts_the_criteria_that_are_met() -> None:
    assert words(told(job("abc/build", "blue")).live).splitlines()[0] == "4 of 5 criteria met"


def test_subject_and_description_do_not_change_with_the_criteria() -> None:
    before, after = told(), told(job("abc/build", "red"), alert())
    assert (before.subject, before.description) == (after.subject, after.description)
    assert before.live != after.live


def test_a_release_is_related_to_the_tickets_that_it_names_and_to_its_version() -> None:
    version = episode(
        line="version:abc-app/2.4",
        facts={"project": "abc-app", "version": "2.4", "service": "portal"},
    )
    other = replace(version, key="x", facts={**version.facts, "service": "api"})
    named = ("redmine:issue/7", "redmine:issue/8000")  # one that there is, and another number
    naming = replace(RELEASE, facts={**FACTS, "references": named})
    there = thing(named[0], "issue", "open", "redmine")
    known = FakeKnown(all_items=(naming, there), all_episodes=(version, other, episode()))
    assert SIGNAL.tell(episode(), known).related == ("redmine:issue/7", version.key)
    assert SIGNAL.tell(version, known).related == (episode().key,)


def test_the_end_is_told_with_its_proof() -> None:
    proof = thing("github:abc/portal/deployment/9", "deployment", "success")
    over = episode(standing=Standing.CLOSED, ended=day(-4), healed=proof.key)
    said = told(proof, of=over)
    [remark] = said.remarks
    assert words(remark.text) == (
        "Deployed to production at 2026-02-26 21:00: title <http://127.0.0.1/>"
    )
    assert said.about == (LINE, proof.key)
    [remark] = told(of=episode(standing=Standing.CLOSED, ended=day(-4), healed=LINE)).remarks
    assert words(remark.text) == "Published at 2026-02-26 21:00."


def test_a_taken_ticket_is_told_that_it_could_be_closed() -> None:
    taken = episode(taken=True, well_since=day(-4), healed="github:abc/portal/deployment/9")
    [remark] = told(of=taken).remarks
    assert words(remark.text).endswith("The ticket stays with who took it.")


def test_a_draft_that_was_published_is_told_so() -> None:
    early = episode(began=day(-20))
    assert [remark.name.partition("@")[0] for remark in told(of=early).remarks] == ["published"]


def test_what_closes_the_ticket_follows_the_settings() -> None:
    soon = replace(SIGNAL, section=Section(closed_by="publication"))
    assert "once the release is deployed to production" in words(told().description)
    assert "once the release is published" in words(told(signal=soon).description)


def test_priority_due_date_project_and_words_come_from_the_settings() -> None:
    own = Words(ko="릴리스 {tag}", en="Release {tag}!")
    section = Section(priority="높음", due_days=3, project="abc-itsm", subject=own, intro=own)
    said = told(signal=replace(SIGNAL, section=section))
    assert (said.priority, said.due, said.project) == ("높음", date(2026, 2, 28), "abc-itsm")
    assert (say(said.subject, "ko"), say(said.subject, "en")) == (
        "릴리스 v2.4.0",
        "Release v2.4.0!",
    )
    assert "릴리스 v2.4.0" in words(said.description, "ko")


@pytest.mark.parametrize("line", [LINE, "version:abc-app/2.4"])
def test_the_ticket_speaks_both_languages(line: str) -> None:
    of = episode(
        line=line, reopenings=(day(-3),), standing=Standing.CLOSED, ended=day(-2), healed="x"
    )
    said = told(job("abc/build", "red"), alert(), of=of)
    proses = (said.description, said.live, *(remark.text for remark in said.remarks))
    for prose in proses:
        assert words(prose, "ko") != words(prose, "en")
        assert "{" not in words(prose, "ko")
    assert say(said.subject, "ko") != say(said.subject, "en")


def test_a_release_that_nobody_knows_any_more_breaks_nothing() -> None:
    said = SIGNAL.tell(episode(), FakeKnown())
    assert say(said.subject, "en") == "Release v2.4.0 of abc/portal"
    assert words(said.live).startswith("0 of 5 criteria met")


def test_the_criteria_of_a_closed_ticket_stay_as_they_were() -> None:
    over = episode(standing=Standing.CLOSED, ended=day(-4), healed=LINE)
    assert words(told(of=over).live).startswith("3 of 5")
    said = told(of=over, tickets={over.key: 70})
    assert (said.live, said.related) == ((), ())


def test_of_a_ticket_that_alone_is_left_nothing_is_told() -> None:
    said = told(of=episode(line="", facts={}))
    assert (said.description, said.live, said.remarks, said.related) == ((), (), (), ())
