"""The desk's single requests, of the fake Redmine and of a real one alike.

Facts are those of docs/facts.md.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from itsm_sync.clients.errors import Broken, Forbidden, Invalid, Missing
from itsm_sync.clients.redmine_payloads import moment
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.relating import Relating
from itsm_sync.model.tickets import FieldName
from tests.redmine_place import Place, shipped
from tests.shelf import Deaf

KEY = FieldName.KEY


@pytest.fixture
def desk(place: Place) -> Desk:
    place.bot.me()
    desk = Desk(place.bot, shipped().redmine.fields, Deaf())
    desk.open()
    return desk


@pytest.fixture
def ticket(place: Place) -> int:
    """A ticket of the reporter's."""
    return place.people.create("yujin", "결제가 안 됩니다")


def opened(desk: Desk, place: Place, key: str = "", **attributes: Any) -> int:
    """Open a ticket as the bot."""
    custom = [{"id": place.people.fields[KEY], "value": key}] if key else []
    wanted = {"project_id": "abc-app", "tracker_id": 1, "subject": "빌드 실패"}
    return desk.post({**wanted, "custom_fields": custom, **attributes})


# ------------------------------------------------------------------------------- notes


def test_an_own_note_is_edited_in_place_and_once_more_for_nothing(
    desk: Desk, place: Place, ticket: int
) -> None:
    """Redmine fact 30."""
    place.write(ticket, notes="3번째 실패")
    before = place.people.read(ticket)
    (note,) = before["journals"]
    for _ in range(2):
        assert place.mailed(lambda: desk.edit_note(note["id"], "4번째 실패")) == []
        after = place.people.read(ticket)
        assert [entry["notes"] for entry in after["journals"]] == ["4번째 실패"]
        assert after["updated_on"] == before["updated_on"]


def test_a_note_is_made_private_and_stays_so(desk: Desk, place: Place, ticket: int) -> None:
    place.write(ticket, notes="공개")
    (note,) = place.people.journals(ticket)
    assert desk.may_hide_notes(place.people.read(ticket)["project"]["id"])
    desk.edit_note(note["id"], "비공개", private=True)
    desk.edit_note(note["id"], "여전히 비공개")
    (shown,) = place.people.journals(ticket)
    assert (shown["notes"], shown["private_notes"]) == ("여전히 비공개", True)


@pytest.mark.parametrize("text", ["", " \n", "\u3000"])
def test_a_note_is_never_emptied_for_that_deletes_it(
    desk: Desk, place: Place, ticket: int, text: str
) -> None:
    place.write(ticket, notes="남는 것")
    (note,) = place.people.journals(ticket)
    with pytest.raises(ValueError, match="emptied"):
        desk.edit_note(note["id"], text)
    assert [entry["notes"] for entry in place.people.journals(ticket)] == ["남는 것"]


def test_a_persons_note_is_not_touched(desk: Desk, place: Place, ticket: int) -> None:
    place.people.update("haeun", ticket, notes="사람의 말")
    (note,) = place.people.journals(ticket)
    with pytest.raises(Forbidden):
        desk.edit_note(note["id"], "봇의 말")
    with pytest.raises(Missing):
        desk.edit_note(99_999, "봇의 말")


# ------------------------------------------------------------------------------- relations


@pytest.fixture
def apart(place: Place) -> Iterator[None]:
    """Tickets of two projects can't be related."""
    place.people.let_relate_across(False)
    yield
    place.people.let_relate_across(True)


def test_tickets_are_related_once_whichever_is_named_first(
    desk: Desk, place: Place, ticket: int
) -> None:
    other = place.people.create("yujin", "다른 티켓")
    assert desk.relate(ticket, other) is Relating.RELATED
    assert desk.relate(ticket, other) is Relating.ALREADY
    assert desk.relate(other, ticket) is Relating.ALREADY
    (relation,) = place.people.read(ticket)["relations"]
    assert relation["relation_type"] == "relates"


def test_a_relation_that_people_made_is_left_as_it_is(
    desk: Desk, place: Place, ticket: int
) -> None:
    other = place.people.create("yujin", "다른 티켓")
    place.people.relate("haeun", ticket, other, "blocks")
    assert desk.relate(other, ticket) is Relating.ALREADY
    (relation,) = place.people.read(ticket)["relations"]
    assert relation["relation_type"] == "blocks"


def test_tickets_of_two_projects_are_related_where_redmine_lets_them(
    desk: Desk, place: Place, ticket: int, apart: None
) -> None:
    """Redmine fact 29: the refusal is told by the projects, not by its words."""
    other = place.people.create("yujin", "다른 티켓", project="abc-infra")
    assert desk.relate(ticket, other) is Relating.ACROSS
    place.people.let_relate_across(True)
    assert desk.relate(ticket, other) is Relating.RELATED
    place.people.let_relate_across(False)
    assert desk.relate(ticket, other) is Relating.ALREADY


def test_what_is_not_there_or_is_the_same_ticket_is_refused(
    desk: Desk, place: Place, ticket: int
) -> None:
    """Redmine fact 24."""
    for start, end, error in ((ticket, 99_999, Invalid), (99_999, ticket, Missing),
                              (ticket, ticket, Invalid)):  # fmt: skip
        with pytest.raises(error):
            desk.relate(start, end)
    assert place.people.read(ticket).get("relations", []) == []


# ------------------------------------------------------------------------------- finding


def test_own_tickets_are_found_by_their_time_whatever_became_of_them(
    desk: Desk, place: Place
) -> None:
    bot = desk.account.id
    numbers = [opened(desk, place, subject=f"실패 {n}", description="로그\n끝") for n in range(3)]
    place.people.create("yujin", "남의 티켓")
    place.people.update("haeun", numbers[0], subject="고친 제목")
    place.write(numbers[1], status_id=place.people.number("issue_statuses", "완료"))
    at = moment(place.people.read(numbers[0])["created_on"])

    found = {shown.ticket.id: shown for shown in desk.find_own(at, author=bot)}

    assert set(numbers) <= set(found)
    assert {shown.ticket.author.id for shown in found.values()} == {bot}
    assert [found[n].subject for n in numbers] == ["고친 제목", "실패 1", "실패 2"]
    assert found[numbers[1]].ticket.closed
    assert found[numbers[2]].description.splitlines() == ["로그", "끝"]
    assert desk.find_own(at + timedelta(days=1), author=bot) == ()


@pytest.mark.parametrize("behind", [timedelta(), timedelta(minutes=9, milliseconds=999)])
def test_a_redmine_whose_clock_is_behind_loses_no_ticket(
    desk: Desk, place: Place, behind: timedelta
) -> None:
    """Redmine facts 5 and 11: it does not tell its time, and a ticket's without the fraction."""
    number = opened(desk, place)
    late = moment(place.people.read(number)["created_on"]) + behind
    assert number in {shown.ticket.id for shown in desk.find_own(late, author=desk.account.id)}


def test_of_the_own_tickets_those_with_a_key_are_told(desk: Desk, place: Place) -> None:
    key, field = "jenkins:ci:abc/portal/main#7@1", place.people.fields[KEY]
    number, _ = opened(desk, place, key), opened(desk, place, f"{key}2")
    at = moment(place.people.read(number)["created_on"])
    found = desk.find_own(at, author=desk.account.id, key_field_id=field, key=key)
    assert [shown.ticket.id for shown in found] == [number]


def test_more_own_tickets_than_a_page_has_are_all_found(desk: Desk, place: Place) -> None:
    """Redmine fact 1."""
    numbers = [opened(desk, place) for _ in range(103)]
    at = moment(place.people.read(numbers[0])["created_on"])
    found = [shown.ticket.id for shown in desk.find_own(at, author=desk.account.id)]
    assert found == sorted(found)
    assert set(numbers) <= set(found)


def test_a_key_finds_its_ticket_and_the_copies_closed_ones_too(desk: Desk, place: Place) -> None:
    """Redmine facts 2 and 28."""
    key, field = "github:abc/portal/alert/3|x", place.people.fields[KEY]
    number = opened(desk, place, key)
    opened(desk, place, f"{key}4")
    copy = place.people.copy("admin", number)
    place.write(number, status_id=place.people.number("issue_statuses", "완료"))
    assert [shown.ticket.id for shown in desk.find_key(field, key)] == [number, copy]
    assert [shown.ticket.closed for shown in desk.find_key(field, key)] == [True, False]
    assert desk.find_key(field, "github:abc/portal/alert") == ()


def test_where_redmine_ignores_the_filter_nothing_is_known(desk: Desk, place: Place) -> None:
    """Redmine fact 2: an answer without the key would be taken for "there is no ticket"."""
    field = place.people.fields[KEY]
    number = opened(desk, place, "jenkins:ci:abc/api/main#1@1")
    with pytest.raises(Broken, match="does not filter"):
        desk.find_key(99_999, "jenkins:ci:abc/api/main#1@1")
    place.people.let_filter(KEY, False)
    try:
        with pytest.raises(Broken, match="does not filter"):
            desk.find_key(field, "jenkins:ci:abc/api/main#1@1")
    finally:
        place.people.let_filter(KEY, True)
    (found,) = desk.find_key(field, "jenkins:ci:abc/api/main#1@1")
    assert found.ticket.id == number


# ------------------------------------------------------------------------------- lists


def test_lists_are_told_by_name_and_asked_for_once(desk: Desk, place: Place) -> None:
    closed = {name for number, name in (desk.statuses() or {}).items()
              if number in desk.closed_statuses()}  # fmt: skip
    assert closed == {"완료", "거절"}
    assert [one.name for one in desk.priorities() if one.default] == ["보통"]
    assert "사건" in {tracker.name for tracker in desk.trackers()}
    infra = desk.projects()["abc-infra"]
    assert (infra.name, infra.public, infra.closed) == ("ABC 인프라", True, False)
    assert "사건" in {tracker.name for tracker in infra.trackers}


def test_a_wiki_page_tells_who_changed_it_last(desk: Desk, place: Place) -> None:
    place.people.write_page("haeun", "교육", "1차")
    found = desk.wiki_page("abc-app", "교육")
    assert found.author is not None
    assert (found.version, found.author.name) == (1, "이하은")
    assert found.author.id != desk.account.id
    place.people.write_page("sua", "교육", "2차")
    assert desk.wiki_page("abc-app", "교육").version == 2
    older = desk.wiki_page("abc-app", "교육", 1)
    assert older.author is not None
    assert older.author.name == "이하은"
    with pytest.raises(Missing):
        desk.wiki_page("abc-app", "없는 쪽")
