"""check, of what the tickets of signals need: rights that are missing, reads that fail."""

from datetime import UTC, datetime
from typing import Any

import pytest

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.locale import say
from itsm_sync.model.lists import Priority, Tracker
from itsm_sync.model.words import Message
from itsm_sync.operations.check import check
from itsm_sync.operations.check_lines import Level, Line
from itsm_sync.operations.check_signals import Wanted, signals
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.world import Role
from tests.redmine_place import shipped
from tests.shelf import Deaf

WANTED = Wanted(places=[("abc-app", "사건")], private=["abc-app"])


@pytest.fixture
def office() -> FakeOffice:
    """A fake Redmine with one open incident."""
    office = FakeOffice(shipped(), lambda: datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    office.create("yujin", "로그인 장애", tracker="사건")
    return office


class Bent:
    """The door to Redmine, with some of its answers replaced."""

    def __init__(self, client: RedmineClient, **answers: Any) -> None:
        self._client = client
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        return self._answers.get(name) or getattr(self._client, name)


def looked(office: FakeOffice, wanted: Wanted = WANTED, **answers: Any) -> list[Line]:
    door: Any = Bent(office.client(Deaf()), **answers)
    return list(signals(wanted, door, door.me(), shipped().redmine.fields))


def told(lines: list[Line]) -> list[tuple[Level, str]]:
    return [(line.level, say(line.message, "en")) for line in lines]


def bots(office: FakeOffice) -> Role:
    return next(role for role in office.world.roles.values() if role.name == "ITSM 동기화")


def test_with_every_right_there_is_nothing_to_say_but_that(office: FakeOffice) -> None:
    assert [line.level for line in looked(office)] == [Level.OK]


@pytest.mark.parametrize(
    ("right", "level", "what"),
    [
        ("add_issues", Level.FAILED, "open tickets"),
        ("edit_own_issue_notes", Level.WARNING, "edit its own notes"),
        ("manage_issue_relations", Level.WARNING, "relate tickets"),
        ("set_issues_private", Level.FAILED, "open private tickets"),
    ],
)
def test_a_right_that_the_bot_lacks_is_told_with_what_it_is_for(
    office: FakeOffice, right: str, level: Level, what: str
) -> None:
    bots(office).rights -= {right}
    expected = (level, f"the bot lacks the right {right} here: {what}")
    assert expected in told(looked(office))


def test_the_right_to_open_private_tickets_is_asked_for_only_where_they_are_opened(
    office: FakeOffice,
) -> None:
    """Redmine fact 17: without it Redmine makes a public one."""
    bots(office).rights -= {"set_issues_private"}
    public = Wanted(places=[("abc-app", "사건")], private=["abc-biz"])
    failed = {line.subject for line in looked(office, public) if line.level is Level.FAILED}
    assert failed == {"abc-biz"}


def test_a_project_without_issue_tracking_takes_no_ticket(office: FakeOffice) -> None:
    office.world.projects[2].modules = ("wiki",)
    ((level, text),) = told(looked(office))
    assert level is Level.FAILED
    assert "issue tracking is switched off" in text


def test_fields_and_transitions_that_the_form_lacks_are_told(office: FakeOffice) -> None:
    page = '<select name="issue[status_id]"><option value="1">진행</option></select>'
    lines = told(looked(office, page=lambda _: page))
    assert lines == [
        (Level.WARNING, "fields that the bot may not write: priority_id, due_date"),
        (Level.WARNING, "the bot can't close a ticket that is in 접수; transitions: 진행"),
    ]


def test_whether_ours_can_be_closed_is_seen_on_a_ticket_that_is_where_ours_begin(
    office: FakeOffice,
) -> None:
    moved = office.create("yujin", "결제 장애", tracker="사건")
    office.update("admin", moved, status_id=office.number("issue_statuses", "진행"))
    seen: list[str] = []

    def page(path: str) -> str:
        seen.append(path)
        return '<select name="issue[status_id]"></select>'

    lines = told(looked(office, page=page))
    assert seen == ["/issues/1"]
    assert lines[-1][1].startswith("the bot can't close a ticket that is in 접수")


def test_a_priority_that_is_switched_off_and_a_tracker_without_due_date_are_told(
    office: FakeOffice,
) -> None:
    high = Priority(id=3, name="높음", active=False)
    bare = Tracker(id=4, name="사건", standard=frozenset({"description"}))
    wanted = Wanted(places=[("abc-app", "사건")], priorities=["높음"])
    lines = told(looked(office, wanted, priorities=lambda: (high,), trackers=lambda: (bare,)))
    assert lines[0] == (Level.FAILED, "switched off, for no new ticket: 높음")
    assert (Level.WARNING, "the tracker has no due date") in lines


def test_a_read_that_fails_is_not_known_and_the_rest_is_looked_at(office: FakeOffice) -> None:
    def broken(*_: object) -> Any:
        raise Broken(Message("HTTP 500"), system="redmine")

    lines = told(looked(office, priorities=broken))
    assert lines[0] == (Level.UNKNOWN, "can't be read: HTTP 500")
    assert lines[1][0] is Level.OK


def test_an_administrators_key_is_not_asked_for_rights(office: FakeOffice) -> None:
    admin = office.client(Deaf(), login="admin")
    lines = list(signals(WANTED, admin, admin.me(), shipped().redmine.fields))
    assert [line.level for line in lines] == [Level.OK]


def test_it_is_looked_at_where_there_are_signals_and_nowhere_else(office: FakeOffice) -> None:
    wanted = Wanted(places=[("abc-app", "경보")])
    for given, expected in ((None, False), (wanted, True)):
        lines = told(check(shipped(), office.client(Deaf()), {}, given))
        assert ((Level.FAILED, "no such tracker: 경보") in lines) is expected
