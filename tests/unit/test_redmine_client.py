"""The door to python-redmine: what is sent, and what the answers mean."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from redminelib.managers import ResourceManager
from responses import matchers

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.clients.redmine import RedmineClient
from tests.redmine_builders import KEY, URL, issue, settings


class Silent:
    def saw(self, event: str, /, **details: object) -> None:
        assert KEY not in repr(details)


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        yield web


def client(**changes: Any) -> RedmineClient:
    return RedmineClient(settings(**changes), Silent())


def test_the_key_travels_in_a_header_and_nowhere_else(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/issues.json", json={"issues": [], "total_count": 0})
    client().issues([1])
    sent = web.calls[0].request
    assert sent.headers["X-Redmine-API-Key"] == KEY
    assert KEY not in sent.url
    assert KEY not in repr(client())


def test_the_default_headers_stay_so_that_answers_come_compressed(
    web: responses.RequestsMock,
) -> None:
    web.get(f"{URL}/issues.json", json={"issues": [], "total_count": 0})
    client().issues([1])
    assert "gzip" in web.calls[0].request.headers["Accept-Encoding"]


def test_two_servers_never_see_each_others_key(web: responses.RequestsMock) -> None:
    one, other = client(), client(url="http://other.example.com", api_key="other-key")
    web.get(f"{URL}/x.json", json={})
    web.get("http://other.example.com/x.json", json={})
    one.get("/x.json")
    other.get("/x.json")
    keys = [call.request.headers["X-Redmine-API-Key"] for call in web.calls]
    assert keys == [KEY, "other-key"]


def test_every_request_has_the_configured_timeout(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/x.json", json={}, match=[matchers.request_kwargs_matcher({"timeout": 7.0})])
    client(timeout=7).get("/x.json")


def test_a_write_goes_round_the_librarys_shared_formatter(
    web: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("python-redmine's update and create mix up threads")

    monkeypatch.setattr(ResourceManager, "update", never)
    monkeypatch.setattr(ResourceManager, "create", never)
    web.put(f"{URL}/issues/4.json", status=204)
    web.post(f"{URL}/issues.json", json={"issue": issue(5)}, status=201)
    wanted = {"issue": {"custom_fields": [{"id": 3, "value": "IT기획팀"}]}}
    client().put("/issues/4.json", wanted)
    made = client().post("/issues.json", {"issue": {"subject": "새 티켓"}})
    assert json.loads(web.calls[0].request.body) == wanted
    assert made["issue"]["id"] == 5


@pytest.mark.parametrize(
    ("status", "meaning", "retryable"),
    [
        (401, Unauthorised, False),
        (403, Forbidden, False),
        (404, Missing, False),
        (409, Conflict, True),
        (429, Throttled, True),
        (500, Broken, True),
        (503, Broken, True),
        (301, Broken, True),
        (413, Invalid, False),
    ],
)
def test_a_refusal_is_told_by_its_status(
    web: responses.RequestsMock, status: int, meaning: type[ClientError], retryable: bool
) -> None:
    web.put(f"{URL}/issues/4.json", status=status, body="<html>", headers={"Retry-After": "7"})
    with pytest.raises(meaning) as caught:
        client().put("/issues/4.json", {"issue": {}})
    assert caught.value.status == status
    assert caught.value.retry_after == 7
    assert caught.value.retryable is retryable
    assert "/issues/4.json" in str(caught.value)
    assert len(web.calls) == 1, "a write is never repeated"


def test_a_422_with_reasons_is_invalid_and_keeps_them(web: responses.RequestsMock) -> None:
    web.put(f"{URL}/issues/4.json", status=422, json={"errors": ["담당자는 올바르지 않은 값", "b"]})
    with pytest.raises(Invalid) as caught:
        client().put("/issues/4.json", {"issue": {}})
    assert caught.value.details == ("담당자는 올바르지 않은 값", "b")


def test_a_422_without_reasons_is_a_conflict(web: responses.RequestsMock) -> None:
    """Redmine fact 19."""
    web.put(f"{URL}/issues/4.json", status=422, json={"errors": []})
    with pytest.raises(Conflict) as caught:
        client().put("/issues/4.json", {"issue": {}})
    assert caught.value.retryable


def test_a_422_of_html_is_a_broken_answer(web: responses.RequestsMock) -> None:
    web.put(f"{URL}/issues/4.json", status=422, body="<html>")
    with pytest.raises(Broken):
        client().put("/issues/4.json", {"issue": {}})


def test_half_a_character_spoils_no_answer(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/issues/4.json", body='{"issue": {"id": 4, "subject": "\\ud800"}}')
    assert client().issue(4)["subject"] == "\ud800"


@pytest.mark.parametrize("body", ["<html>Please wait</html>", '{"issues": [', "[1]", '"a"'])
def test_a_200_that_is_no_json_object_is_a_broken_answer(
    web: responses.RequestsMock, body: str
) -> None:
    web.get(f"{URL}/x.json", body=body)
    with pytest.raises(Broken):
        client().get("/x.json")


@pytest.mark.parametrize("answer", [{}, {"issues": None, "total_count": 1}, {"issues": []}])
def test_a_list_of_another_shape_is_no_empty_list(
    web: responses.RequestsMock, answer: object
) -> None:
    web.get(f"{URL}/issues.json", json=answer)
    with pytest.raises(Broken):
        client().issues([1])


@pytest.mark.parametrize(
    ("trouble", "meaning"),
    [
        (requests.ConnectionError(f"header {KEY}"), Unreachable),
        (requests.ReadTimeout(f"header {KEY}"), Unreachable),
        (requests.exceptions.ChunkedEncodingError(f"header {KEY}"), Broken),
    ],
)
def test_what_the_library_says_of_a_failure_is_not_repeated(
    web: responses.RequestsMock, trouble: Exception, meaning: type[ClientError]
) -> None:
    web.get(f"{URL}/x.json", body=trouble)
    with pytest.raises(meaning) as caught:
        client().get("/x.json")
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("key", ["", "two\nlines", "열쇠"])
def test_a_key_that_no_header_takes_is_refused_without_a_request(
    web: responses.RequestsMock, key: str
) -> None:
    with pytest.raises(Unauthorised) as caught:
        client(api_key=key).me()
    assert not web.calls
    assert not key or key not in str(caught.value)


def test_a_redirect_takes_the_key_nowhere(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/x.json", status=302, headers={"Location": "http://elsewhere.example.com/"})
    with pytest.raises(Broken, match="redirect"):
        client().get("/x.json")
    assert len(web.calls) == 1


def test_me_tells_who_one_is_and_leaves_the_key_out(web: responses.RequestsMock) -> None:
    user = {
        "id": 12,
        "login": "itsm-sync",
        "admin": False,
        "firstname": "봇",
        "lastname": "itsm-sync",
        "api_key": KEY,
    }
    web.get(f"{URL}/my/account.json", json={"user": user})
    me = client().me()
    assert (me.id, me.login, me.name, me.admin) == (12, "itsm-sync", "itsm-sync 봇", False)
    assert KEY not in repr(me)


def test_the_roles_are_asked_once_for_each_time_that_the_account_is(
    web: responses.RequestsMock,
) -> None:
    roles = [{"id": 6, "name": "ITSM 동기화"}]
    told = [{"id": 1, "project": {"id": 2, "name": "a"}, "roles": roles}]
    web.get(f"{URL}/my/account.json", json={"user": {"id": 12, "login": "itsm-sync"}})
    asked = web.get(f"{URL}/users/current.json", json={"user": {"id": 12, "memberships": told}})
    redmine = client()
    for looks in (1, 2):
        redmine.me()
        assert redmine.roles() == redmine.roles() == {2: (6,)}
        assert asked.call_count == looks


@pytest.mark.parametrize("told", [[{"id": 1}], "none", [None]])
def test_memberships_of_another_shape_are_an_error(
    web: responses.RequestsMock, told: object
) -> None:
    web.get(f"{URL}/users/current.json", json={"user": {"id": 12, "memberships": told}})
    with pytest.raises(Broken):
        client().roles()


def test_an_anonymous_200_is_not_believed(web: responses.RequestsMock) -> None:
    """Redmine fact 3."""
    web.get(f"{URL}/my/account.json", json={"user": {"id": 4, "login": "", "lastname": "익명"}})
    with pytest.raises(Unauthorised):
        client().me()


def test_a_rejected_key_is_told_as_such(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/my/account.json", status=401)
    with pytest.raises(Unauthorised, match="API key") as caught:
        client().me()
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("answer", "meaning", "advice", "about_address"),
    [
        ({"status": 401}, Unauthorised, "bot not locked?", False),
        ({"status": 403}, Forbidden, "REST API switched on", True),
        ({"status": 404, "body": "<html>"}, Missing, f"is {URL} Redmine's own address", True),
        ({"body": "<html>Welcome</html>"}, Broken, f"is {URL} Redmine's own address", True),
        ({"json": {"status": "ok"}}, Broken, f"is {URL} Redmine's own address", True),
        ({"status": 302}, Broken, f"a redirect: is {URL} Redmine's own address", True),
        ({"status": 500, "body": "<html>"}, Broken, "answered 500 at /my/account.json", False),
    ],
    ids=["key", "API off", "404", "page", "other JSON", "redirect", "ill"],
)
def test_the_first_refusal_says_what_to_look_at(
    web: responses.RequestsMock,
    answer: dict[str, Any],
    meaning: type[ClientError],
    advice: str,
    about_address: bool,
) -> None:
    """ApplicationController#require_login of Redmine's: 403 where the REST API is off."""
    web.get(f"{URL}/my/account.json", **answer)
    with pytest.raises(meaning, match=re.escape(advice)) as caught:
        client().me()
    assert caught.value.status == answer.get("status")
    assert caught.value.address == (URL if about_address else "")


def test_a_thing_that_is_missing_is_no_matter_of_the_address(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/issues/4.json", status=404)
    with pytest.raises(Missing) as caught:
        client().issue(4)
    assert str(caught.value) == "Redmine answered 404 at /issues/4.json"
    assert caught.value.address == ""


def test_issues_are_read_a_hundred_a_request_and_closed_ones_too(
    web: responses.RequestsMock,
) -> None:
    """Redmine facts 1 and 4."""
    web.get(f"{URL}/issues.json", json={"issues": [issue()], "total_count": 1})
    assert len(client().issues(range(1, 151))) == 2
    asked = [call.request.params for call in web.calls]
    assert asked[0]["issue_id"] == ",".join(map(str, range(1, 101)))
    assert asked[1]["issue_id"] == ",".join(map(str, range(101, 151)))
    assert {a["status_id"] for a in asked} == {"*"}
    assert {a["limit"] for a in asked} == {"100"}
    assert {a["include"] for a in asked} == {"relations"}


def test_an_old_redmine_is_asked_once_which_statuses_are_closed(
    web: responses.RequestsMock,
) -> None:
    old = [issue(n, status={"id": 5, "name": "완료"}) for n in (1, 2)]
    web.get(f"{URL}/issues.json", json={"issues": old, "total_count": 2})
    statuses = [{"id": 1, "name": "신규"}, {"id": 5, "name": "완료", "is_closed": True}]
    asked = web.get(f"{URL}/issue_statuses.json", json={"issue_statuses": statuses})
    found = client().issues([1, 2])
    assert [row["status"]["is_closed"] for row in found] == [True, True]
    assert asked.call_count == 1


def test_projects_are_read_to_the_last_page_and_closed_ones_too(
    web: responses.RequestsMock,
) -> None:
    """Redmine fact 33: without `status` closed projects are absent."""
    for offset in (0, 100):
        wanted = {"status": "1|5", "include": "enabled_modules", "limit": "100"}
        page = [
            {"id": n, "name": "p", "identifier": f"p{n}", "status": 5, "enabled_modules": []}
            for n in range(offset + 1, min(offset + 100, 130) + 1)
        ]
        web.get(
            f"{URL}/projects.json",
            json={"projects": page, "total_count": 130},
            match=[matchers.query_param_matcher({**wanted, "offset": str(offset)})],
        )
    found = client().projects()
    assert [project.id for project in found] == list(range(1, 131))
    assert found[0].closed


def test_group_ids_are_those_of_the_member_groups(web: responses.RequestsMock) -> None:
    members = [
        {"id": 1, "user": {"id": 11, "name": "한유진"}, "roles": []},
        {"id": 2, "group": {"id": 21, "name": "IT기획팀"}, "roles": []},
    ]
    web.get(f"{URL}/projects/2/memberships.json", json={"memberships": members, "total_count": 2})
    assert client().group_ids(2) == {"IT기획팀": 21}


@pytest.mark.parametrize(
    "answer",
    [
        {"memberships": [{"group": {"id": None, "name": None}}]},
        {"memberships": [{"group": {"id": 6}}]},
        {"memberships": [1]},
        {"group": {"users": None}},
        {"group": {"users": [{"id": "x"}]}},
        {"issue_statuses": [{}]},
        {"issue_statuses": ["x"]},
        {"issue_priorities": None},
        {"issue_priorities": [{"name": "높음"}]},
        {"trackers": [{"id": 1}]},
        {"trackers": [{"id": 1, "name": "결함", "default_status": "신규"}]},
        {"wiki_page": {"title": "교육"}},
        {"wiki_page": {"title": "교육", "version": 1, "author": "누구"}},
        {"role": {"permissions": None}},
        {"issue": {"watchers": None}},
    ],
    ids=str,
)
def test_an_answer_of_another_shape_is_the_servers_fault(
    web: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    asked: dict[str, tuple[str, Callable[[], object]]] = {
        "memberships": ("/projects/2/memberships.json", lambda: client().group_ids(2)),
        "group": ("/groups/2.json", lambda: client().members(2)),
        "issue_statuses": ("/issue_statuses.json", lambda: client().statuses()),
        "issue_priorities": (
            "/enumerations/issue_priorities.json",
            lambda: client().priorities(),
        ),
        "trackers": ("/trackers.json", lambda: client().trackers()),
        "wiki_page": ("/projects/2/wiki/x.json", lambda: client().wiki_page(2, "x")),
        "role": ("/roles/2.json", lambda: client().permissions(2)),
        "issue": ("/issues/2.json", lambda: client().watchers(2)),
    }
    path, ask = asked[next(iter(answer))]
    web.get(URL + path, json=answer | {"total_count": 1})
    with pytest.raises(Broken, match="another shape"):
        ask()


def test_an_old_redmine_tells_less_of_its_lists(web: responses.RequestsMock) -> None:
    old = [{"id": 1, "name": "결함"}]
    web.get(f"{URL}/trackers.json", json={"trackers": old})
    web.get(f"{URL}/enumerations/issue_priorities.json", json={"issue_priorities": old})
    (tracker,), (priority,) = client().trackers(), client().priorities()
    assert (tracker.first, tracker.standard, tracker.lacks("due_date")) == (0, None, False)
    assert (priority.active, priority.default) == (True, False)


def test_a_wiki_page_s_title_is_quoted_in_its_address(web: responses.RequestsMock) -> None:
    shown = {"wiki_page": {"title": "A/B?#", "version": 2}}
    web.get(f"{URL}/projects/abc/wiki/A%2FB%3F%23/2.json", json=shown)
    found = client().wiki_page("abc", "A/B?#", 2)
    assert (found.title, found.version, found.author) == ("A/B?#", 2, None)


def test_a_page_is_answered_as_the_bot_sees_it(web: responses.RequestsMock) -> None:
    web.get(f"{URL}/issues/4", body="<html>티켓</html>".encode())
    assert client().page("/issues/4") == "<html>티켓</html>"
    assert web.calls[0].request.headers["X-Redmine-API-Key"] == KEY
