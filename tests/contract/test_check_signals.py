"""check, of what the tickets of signals need: of the fake Redmine and of a real one alike."""

import pytest

from itsm_sync.locale import say
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.check_lines import Level, Line
from itsm_sync.operations.check_signals import Wanted, signals
from tests.redmine_place import Place, shipped

INCIDENT = ("abc-app", "사건")
FINE = Wanted(
    places=[INCIDENT],
    priorities=["높음", "긴급"],
    statuses=["진행"],
    closing=["완료"],
    private=["abc-app"],
)
KEEPS = (Level.OK, "abc-app", "사건", "tickets of signals can be kept here")
NOT_KNOWN = "is not known"


def looked(place: Place, wanted: Wanted = FINE) -> list[Line]:
    return list(signals(wanted, place.bot, place.bot.me(), shipped().redmine.fields))


def told(lines: list[Line]) -> list[tuple[Level, str, str, str]]:
    return [(line.level, line.subject, line.tracker, say(line.message, "en")) for line in lines]


def with_places(*places: tuple[str, str]) -> Wanted:
    return Wanted(places=places)


@pytest.fixture
def incident(place: Place) -> int:
    """An open incident."""
    return place.people.create("yujin", "로그인 장애", tracker="사건")


def test_a_place_with_all_that_is_needed_is_fine_and_nothing_is_written(
    place: Place, incident: int
) -> None:
    before = place.people.read(incident)
    assert told(looked(place)) == [KEEPS]
    assert place.people.read(incident) == before


def test_names_that_redmine_lacks_are_told_with_the_rest_looked_at(
    place: Place, incident: int
) -> None:
    wanted = Wanted(
        places=[INCIDENT, ("abc-app", "경보"), ("nowhere", "사건")],
        priorities=["높음", "매우 높음"],
        statuses=["진행 중"],
        closing=["완료", "해결"],
    )
    lines = told(looked(place, wanted))
    assert lines[:4] == [
        (Level.FAILED, "redmine", "", "no such priority: 매우 높음"),
        (Level.FAILED, "redmine", "", "no such status: 진행 중"),
        (Level.FAILED, "redmine", "", "shall end a ticket and do not: 해결"),
        (Level.FAILED, "redmine", "", "no such tracker: 경보"),
    ]
    assert lines[4] == KEEPS
    level, subject, _, text = lines[5]
    assert (level, subject) == (Level.FAILED, "nowhere")
    assert text.startswith("can't be seen")


def test_one_of_the_names_for_rejected_is_enough(place: Place) -> None:
    rejecting = Wanted(places=[], rejecting=["거절", "Rejected"])
    assert told(looked(place, rejecting)) == []
    nothing = Wanted(places=[], rejecting=["Rejected", "Dismissed"])
    ((level, _, _, text),) = told(looked(place, nothing))
    assert level is Level.WARNING
    assert text.endswith("Rejected, Dismissed")


def test_a_tracker_that_the_project_does_not_have_is_told(place: Place) -> None:
    """Redmine fact 16: it would be opened as another."""
    place.people.add_project("narrow", trackers=[1])
    lines = told(looked(place, with_places(("narrow", "사건"))))
    assert (Level.FAILED, "narrow", "", "the bot is no member here") in lines
    assert lines[-1] == (
        Level.FAILED, "narrow", "사건", "the tracker is not enabled in this project",
    )  # fmt: skip


def test_without_a_ticket_nothing_is_known_of_the_fields(place: Place) -> None:
    """Redmine fact 12."""
    (line,) = looked(place, with_places(("abc-biz", "릴리스")))
    assert (line.level, line.tracker) == (Level.UNKNOWN, "릴리스")
    assert NOT_KNOWN in say(line.message, "en")


def test_a_closed_ticket_tells_whether_the_key_field_is_there(place: Place) -> None:
    ticket = place.people.create("yujin", "릴리스 1", tracker="서비스 요청")
    done = place.people.number("issue_statuses", "완료")
    place.people.update("haeun", ticket, status_id=done)
    wanted = with_places(("abc-app", "서비스 요청"))
    assert [line.level for line in looked(place, wanted)] == [Level.UNKNOWN]
    place.people.take_off(FieldName.KEY, "서비스 요청")
    line, _ = looked(place, wanted)
    assert line.level is Level.WARNING
    assert "key field is not there" in say(line.message, "en")


def test_a_closed_project_takes_none(place: Place) -> None:
    """Redmine fact 33."""
    place.people.ask("admin", "PUT", "/projects/abc-legacy/close.json")
    try:
        lines = told(looked(place, with_places(("abc-legacy", "사건"))))
    finally:
        place.people.ask("admin", "PUT", "/projects/abc-legacy/reopen.json")
    text = "the project is closed: no ticket can be opened here"
    assert lines == [(Level.WARNING, "abc-legacy", "", text)]


def test_whether_projects_relate_is_known_only_from_tickets_that_are(
    place: Place, incident: int
) -> None:
    """Redmine fact 29."""
    wanted = with_places(INCIDENT, ("abc-infra", "사건"))
    other = place.people.create("yujin", "서버 장애", project="abc-infra", tracker="사건")
    near = place.people.create("yujin", "같은 곳의 장애", tracker="사건")
    place.people.relate("haeun", incident, near)
    last = looked(place, wanted)[-1]
    assert (last.level, NOT_KNOWN in say(last.message, "en")) == (Level.UNKNOWN, True)
    place.people.relate("haeun", incident, other)
    last = looked(place, wanted)[-1]
    assert last.level is Level.OK
    assert f"#{incident}, #{other}" in say(last.message, "ko")


def test_every_line_is_said_in_korean(place: Place) -> None:
    wanted = Wanted(places=[("abc-biz", "없음"), ("abc-app", "사건")], priorities=["없음"])
    for line in looked(place, wanted):
        assert say(line.message, "ko") != say(line.message, "en")
