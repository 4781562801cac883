"""Release tickets: of which releases and versions, and when they are over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.model.watching import Releases as Section
from itsm_sync.signals.releases.derive import ReleaseTickets
from itsm_sync.signals.releases.releasing import incidents_of, waited_for
from tests.builders import item as issue_item
from tests.builders import ticket
from tests.incidents import day
from tests.known import FakeKnown

START = day(-10)
REPO = {"repository": "abc/portal", "service": "portal", "service_project": "abc-app"}


def release(at: float = -5, **changes: object) -> Item:
    facts = {**REPO, "tag": "v2.4.0", "branch": "main", **changes.pop("facts", {})}  # type: ignore[dict-item]
    values: dict[str, object] = {
        "key": "github:abc/portal/release/1",
        "source": "github",
        "kind": "release",
        "title": "portal v2.4.0",
        "url": "http://127.0.0.1/",
        "state": "published",
        "created_at": day(at),
        "updated_at": day(at),
        "facts": facts,
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def deployment(at: float, number: int = 1, **changes: object) -> Item:
    facts = {
        "repository": "abc/portal",
        "environment": "production",
        "branch": "main",
        "sha": "a" * 40,
        "finished_at": day(at),
        **changes.pop("facts", {}),  # type: ignore[dict-item]
    }
    values: dict[str, object] = {
        "key": f"github:abc/portal/deployment/{number}",
        "source": "github",
        "kind": "deployment",
        "title": "production ← main",
        "url": "http://127.0.0.1/",
        "state": "success",
        "created_at": day(at),
        "updated_at": day(at),
        "facts": facts,
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def issue(
    number: int, at: float = -8, *, closed: bool = False, made: float = -9, **facts: object
) -> Item:
    its = ticket(number, closed=closed, created_on=day(made), updated_on=day(at))
    told = {"project": "abc-app", "version": "2.4", "service": "portal", "tracker": "결함"}
    return issue_item(number, ticket=its, facts={**told, **facts})


def derived(
    *items: Item, kept: tuple[Episode, ...] = (), section: Section | None = None, **known: object
) -> tuple[Episode, ...]:
    signal = ReleaseTickets(section=section or Section(), zone=UTC)
    values: dict[str, object] = {"baselines": {"releases": START}} | known
    given = FakeKnown(all_items=items, all_episodes=kept, **values)  # type: ignore[arg-type]
    return tuple(signal.derive(given))


def one(*items: Item, **known: object) -> Episode:
    [found] = derived(*items, **known)  # type: ignore[arg-type]
    return found


def act(of: Episode, deed: Deed, at: float) -> Act:
    return Act(episode=of.key, deed=deed, at=day(at), by="강수아")


def state(of: Episode) -> tuple[Standing, datetime | None, str]:
    return of.standing, of.ended, of.healed


OPEN = (Standing.OPEN, None, "")


def test_a_release_published_since_the_first_start_has_a_ticket() -> None:
    found = one(release())
    assert state(found) == OPEN
    assert (found.began, found.opened) == (day(-5), day(-5))
    assert found.facts == {**REPO, "tag": "v2.4.0", "branch": "main"}


def test_releases_of_before_the_first_start_have_none() -> None:
    assert derived(release(-11)) == ()


def test_a_draft_that_can_be_seen_has_a_ticket_already() -> None:
    draft = release(-50, state="draft")
    assert state(one(draft)) == OPEN
    assert derived(draft, section=Section(drafts=False)) == ()


def test_a_draft_keeps_its_ticket_when_it_is_published() -> None:
    first = one(release(-50, state="draft"))
    found = one(release(-1), kept=(first,))
    assert (found.key, found.began, state(found)) == (first.key, first.began, OPEN)


def test_a_draft_is_not_out_whatever_was_deployed() -> None:
    assert state(one(release(-50, state="draft"), deployment(-1))) == OPEN


def test_prereleases_count_where_the_settings_say_so() -> None:
    candidate = release(facts={"prerelease": True})
    assert derived(candidate) == ()
    assert len(derived(candidate, section=Section(prereleases=True))) == 1


@pytest.mark.parametrize(
    ("facts", "at", "out"),
    [
        ({"branch": "v2.4.0"}, -4, True),
        ({"branch": "refs/tags/v2.4.0"}, -4, True),
        ({"branch": "main"}, -4, True),
        ({"branch": "v2.4.0"}, -6, True),
        ({"branch": "main"}, -6, False),
        ({"branch": "develop"}, -4, False),
        ({"branch": "v2.4.0", "environment": "staging"}, -4, False),
        ({"branch": "v2.4.0", "environment": "eu-1", "production": True}, -4, True),
        ({"branch": "v2.4.0", "environment": "운영"}, -4, True),
        ({"branch": "v2.4.0", "repository": "abc/api"}, -4, False),
    ],
    ids=[
        "by its tag",
        "by the tag's full name",
        "by its branch, later",
        "by its tag, before the publication",
        "by its branch, before the publication",
        "by another branch",
        "to staging",
        "to what GitHub calls production",
        "to what the settings call production",
        "of another repository",
    ],
)
def test_a_release_is_over_with_its_deployment_to_production(
    facts: dict[str, object], at: float, out: bool
) -> None:
    found = one(release(), deployment(at, facts=facts))
    ended = (Standing.CLOSED, day(max(at, -5)), "github:abc/portal/deployment/1")
    assert state(found) == (ended if out else OPEN)


def test_a_release_made_of_a_commit_is_out_with_that_commit() -> None:
    found = one(release(facts={"branch": "a" * 40}), deployment(-6, facts={"branch": "hotfix"}))
    assert found.standing is Standing.CLOSED


@pytest.mark.parametrize("said", ["failure", "pending", "inactive", "error"])
def test_a_deployment_that_did_not_succeed_proves_nothing(said: str) -> None:
    assert state(one(release(), deployment(-4, state=said))) == OPEN


def test_the_first_proof_stays_whatever_follows() -> None:
    first = one(release(), deployment(-4, 1))
    assert first.ended == day(-4)
    again = one(release(), deployment(-4.5, 2), kept=(first,))
    assert (again.ended, again.healed) == (first.ended, first.healed)
    assert one(release(), kept=(first,)) == first  # the deployment is gone


def test_publication_is_enough_where_the_settings_say_so() -> None:
    found = one(release(), section=Section(closed_by="publication"))
    assert state(found) == (Standing.CLOSED, day(-5), release().key)


def test_a_release_that_somebody_has_taken_is_not_closed_for_them() -> None:
    first = one(release())
    deeds = (act(first, Deed.TAKEN, -4.5),)
    found = one(release(), deployment(-4), kept=(first,), deeds=deeds)
    assert (found.standing, found.well_since) == (Standing.OPEN, day(-4))
    closing = Section(when_taken="close")
    found = one(release(), deployment(-4), kept=(first,), deeds=deeds, section=closing)
    assert found.standing is Standing.CLOSED


@pytest.mark.parametrize(
    ("deed", "standing"),
    [
        (Deed.CLOSED, Standing.CLOSED),
        (Deed.REJECTED, Standing.REJECTED),
        (Deed.DELETED, Standing.DELETED),
    ],
)
def test_what_people_decide_of_a_release_stands(deed: Deed, standing: Standing) -> None:
    first = one(release())
    deeds = (act(first, deed, -4.5),)
    found = one(release(), kept=(first,), deeds=deeds)
    assert (found.standing, found.ended) == (standing, day(-4.5))
    later = one(release(), deployment(-4), kept=(found,), deeds=deeds)
    assert (later.standing, later.ended) == (standing, day(-4.5))


def test_a_release_opened_again_by_a_person_stays_open() -> None:
    first = one(release(), deployment(-4))
    deeds = (act(first, Deed.REOPENED, -3),)
    found = one(release(), deployment(-4), kept=(first,), deeds=deeds)
    assert state(found) == OPEN
    assert state(one(release(), deployment(-4), kept=(found,), deeds=deeds)) == OPEN


def test_a_release_of_a_private_repository_is_private() -> None:
    assert one(release(audience=Audience.PRIVATE)).audience is Audience.PRIVATE


def test_a_release_that_is_gone_from_github_closes_nothing() -> None:
    first = one(release())

    class Gone(FakeKnown):
        def items(self, **asked: object) -> list[Item]:
            return []

    known = Gone(all_items=(release(),), all_episodes=(first,), baselines={"releases": START})
    assert list(ReleaseTickets(section=Section(), zone=UTC).derive(known)) == [first]


def test_a_version_with_an_open_ticket_has_one_release_ticket() -> None:
    found = one(issue(1), issue(2), issue(3, closed=True))
    assert (found.line, found.began) == ("version:abc-app/2.4", day(-9))
    assert waited_for(found) == ("redmine:issue/1", "redmine:issue/2")
    assert derived(issue(3, closed=True)) == ()
    assert derived(issue(1), section=Section(versions=False)) == ()


def test_a_version_is_over_when_the_last_of_its_tickets_is() -> None:
    first = one(issue(1), issue(2))
    found = one(issue(1, -3, closed=True), issue(2), kept=(first,))
    assert (state(found), waited_for(found)) == (OPEN, ("redmine:issue/2",))
    over = one(issue(1, -3, closed=True), issue(2, -2, closed=True), kept=(found,))
    assert state(over) == (Standing.CLOSED, day(-2), "redmine:issue/2")
    edited = one(issue(1, -3, closed=True), issue(2, -1, closed=True), kept=(over,))
    assert edited == over


def test_a_ticket_that_moves_to_another_version_is_waited_for_no_more() -> None:
    first = one(issue(1))
    by_line = {e.line: e for e in derived(issue(1, -2, version="2.5"), kept=(first,))}
    assert by_line["version:abc-app/2.4"].standing is Standing.CLOSED
    assert by_line["version:abc-app/2.5"].standing is Standing.OPEN


def test_a_ticket_that_vanished_is_still_waited_for() -> None:
    first = one(issue(1))
    assert waited_for(one(kept=(first,))) == ("redmine:issue/1",)


def test_a_version_that_gets_an_open_ticket_again_has_the_same_release_ticket() -> None:
    first = one(issue(1))
    over = one(issue(1, -3, closed=True), kept=(first,))
    back = one(issue(1, -3, closed=True), issue(2, -1), kept=(over,))
    assert (back.key, state(back)) == (first.key, OPEN)
    assert (back.reopenings, back.opened, back.count) == ((day(-1),), day(-1), 2)
    assert one(issue(1, -3, closed=True), issue(2, -1), kept=(back,)) == back
    end = one(issue(1, -3, closed=True), issue(2, -0.5, closed=True), kept=(back,))
    assert state(end) == (Standing.CLOSED, day(-0.5), "redmine:issue/2")
    assert end.reopenings == back.reopenings


def test_a_version_closed_by_a_person_is_not_opened_by_its_tickets() -> None:
    first = one(issue(1))
    deeds = (act(first, Deed.CLOSED, -4),)
    closed = one(issue(1), kept=(first,), deeds=deeds)
    assert one(issue(1), issue(2, -1), kept=(closed,), deeds=deeds).standing is Standing.CLOSED


def test_our_own_release_ticket_is_not_waited_for() -> None:
    first = one(issue(1))
    own = issue(50)
    found = one(issue(1), own, kept=(first,), tickets={first.key: 50})
    assert waited_for(found) == ("redmine:issue/1",)


def test_open_incidents_of_the_service_stand_in_the_way() -> None:
    open_one = issue(7, tracker="사건", version="")
    elsewhere = issue(8, tracker="사건", version="", service="api")
    found = one(release(), open_one, elsewhere, section=Section(versions=False))
    assert incidents_of(found) == ("redmine:issue/7",)
    assert waited_for(found) == ()


def test_a_version_of_a_project_without_a_service_counts_the_project() -> None:
    facts = {"service": "", "project": "abc-biz"}
    mine = {k: v for k, v in issue(1, **facts).facts.items() if v}
    ticket_of_version = replace(issue(1), facts=mine)
    incident = replace(issue(2), facts={**mine, "tracker": "사건", "version": ""})
    found = one(ticket_of_version, incident)
    assert incidents_of(found) == ("redmine:issue/2",)


def test_the_second_look_at_the_same_answers_the_same() -> None:
    items = (release(), deployment(-4), issue(1), issue(7, tracker="사건"))
    first = derived(*items)
    assert derived(*items, kept=first) == first


def test_what_has_been_over_for_long_is_answered_no_more() -> None:
    first = one(release(), deployment(-4))
    assert derived(release(), deployment(-4), kept=(first,), now=day(27)) == ()


def as_its_ticket_tells(of: Episode, **changes: object) -> Episode:
    """What is left of an episode after a lost database: its key, and whether the ticket is open."""
    left = Episode(
        key=of.key,
        signal=of.signal,
        line="",
        standing=Standing.OPEN if of.live else Standing.CLOSED,
        began=of.began,
        opened=of.began,
        ended=of.ended,
    )
    return replace(left, **changes)  # type: ignore[arg-type]


def test_after_a_lost_database_a_release_finds_its_ticket_though_it_began_as_a_draft() -> None:
    draft = one(release(-50, state="draft"))
    before = one(release(-1), kept=(draft,))
    assert one(release(-1), kept=(as_its_ticket_tells(before),)) == before


def test_after_a_lost_database_a_version_finds_its_ticket_though_its_first_one_is_closed() -> None:
    first = one(issue(1, made=-20), issue(2))
    later = issue(2, made=-2)
    assert one(later, kept=(as_its_ticket_tells(first),)).key == first.key


def test_after_a_lost_database_what_people_decided_is_heard_again() -> None:
    first = one(issue(1))
    deeds = (act(first, Deed.CLOSED, -4),)
    closed = one(issue(1), kept=(first,), deeds=deeds)
    assert one(issue(1), kept=(as_its_ticket_tells(closed),), deeds=deeds) == closed
