"""How tickets are read: nothing is lost, and an unchanged Redmine is asked once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from itsm_sync.clients.errors import Broken, Unauthorised, Unreachable
from itsm_sync.model.cycles import Batch, Health
from itsm_sync.model.tickets import Ref
from itsm_sync.model.words import Message
from itsm_sync.sources.redmine import RedmineSource
from itsm_sync.sources.redmine.asking import stamp
from itsm_sync.sources.redmine.projects import MOST_IN_ADDRESS
from tests.builders import SUA
from tests.redmine_builders import BOT, NOON, SECOND, MemoryRedmine, issue, project, settings
from tests.shelf import Shelf

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Room:
    """A Redmine, what is stored of it, and a clock that stands."""

    def __init__(self, **changes: Any) -> None:
        self.redmine = MemoryRedmine()
        self.shelf = Shelf()
        self.now = NOON + MINUTE
        self.source = RedmineSource(
            self.redmine,  # type: ignore[arg-type]
            settings(**changes),
            lambda: self.now,
        )

    def pull(self) -> list[Batch]:
        self.redmine.asked.clear()
        self.redmine.log.clear()
        return self.shelf.keep(self.source.pull(self.shelf))

    @property
    def pages(self) -> int:
        return self.redmine.asked.count("issues")

    def stored(self) -> dict[int, datetime]:
        items = {key: i for key, i in self.shelf.items.items() if i.kind == "issue"}
        return {int(key.rpartition("/")[2]): item.updated_at for key, item in items.items()}

    def complete(self) -> bool:
        """Whether all is stored as Redmine shows it, to the second."""
        shown = {n: at.replace(microsecond=0) for n, (at, _) in self.redmine.tickets.items()}
        return self.stored() == shown


@pytest.fixture
def room() -> Room:
    return Room()


def spread(room: Room, count: int, step: timedelta = MINUTE) -> None:
    """Tickets 1..count, the last of them changed at noon."""
    for number in range(1, count + 1):
        room.redmine.put(number, at=NOON - (count - number) * step)


def _by_number(params: Mapping[str, Any]) -> bool:
    return "v[issue_id][]" in params


def health(batches: list[Batch], stream: str) -> Health:
    return next(b.health for b in reversed(batches) if b.stream == stream)


def test_a_cold_pull_reads_every_ticket_once(room: Room) -> None:
    spread(room, 250)
    room.pull()
    assert room.complete()
    assert room.pages == 5  # the newest one, three by key, and what is new since


def test_an_unchanged_redmine_is_asked_who_we_are_and_once_for_tickets(room: Room) -> None:
    spread(room, 250)
    room.pull()
    room.pull()
    assert room.redmine.asked == ["me", "issues"]


def test_once_settled_nothing_known_is_handed_over_again(room: Room) -> None:
    spread(room, 250)
    room.pull()
    room.now += HOUR
    room.pull()
    (_, issues) = room.pull()
    assert (issues.items, room.redmine.asked) == ((), ["me", "issues"])
    assert room.redmine.log[-1]["v[updated_on][]"] == [stamp(NOON + 2 * SECOND)]


@pytest.mark.parametrize("after", [SECOND + timedelta(milliseconds=1), HOUR])
def test_once_settled_all_after_the_second_of_the_newest_is_read(
    room: Room, after: timedelta
) -> None:
    spread(room, 250)
    room.pull()
    room.now += HOUR
    room.pull()
    room.redmine.put(*range(251, 401), at=NOON + after)
    room.pull()
    assert room.complete()


def test_a_pull_that_was_killed_goes_on_where_it_was(room: Room) -> None:
    spread(room, 250)
    pull = room.source.pull(room.shelf)
    room.shelf.keep([next(pull), next(pull), next(pull)])  # projects, and two pages
    pull.close()
    assert len(room.stored()) == 200
    room.pull()
    assert room.complete()
    assert [p["v[issue_id][]"] for p in room.redmine.log if "v[issue_id][]" in p] == [["201"]]


def test_several_readers_read_every_ticket_and_no_page_twice() -> None:
    room = Room(readers=4)
    spread(room, 2500, step=SECOND)
    room.pull()
    assert room.complete()
    asked = [(p["op[issue_id]"], *p["v[issue_id][]"]) for p in room.redmine.log if _by_number(p)]
    assert (
        len(asked) == len(set(asked)) <= 25 + 4 + 3
    )  # each reader's last page, and what it gave up
    assert {">=", "><"} == {operator for operator, *_ in asked}


def test_several_readers_that_were_killed_go_on_where_each_was() -> None:
    room = Room(readers=4)
    spread(room, 2500, step=SECOND)
    pull = room.source.pull(room.shelf)
    room.shelf.keep([next(pull) for _ in range(9)])
    pull.close()
    before = set(room.stored())
    room.source = RedmineSource(
        room.redmine,  # type: ignore[arg-type]
        settings(readers=3),
        lambda: room.now,
    )
    room.pull()
    assert room.complete()
    assert len(before) == 800
    begun = {int(p["v[issue_id][]"][0]) for p in room.redmine.log if _by_number(p)}
    assert begun.isdisjoint(before)


def test_one_reader_that_fails_stops_the_first_read_with_all_that_came_before() -> None:
    room = Room(readers=4)
    spread(room, 2500, step=SECOND)
    pull = room.source.pull(room.shelf)
    room.shelf.keep([next(pull), next(pull)])
    room.redmine.faults = [None, Unreachable(Message("no answer"), system="redmine")]
    told = room.shelf.keep(pull)
    assert health(told, "issues") is Health.FAILED
    assert 0 < len(room.stored()) < 2500
    room.redmine.faults.clear()
    room.pull()
    assert room.complete()


def test_what_changed_while_paging_is_read_in_the_same_pull(room: Room) -> None:
    """Redmine fact 7: the cursor is taken before the cold pull."""
    spread(room, 250)
    pull = room.source.pull(room.shelf)
    room.shelf.keep([next(pull), next(pull)])
    room.redmine.put(3, at=NOON + SECOND)
    room.redmine.put(251, at=NOON + 2 * SECOND)
    room.shelf.keep(pull)
    assert room.complete()


def test_a_hundred_and_twenty_changes_are_all_read(room: Room) -> None:
    spread(room, 250)
    room.pull()
    for number in range(1, 121):
        room.redmine.put(number, at=NOON + number * SECOND)
    room.now += HOUR
    room.pull()
    assert room.complete()


def test_a_change_of_more_known_tickets_than_a_page_has_is_read_in_the_same_pull(
    room: Room,
) -> None:
    """As a script in Redmine makes it: none is unknown, and none is as it was."""
    spread(room, 250, step=SECOND / 8)
    room.pull()
    for number in range(1, 251):
        room.redmine.put(number, at=NOON + 10 * SECOND + number * SECOND / 100)
    room.pull()
    assert room.complete()


@pytest.mark.parametrize("count", [120, 350])
def test_tickets_of_one_second_are_all_read(room: Room, count: int) -> None:
    """Fractions that Redmine does not show decide the order within a second."""
    spread(room, 10)
    room.pull()
    for number in range(1, count + 1):
        fraction = timedelta(microseconds=(number * 7919) % 1_000_000)
        room.redmine.put(number, at=NOON + MINUTE + fraction)
    room.redmine.put(count + 1, at=NOON + 2 * MINUTE)
    room.now += HOUR
    room.pull()
    assert room.complete()


def test_a_crowd_in_the_last_second_is_asked_for_once_when_settled(room: Room) -> None:
    room.redmine.put(*range(1, 301))
    room.now += HOUR
    room.pull()
    assert room.complete()
    for _ in range(3):
        room.pull()
    assert room.redmine.asked == ["me", "issues"]


def test_a_late_commit_is_read(room: Room) -> None:
    """Redmine fact 7: a transaction shows its time before it shows itself."""
    spread(room, 250)
    room.pull()
    room.redmine.put(251, at=NOON - 30 * SECOND)
    room.pull()
    assert room.complete()


def test_a_second_change_within_one_second_is_read(room: Room) -> None:
    spread(room, 3)
    room.pull()
    room.redmine.put(3, at=NOON + timedelta(milliseconds=800))
    (_, issues) = room.pull()
    assert "redmine:issue/3" in {item.key for item in issues.items}


def echo(room: Room, first: int, last: int) -> None:
    """The bot writes tickets and stores what it read back."""
    room.now += 50 * MINUTE
    for number in range(first, last + 1):
        room.redmine.put(number, at=room.now - MINUTE + number * SECOND / 4)
    twin = Shelf()
    mirror = RedmineSource(
        room.redmine,  # type: ignore[arg-type]
        room.source.settings,
        room.source.clock,
    )
    twin.keep(mirror.pull(twin))
    room.shelf.items |= twin.items


def test_our_own_echoes_are_known_and_cost_one_request(room: Room) -> None:
    spread(room, 250)
    room.pull()
    echo(room, 1, 160)
    room.pull()
    assert room.redmine.asked == ["me", "issues", "me"]


def test_a_person_s_change_among_our_echoes_is_read_one_pull_later(room: Room) -> None:
    """The newest page of echoes hides it, and the count is right: so the next pull reads all."""
    spread(room, 250)
    room.pull()
    echo(room, 1, 160)
    room.redmine.put(5, at=room.redmine.tickets[20][0] + SECOND / 8)
    room.pull()
    assert room.pages == 1
    room.pull()
    assert room.complete()


def test_after_echoes_were_read_the_pulls_are_one_request_again(room: Room) -> None:
    spread(room, 250)
    room.pull()
    echo(room, 1, 160)
    room.pull()
    room.now += HOUR
    room.pull()
    room.pull()
    assert room.redmine.asked == ["me", "issues"]


def test_a_ticket_from_the_future_hides_no_other(room: Room) -> None:
    spread(room, 3)
    room.redmine.put(4, at=NOON + timedelta(days=9000))
    room.pull()
    room.redmine.put(2, at=NOON + 2 * MINUTE)
    room.now += HOUR
    room.pull()
    assert room.complete()


def test_the_times_in_a_question_are_utc_without_fraction(room: Room) -> None:
    """Redmine fact 5: an offset or a fraction is 422."""
    spread(room, 3)
    room.pull()
    room.pull()
    (asked,) = room.redmine.log
    assert asked["v[updated_on][]"] == ["2026-03-02T11:59:00Z"]  # the overlap
    assert asked["sort"] == "updated_on:desc,id"


def test_a_fraction_at_the_window_s_edge_does_not_spoil_the_count(room: Room) -> None:
    """Redmine fact 5: `>=T` counts what stands between T - 1 s and T."""
    spread(room, 400, step=SECOND / 2)
    room.pull()
    room.pull()
    assert room.pages == 1


def test_closed_tickets_are_asked_for(room: Room) -> None:
    """Redmine fact 1."""
    spread(room, 1)
    room.pull()
    assert all(p["op[status_id]"] == "*" for p in room.redmine.log)


def test_an_edit_after_the_server_s_clock_was_put_back_is_read_within_the_hour(room: Room) -> None:
    spread(room, 250)
    room.pull()
    room.redmine.put(7, at=NOON - 19 * MINUTE)
    room.redmine.put(251, at=NOON - 18 * MINUTE)
    room.now += HOUR
    room.pull()
    assert room.complete()
    room.now += 10 * MINUTE
    room.pull()
    assert room.redmine.asked == ["me", "issues"]


def test_a_ticket_that_was_moved_to_anothers_project_is_gone_and_comes_back(room: Room) -> None:
    room.redmine.listed += (project(9, "other", None),)
    spread(room, 3)
    room.pull()
    room.now += HOUR
    room.redmine.put(2, at=NOON + MINUTE, project=9)
    assert [b.gone for b in room.pull() if b.gone] == [("redmine:issue/2",)]
    room.now += HOUR
    room.redmine.put(2, at=NOON + HOUR)
    room.pull()
    assert "redmine:issue/2" in room.shelf.known("issue", state="open")


# -- projects ---------------------------------------------------------------------------------


def test_other_projects_are_left_alone(room: Room) -> None:
    room.redmine.listed += (project(9, "other", None),)
    room.redmine.put(1)
    room.redmine.put(2, project=9)
    room.pull()
    assert room.stored().keys() == {1}


def test_a_new_subproject_shows_itself_by_its_first_ticket(room: Room) -> None:
    spread(room, 3)
    room.redmine.listed += (project(9, "other", None),)
    room.pull()
    room.redmine.hidden = (project(7, "abc-new", 3),)
    room.redmine.put(50, at=NOON + SECOND, project=7)
    room.redmine.put(40, at=NOON - timedelta(days=90), project=7)  # moved there long ago
    room.pull()
    assert room.complete()
    assert room.shelf.items["redmine:issue/50"].facts["projects"] == (
        "abc",
        "abc-infra",
        "abc-new",
    )


def test_an_unknown_project_of_others_is_looked_at_once(room: Room) -> None:
    spread(room, 3)
    room.pull()
    room.redmine.hidden = (project(9, "other", None),)
    room.redmine.put(50, at=NOON + SECOND, project=9)
    room.pull()
    assert "project 9" in room.redmine.asked
    room.pull()
    assert room.redmine.asked == ["me", "issues"]
    assert 50 not in room.stored()


def test_a_closed_root_is_found_where_the_list_hides_it() -> None:
    room = Room(projects=["abc", "abc-old"])
    room.redmine.hidden = (project(8, "abc-old", None, closed=True),)
    room.redmine.put(1, project=8)
    batches = room.pull()
    assert room.stored().keys() == {1}
    assert health(batches, "projects") is Health.OK


def test_a_project_that_nobody_can_see_is_named(room: Room) -> None:
    room = Room(projects=["abc", "abd"])
    room.redmine.put(1)
    batches = room.pull()
    told = next(b for b in batches if b.stream == "projects")
    assert (told.health, told.error and told.error.params) == (Health.PARTLY, {"projects": "abd"})
    assert room.stored().keys() == {1}


def test_projects_are_read_again_once_a_day(room: Room) -> None:
    room.redmine.put(1)
    room.pull()
    room.now += timedelta(hours=23)
    room.pull()
    assert "projects" not in room.redmine.asked
    room.now += timedelta(hours=2)
    room.redmine.listed += (project(9, "abc-late"),)
    room.redmine.put(2, at=NOON - timedelta(days=90), project=9)
    room.pull()
    assert "projects" in room.redmine.asked
    assert room.complete()


def test_too_many_other_projects_are_not_named_one_by_one(room: Room) -> None:
    others = tuple(project(n, f"p{n}", None) for n in range(100, 101 + MOST_IN_ADDRESS))
    room.redmine.listed += others
    spread(room, 3)
    room.pull()
    room.pull()
    (asked,) = room.redmine.log
    assert (asked["op[project_id]"], asked["v[project_id][]"]) == ("=", ["1", "2", "3"])


# -- what goes wrong --------------------------------------------------------------------------


def test_a_failing_page_keeps_what_was_read_and_where(room: Room) -> None:
    spread(room, 250)
    down = Unreachable(Message("Redmine can't be reached"), system="redmine")
    room.redmine.faults = [None, None, None, None, down]  # me, projects, newest, one page
    batches = room.pull()
    assert health(batches, "issues") is Health.FAILED
    assert len(room.stored()) == 100
    room.pull()
    assert room.complete()


def test_a_redmine_that_was_never_reached_is_no_empty_one(room: Room) -> None:
    room.redmine.faults = [
        None,
        Broken(Message("Redmine answered 503"), system="redmine", status=503),
    ]
    with pytest.raises(Broken):
        room.pull()
    assert room.shelf.cursors == {}


@pytest.mark.parametrize("asked", [3, 4, 5])
def test_a_key_revoked_meanwhile_moves_no_cursor(room: Room, asked: int) -> None:
    """Redmine fact 3: what a nobody sees is not all there is."""
    spread(room, 250)
    room.redmine.nobody_after = asked
    with pytest.raises(Unauthorised):
        room.pull()
    room.redmine.nobody_after = None
    room.pull()
    assert room.complete()


def test_one_bad_payload_is_set_aside_and_the_others_come(room: Room) -> None:
    spread(room, 3)
    room.redmine.extra = [{"id": 9}, "?", issue_without("author")]
    batches = room.pull()
    rejected = {r.key for b in batches for r in b.rejected}
    assert rejected == {"redmine:issue/?", "redmine:issue/99"}
    assert room.complete()


def issue_without(name: str) -> dict[str, Any]:
    payload = issue(99)
    del payload[name]
    return payload


# -- wiki -------------------------------------------------------------------------------------


def page(title: str, version: int = 1) -> dict[str, Any]:
    at = (NOON + version * MINUTE).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"title": title, "version": version, "created_on": at, "updated_on": at}


@pytest.fixture
def wiki(room: Room) -> Room:
    room.redmine.listed = (
        project(1, "abc", None),
        project(2, "abc-app", modules=frozenset({"wiki"})),
    )
    room.redmine.wikis["abc-app"] = [page("안내"), page("배포")]
    return room


def test_a_wiki_index_is_read_once_an_hour_and_only_news_come(wiki: Room) -> None:
    wiki.pull()
    assert "redmine:wiki/abc-app/안내" in wiki.shelf.items
    wiki.redmine.wikis["abc-app"] = [page("안내", 2)]
    wiki.pull()
    assert not any("wiki" in asked for asked in wiki.redmine.asked)
    wiki.now += HOUR
    told = next(b for b in wiki.pull() if b.stream == "wiki:abc-app")
    assert [item.facts["version"] for item in told.items] == [2]
    assert told.gone == ("redmine:wiki/abc-app/배포",)


def test_a_changed_page_tells_the_person_who_wrote_it_and_never_the_bot(wiki: Room) -> None:
    wiki.pull()
    assert not any(asked.startswith("page ") for asked in wiki.redmine.asked)
    wiki.redmine.wikis["abc-app"] = [page("안내", 2), page("배포", 2), page("새 문서", 2)]
    wiki.redmine.writers = {"안내": SUA, "배포": Ref(id=BOT, name="itsm-sync 봇")}
    wiki.now += HOUR
    told = next(b for b in wiki.pull() if b.stream == "wiki:abc-app")
    written = {item.title: item.facts.get("author") for item in told.items}
    assert written == {"안내": SUA.name, "배포": None, "새 문서": None}


def test_a_wiki_that_is_not_there_is_off_and_no_failure(wiki: Room) -> None:
    wiki.redmine.wikis.clear()
    assert health(wiki.pull(), "wiki:abc-app") is Health.OFF


def test_a_wiki_that_fails_is_failed_and_the_tickets_come(wiki: Room) -> None:
    wiki.redmine.put(1)
    wiki.pull()
    wiki.now += HOUR
    wiki.redmine.faults = [None, None, None, Broken(Message("503"), system="redmine")]
    wiki.redmine.put(2, at=NOON + SECOND)
    batches = wiki.pull()
    assert health(batches, "wiki:abc-app") is Health.FAILED
    assert len(wiki.shelf.items) == 4


def test_a_deleted_ticket_is_told_and_a_hidden_one_stays(room: Room) -> None:
    """Redmine fact 9."""
    spread(room, 5)
    room.pull()
    del room.redmine.tickets[2]
    room.redmine.secret.add(3)
    assert not any(batch.gone for batch in room.pull())
    room.now += HOUR
    (told,) = [batch for batch in room.pull() if batch.gone]
    assert told.gone == ("redmine:issue/2",)
    asked = [path for path in room.redmine.asked if path.startswith("issue ")]
    assert asked == ["issue 2 False", "issue 3 False"]


def test_however_many_are_hidden_a_deleted_one_behind_them_is_found(room: Room) -> None:
    spread(room, 250)
    room.pull()
    room.redmine.secret |= set(range(1, 151))
    del room.redmine.tickets[160]
    doubted = []
    for gone in ((), ("redmine:issue/160",), ()):
        room.now += HOUR
        told = room.pull()[-1]
        assert (told.stream, told.gone) == ("vanished", gone)
        doubted.append(sum(path.startswith("issue ") for path in room.redmine.asked))
    assert doubted == [100, 51, 100]


@pytest.mark.parametrize(
    "rows", [[["5"], ["3"]], [["2"], ["2"]], [["9" * 5000]], [["#2"]], [["1", "2"]]]
)
def test_a_list_of_numbers_that_is_none_is_not_believed(
    room: Room, monkeypatch: pytest.MonkeyPatch, rows: list[list[str]]
) -> None:
    spread(room, 5)
    room.pull()
    room.now += HOUR
    room.pull()
    del room.redmine.tickets[2]
    monkeypatch.setattr(MemoryRedmine, "table", lambda *_, **__: rows)
    room.now += HOUR
    assert room.pull()[-1].gone == ("redmine:issue/2",)


def test_without_a_list_closed_tickets_are_not_asked_for_by_number(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread(room, 250)
    room.pull()
    for number in range(1, 221):
        key = f"redmine:issue/{number}"
        room.shelf.items[key] = replace(room.shelf.items[key], state="closed")
    for number in (5, 240):
        del room.redmine.tickets[number]
    monkeypatch.setattr(MemoryRedmine, "table", lambda *_, **__: [])
    room.now += 24 * HOUR
    assert room.pull()[-1].gone == ("redmine:issue/240",)


def test_where_no_ticket_is_left_the_closed_ones_are_gone_too(room: Room) -> None:
    spread(room, 2)
    room.pull()
    key = "redmine:issue/2"
    room.shelf.items[key] = replace(room.shelf.items[key], state="closed")
    room.redmine.tickets.clear()
    room.now += 24 * HOUR
    assert room.pull()[-1].gone == ("redmine:issue/1", key)


def test_closed_tickets_are_looked_for_once_a_day(room: Room) -> None:
    spread(room, 5)
    room.pull()
    key = "redmine:issue/2"
    room.shelf.items[key] = replace(room.shelf.items[key], state="closed")
    del room.redmine.tickets[2]
    for hours, gone in ((1, ()), (22, ()), (1, (key,)), (1, ())):
        room.now += hours * HOUR
        assert room.pull()[-1].gone == gone


def test_a_sweep_that_fails_closes_nothing(room: Room) -> None:
    spread(room, 5)
    room.pull()
    room.now += HOUR
    room.pull()
    del room.redmine.tickets[2]
    room.now += HOUR
    # who we are, the page of news, and who we still are, are answered
    down = Unreachable(Message("down"), system="redmine")
    room.redmine.faults = [None, None, None, down, down]
    batches = room.pull()
    assert room.redmine.asked == ["me", "issues", "me", "/issues.csv", "issues by number"]
    assert batches[-1].health is Health.FAILED
    assert not any(batch.gone for batch in batches)
    assert len(room.shelf.known("issue", state="open")) == 5
