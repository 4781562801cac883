"""What is sent to GitHub, and what its refusals become."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from pydantic import SecretStr
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.exceptions import ConnectionError as NoConnection

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Forbidden,
    Missing,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.clients.github import GitHubClient, address
from itsm_sync.settings import GitHub

# PyGithub writes the port into every address.
API = "https://api.github.com:443"
ISSUES = f"{API}/repos/abc/app/issues"
LIST = "/repos/abc/app/issues"
TOKEN = "sample-token"


class Ear:
    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, object]]] = []

    def saw(self, event: str, /, **details: object) -> None:
        self.heard.append((event, details))


@pytest.fixture
def github() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been slept; nothing sleeps."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    return naps


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def client(ear: Ear) -> GitHubClient:
    return make(ear)


def make(ear: Ear, url: str = "https://api.github.com") -> GitHubClient:
    settings = GitHub(url=url, repositories=("abc/app",), token=SecretStr(TOKEN), timeout=7)
    return GitHubClient(settings, ear)


def test_a_read_carries_token_version_and_agent(
    github: responses.RequestsMock, client: GitHubClient
) -> None:
    # GitHub fact 17
    github.get(f"{API}/repos/abc/app", json={"id": 1})
    client.object("/repos/abc/app")
    headers = github.calls[0].request.headers
    assert headers["Authorization"] == f"token {TOKEN}"
    assert headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert headers["User-Agent"] == "itsm-sync"
    assert github.calls[0].request.req_kwargs["timeout"] == 7


def test_an_enterprise_server_has_another_base_address(
    github: responses.RequestsMock, ear: Ear
) -> None:
    # GitHub fact 17
    where = "https://git.abc.example:443/api/v3/repos/abc/app"
    github.get(where, json={"id": 1})
    github.get(f"{where}/issues", json=[], headers={"Link": ""})
    client = make(ear, "https://git.abc.example/api/v3")
    assert client.object("/repos/abc/app") is not None
    assert client.page(LIST) is not None


def test_a_list_is_asked_for_in_pages_of_100_always_in_the_same_words() -> None:
    first = address(LIST, state="all", sort="updated")
    assert first == address(LIST, sort="updated", state="all")
    assert parse_qs(urlsplit(first).query)["per_page"] == ["100"]


def test_an_etag_is_sent_and_304_is_nothing_new(
    github: responses.RequestsMock, client: GitHubClient
) -> None:
    # GitHub fact 3
    github.get(ISSUES, json=[{"number": 1}], headers={"ETag": 'W/"one"'})
    page = client.page(LIST)
    assert page is not None
    github.replace(responses.GET, ISSUES, status=304)
    assert client.page(LIST, page.etag) is None
    assert github.calls[1].request.headers["If-None-Match"] == 'W/"one"'


def test_links_lead_from_page_to_page(github: responses.RequestsMock, client: GitHubClient) -> None:
    after = "https://api.github.com/repositories/1/issues?per_page=100&after=Y3Vyc29y"
    github.get(ISSUES, json=[{"number": 1}], headers={"Link": f'<{after}>; rel="next"'})
    github.get(f"{API}/repositories/1/issues", json=[{"number": 2}])
    pages = list(client.pages(LIST))
    assert [row["number"] for page in pages for row in page.rows] == [1, 2]
    assert "after=Y3Vyc29y" in str(github.calls[1].request.url)


def test_the_token_goes_to_no_other_server(
    github: responses.RequestsMock, client: GitHubClient
) -> None:
    elsewhere = '<https://elsewhere.example/repos/abc/app/issues?page=2>; rel="next"'
    github.get(ISSUES, json=[{"number": 1}], headers={"Link": elsewhere})
    with pytest.raises(Broken, match="another server"):
        list(client.pages(LIST))
    assert len(github.calls) == 1


def test_a_redirect_keeps_the_parameters(
    github: responses.RequestsMock, client: GitHubClient
) -> None:
    # GitHub fact 10; PyGithub by itself drops `since` and so asks for another list.
    there = "https://api.github.com/repositories/7/issues"
    github.get(ISSUES, status=301, headers={"Location": f"{there}?state=all&since=2026-03-01"})
    github.get(f"{API}/repositories/7/issues", json=[])
    page = client.page(f"{LIST}?state=all&since=2026-03-01")
    assert page is not None
    assert page.moved
    asked = parse_qs(urlsplit(str(github.calls[1].request.url)).query)
    assert asked == {"state": ["all"], "since": ["2026-03-01"]}


def test_a_redirect_to_another_server_is_not_followed(
    github: responses.RequestsMock, client: GitHubClient
) -> None:
    github.get(ISSUES, status=301, headers={"Location": "https://elsewhere.example/x"})
    with pytest.raises(Broken):
        client.page(LIST)
    assert len(github.calls) == 1


def test_an_answer_that_is_not_ready_is_not_waited_for_without_end(
    github: responses.RequestsMock, client: GitHubClient, slept: list[float]
) -> None:
    github.get(ISSUES, status=202, json={})
    with pytest.raises(Broken):
        client.page(LIST)
    assert slept == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "neither revoked nor expired?"), (403, "the token lacks a right there")],
)
def test_a_refusal_says_what_to_look_at(
    status: int, advice: str, github: responses.RequestsMock, client: GitHubClient
) -> None:
    github.get(ISSUES, status=status, json={"message": "no"})
    with pytest.raises(ClientError, match=advice):
        client.page(LIST)


@pytest.mark.parametrize(
    "refusal",
    [
        (401, {}, "Bad credentials", Unauthorised),
        (403, {}, "Dependabot alerts are disabled for this repository.", Forbidden),
        (404, {}, "Not Found", Missing),
        (410, {}, "This issue was deleted", Missing),
        (422, {}, "Validation Failed", Broken),
        (429, {}, "slow down", Throttled),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"}, "x", Throttled),
        (403, {}, "API rate limit exceeded for user ID 1.", Throttled),
        (403, {}, "You have exceeded a secondary rate limit. Wait.", Throttled),
        (403, {"retry-after": "120"}, "wait", Throttled),
        (429, {"retry-after": "3600"}, "wait", Throttled),
        (403, {}, "", Broken),
        (500, {}, "boom", Broken),
        (503, {"retry-after": "3600"}, "boom", Broken),
    ],
)
def test_each_refusal_has_its_class_and_nothing_sleeps_for_long(
    refusal: tuple[int, dict[str, str], str, type[ClientError]],
    github: responses.RequestsMock,
    client: GitHubClient,
    slept: list[float],
) -> None:
    # GitHub facts 2 and 8
    status, headers, message, error = refusal
    github.get(ISSUES, status=status, json={"message": message}, headers=headers)
    with pytest.raises(ClientError) as refused:
        client.page(LIST)
    assert type(refused.value) is error
    assert refused.value.status == status
    assert sum(slept) < 5
    assert TOKEN not in str(refused.value)
    assert ("lacks a right" in str(refused.value)) == (error is Forbidden)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "45"}, 45),
        (
            {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "1790000090",
                "date": "Mon, 21 Sep 2026 14:13:20 GMT",
            },
            90,
        ),
        ({}, 60),
    ],
)
def test_a_limit_says_how_long_to_wait(
    headers: dict[str, str],
    seconds: float,
    github: responses.RequestsMock,
    client: GitHubClient,
    slept: list[float],
) -> None:
    # GitHub fact 2: `retry-after`, else the reset, else a minute
    github.get(ISSUES, status=429, json={"message": "wait"}, headers=headers)
    with pytest.raises(Throttled) as refused:
        client.page(LIST)
    assert refused.value.retry_after == seconds
    assert refused.value.retryable
    assert slept == []


def test_a_passing_500_is_asked_again_a_few_times_only(
    github: responses.RequestsMock, client: GitHubClient, slept: list[float]
) -> None:
    github.get(ISSUES, status=502, json={"message": "bad gateway"})
    with pytest.raises(Broken):
        client.page(LIST)
    assert len(github.calls) == 4


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<html>unicorn</html>", Broken),
        ('[{"number": 1}, {"num', Broken),
        ("", Broken),
        ('{"message": "hi"}', Broken),
        (ChunkedEncodingError("IncompleteRead"), Broken),
        (NoConnection("refused"), Unreachable),
        (ReadTimeout("read timed out"), Unreachable),
    ],
)
def test_an_outage_is_never_an_empty_list(
    body: Any, error: type[ClientError], github: responses.RequestsMock, client: GitHubClient
) -> None:
    github.get(ISSUES, body=body, content_type="application/json")
    with pytest.raises(error):
        client.page(LIST)


@pytest.mark.parametrize("body", ["<html>unicorn</html>", "[]", "", "null"])
def test_an_object_is_an_object(
    body: str, github: responses.RequestsMock, client: GitHubClient
) -> None:
    github.get(f"{API}/repos/abc/app", body=body)
    with pytest.raises(Broken):
        client.object("/repos/abc/app")


def test_rows_may_lie_under_a_key(github: responses.RequestsMock, client: GitHubClient) -> None:
    github.get(f"{API}/repos/abc/app/actions/runs", json={"total_count": 1, "runs": [{"id": 1}]})
    page = client.page("/repos/abc/app/actions/runs", rows_in="runs")
    assert page is not None
    assert page.rows == ({"id": 1},)
    with pytest.raises(Broken):
        client.page("/repos/abc/app/actions/runs", rows_in="workflow_runs")


def test_text_is_utf_8_whatever_the_header_lacks(
    github: responses.RequestsMock, client: GitHubClient
) -> None:
    body = '[{"title": "로그인"}]'.encode()
    github.get(ISSUES, body=body, content_type="application/json")
    page = client.page(LIST)
    assert page is not None
    assert page.rows[0]["title"] == "로그인"


def test_each_answer_is_told_and_nothing_is_printed(
    github: responses.RequestsMock,
    client: GitHubClient,
    ear: Ear,
    capfd: pytest.CaptureFixture[str],
) -> None:
    github.get(ISSUES, json=[])
    github.get(f"{API}/repos/abc/app/dependabot/alerts", status=403, json={"message": "disabled"})
    client.page(LIST)
    with pytest.raises(Forbidden):
        client.page("/repos/abc/app/dependabot/alerts")
    told = [(event, d["system"], d["path"], d["status"]) for event, d in ear.heard]
    assert told == [
        ("http.answered", "github", LIST, 200),
        ("http.answered", "github", "/repos/abc/app/dependabot/alerts", 403),
    ]
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("github").handlers == []


def test_a_failure_is_told(github: responses.RequestsMock, client: GitHubClient, ear: Ear) -> None:
    github.get(ISSUES, body=ReadTimeout("read timed out"))
    with pytest.raises(Unreachable):
        client.page(LIST)
    assert ear.heard[-1][0] == "http.failed"
    assert TOKEN not in str(ear.heard)


def test_the_constructor_opens_nothing(client: GitHubClient, ear: Ear) -> None:
    client.close()
    assert ear.heard == []
