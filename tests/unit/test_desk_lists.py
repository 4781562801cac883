"""Redmine's lists are asked for once a cycle."""

from collections import Counter
from datetime import UTC, datetime

import pytest
import responses

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.desk.finding import find_key, find_own
from itsm_sync.desk.lists import Lists
from itsm_sync.desk.redmine import Desk
from tests.fake_redmine import FakeOffice
from tests.redmine_builders import URL, issue, settings
from tests.redmine_place import shipped
from tests.shelf import Deaf

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def ask_all(desk: Desk) -> None:
    for ask in (desk.statuses, desk.closed_statuses, desk.priorities, desk.trackers, desk.projects):
        ask()


def test_each_list_is_asked_for_once_until_the_next_cycle() -> None:
    office = FakeOffice(shipped(), lambda: NOON)
    desk = Desk(office.client(Deaf()), {}, Deaf())
    for cycle in (1, 2):
        desk.open()
        ask_all(desk)
        ask_all(desk)
        asked = Counter(target.partition("?")[0] for _, target in office.door.asked)
        lists = ("/issue_statuses", "/enumerations/issue_priorities", "/trackers", "/projects")
        assert [asked[f"{path}.json"] for path in lists] == [cycle] * 4


def test_a_list_that_cannot_be_read_is_not_asked_for_again_and_again() -> None:
    with responses.RequestsMock() as web:
        asked = web.get(f"{URL}/trackers.json", body="<html>")
        lists = Lists(RedmineClient(settings(), Deaf()))
        for _ in range(2):
            with pytest.raises(Broken):
                lists.trackers()
        assert asked.call_count == 1
        lists.forget()
        with pytest.raises(Broken):
            lists.trackers()
        assert asked.call_count == 2


def test_a_database_that_takes_capitals_for_small_letters_finds_no_wrong_key() -> None:
    """MySQL's usual collation does: the filter works, and the value is compared all the same."""

    def held(number: int, key: str) -> dict[str, object]:
        return issue(number, custom_fields=[{"id": 10, "name": "동기화 키", "value": key}])

    both = [held(1, "jenkins:ci:A"), held(2, "jenkins:ci:a")]
    with responses.RequestsMock() as web:
        web.get(f"{URL}/issues.json", json={"issues": both, "total_count": 2})
        web.get(f"{URL}/issues.json", json={"issues": [], "total_count": 0})
        client = RedmineClient(settings(), Deaf())
        found = find_key(client, {}, 10, "jenkins:ci:a")
    assert [shown.ticket.id for shown in found] == [2]


def test_what_is_no_ticket_is_the_servers_fault() -> None:
    with responses.RequestsMock() as web:
        broken = {"issues": [{"id": 1}], "total_count": 1}
        web.get(f"{URL}/issues.json", json=broken)
        web.get(f"{URL}/issues.json", json={"issues": [], "total_count": 0})
        client = RedmineClient(settings(), Deaf())
        assert find_key(client, {}, 10, "a") == ()
        web.get(f"{URL}/issues.json", json={"issues": ["x"], "total_count": 1})
        with pytest.raises(Broken, match="another shape"):
            find_key(client, {}, 10, "a")


def test_a_server_that_answers_the_same_page_for_ever_is_not_asked_for_ever() -> None:
    with responses.RequestsMock() as web:
        page = [issue(number) for number in range(1, 101)]
        web.get(f"{URL}/issues.json", json={"issues": page, "total_count": 1000})
        client = RedmineClient(settings(), Deaf())
        with pytest.raises(Broken, match="another shape"):
            find_own(client, {}, datetime(2026, 3, 1, tzinfo=UTC), author=11)
