"""The requests of the Jenkins client, and what it makes of refusals."""

import base64
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from pydantic import SecretStr

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Forbidden,
    Missing,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.clients.http import Door
from itsm_sync.clients.jenkins import JenkinsClient, job_path
from itsm_sync.settings import Jenkins

ROOT = "https://jenkins.example.com/ci"


class Ear:
    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, object]]] = []

    def saw(self, event: str, /, **details: object) -> None:
        self.heard.append((event, details))


def client(ear: Ear | None = None, **settings: object) -> JenkinsClient:
    values = {"url": ROOT, "user": "김서준", "token": SecretStr("t0ken"), **settings}
    return JenkinsClient(Jenkins.model_validate(values), ear or Ear())


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@responses.activate
def test_a_read_is_one_get_with_a_tree_and_nothing_before_it() -> None:
    """Jenkins facts 1 and 10: no crumb is fetched, no scheme of authentication tried out."""
    responses.get(f"{ROOT}/job/a/api/json", json={"jobs": []})
    assert client().get("job/a", tree="jobs[name]{0,5}") == {"jobs": []}
    (call,) = responses.calls
    address = urlsplit(str(call.request.url))
    assert address.path == "/ci/job/a/api/json"
    assert parse_qs(address.query) == {"tree": ["jobs[name]{0,5}"]}


@responses.activate
def test_user_and_token_go_by_basic_authentication_in_utf_8() -> None:
    responses.get(f"{ROOT}/api/json", json={})
    client().get("", tree="mode")
    sent = responses.calls[0].request.headers["Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == "김서준:t0ken"


@responses.activate
def test_a_timeout_is_given_and_certificates_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    responses.get(f"{ROOT}/api/json", json={})
    client(timeout=12).get("", tree="mode")
    sent = responses.calls[0].request.req_kwargs  # type: ignore[attr-defined]
    assert (sent["timeout"], sent["verify"]) == (12, True)


@responses.activate
def test_a_certificate_authority_of_ones_own_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own.pem"
    own.touch()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/elsewhere.pem")
    responses.get(f"{ROOT}/api/json", json={})
    client(ca_file=str(own)).get("", tree="mode")
    assert responses.calls[0].request.req_kwargs["verify"] == str(own)  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["http://jenkins.example.com/", "https://jenkins.example.com/"])
def test_both_schemes_go_through_our_door(address: str) -> None:
    """python-jenkins' own adapter is shadowed, so that its `retries` has no effect."""
    assert isinstance(client()._server._session.get_adapter(address), Door)


def test_the_constructor_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("opened"))
    client()


def test_a_branch_is_encoded_twice_in_an_address() -> None:
    """Jenkins fact 8."""
    assert job_path("abc/api/feature%2Flogin") == "job/abc/job/api/job/feature%252Flogin"
    assert job_path("abc/야간 배치") == (
        "job/abc/job/%EC%95%BC%EA%B0%84%20%EB%B0%B0%EC%B9%98"  # 야간 배치
    )


@responses.activate
def test_the_double_encoding_reaches_the_wire() -> None:
    """Jenkins fact 8."""
    responses.get(f"{ROOT}/job/a/job/feature%252Fx/api/json", json={"color": "blue"})
    client().get(job_path("a/feature%2Fx"), tree="color")
    assert "/feature%252Fx/" in str(responses.calls[0].request.url)


@responses.activate
def test_korean_text_is_read_as_utf_8_though_the_header_names_no_charset() -> None:
    body = '{"description": "야간 배치"}'.encode()
    responses.get(f"{ROOT}/api/json", body=body, content_type="text/html")
    assert client().get("", tree="description") == {"description": "야간 배치"}


@pytest.mark.parametrize(
    ("status", "error", "retryable"),
    [
        (401, Unauthorised, False),
        (403, Forbidden, False),
        (404, Missing, False),
        (410, Missing, False),
        (429, Throttled, True),
        (500, Broken, True),
        (502, Broken, True),
        (503, Broken, True),
        (504, Broken, True),
        (400, Broken, True),
    ],
)
@responses.activate
def test_a_status_becomes_its_error(status: int, error: type[ClientError], retryable: bool) -> None:
    """Jenkins fact 13, and what python-jenkins tells in its text only."""
    page = "<html>a page with [404] and private text</html>"
    responses.get(f"{ROOT}/job/a/api/json", body=page, status=status)
    with pytest.raises(error) as caught:
        client().get("job/a", tree="color")
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.retryable) == (status, retryable)
    assert (caught.value.system, "private" in str(caught.value)) == ("jenkins", False)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("soon", None), ("", None)])
@responses.activate
def test_the_wait_that_a_throttling_server_asks_for_is_kept(
    header: str, seconds: float | None
) -> None:
    responses.get(f"{ROOT}/api/json", status=429, headers={"Retry-After": header})
    with pytest.raises(Throttled) as caught:
        client().get("", tree="mode")
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("body", ["<html>Please wait</html>", "", '{"a": ', "[]", "null", '"x"'])
@responses.activate
def test_what_is_no_json_object_is_a_failed_read(body: str) -> None:
    """Jenkins fact 13."""
    responses.get(f"{ROOT}/job/a/api/json", body=body)
    with pytest.raises(Broken):
        client().get("job/a", tree="builds[number]")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (requests.ConnectTimeout(), Unreachable),
        (requests.ReadTimeout(), Unreachable),
        (requests.ConnectionError("refused by user:t0ken@host"), Unreachable),
        (requests.exceptions.SSLError(), Unreachable),
        (requests.exceptions.ChunkedEncodingError(), Broken),
    ],
)
@responses.activate
def test_a_lost_connection_is_unreachable_and_a_cut_body_is_broken(
    trouble: Exception, error: type[ClientError]
) -> None:
    responses.get(f"{ROOT}/api/json", body=trouble)
    with pytest.raises(error) as caught:
        client().get("", tree="mode")
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "advice", "about_address"),
    [
        ({"status": 401}, "is the token that user's?", False),
        ({"status": 403, "body": "<html>"}, "lacks a right there: Overall/Read", False),
        ({"status": 404}, f"is {ROOT} Jenkins's own address", True),
        ({"body": "<html>Welcome</html>"}, f"is {ROOT} Jenkins's own address", True),
        ({"status": 503, "body": "<html>starting</html>"}, "answered 503 at /api/json", False),
    ],
    ids=["token", "right", "404", "page", "starting"],
)
@responses.activate
def test_a_refusal_says_what_to_look_at(
    answer: dict[str, Any], advice: str, about_address: bool
) -> None:
    responses.get(f"{ROOT}/api/json", **answer)
    with pytest.raises(ClientError, match=re.escape(advice)) as caught:
        client().version()
    assert caught.value.address == (ROOT if about_address else "")


@responses.activate
def test_each_answer_is_told_to_the_listener_without_the_query() -> None:
    ear = Ear()
    responses.get(f"{ROOT}/api/json", json={}, headers={"X-Jenkins": "2.516.1"})
    assert client(ear).version() == "2.516.1"
    ((event, details),) = ear.heard
    assert event == "http.answered"
    assert (details["system"], details["path"], details["status"]) == (
        "jenkins",
        "/ci/api/json",
        200,
    )


# -- stages and consoles ----------------------------------------------------------------------

CONSOLE = f"{ROOT}/job/a/7/logText/progressiveText"


def console(text: str, *, size: int | None = None, status: int = 200) -> None:
    """The next answer at the console's address."""
    told = len(text.encode()) if size is None else size
    headers = {"X-Text-Size": str(told)}
    responses.get(CONSOLE, body=text.encode(), headers=headers, status=status)


@responses.activate
def test_a_short_console_costs_one_request() -> None:
    console("처음\r\n끝\r\n")
    found = client().console("job/a/7", 1000)
    assert (found.end, found.beginning, found.whole) == ("처음\r\n끝\r\n", "", True)
    (call,) = responses.calls
    assert parse_qs(urlsplit(str(call.request.url)).query) == {"start": ["0"]}


@responses.activate
def test_of_a_long_console_the_beginning_and_the_end_are_read() -> None:
    console("x" * 100_000, size=5_000_000_000)
    console("the end", size=5_000_000_000)
    found = client().console("job/a/7", 1000)
    assert (found.end, found.whole) == ("the end", False)
    assert 0 < len(found.beginning) < 20_000
    asked = [parse_qs(urlsplit(str(call.request.url)).query) for call in responses.calls]
    assert asked == [{"start": ["0"]}, {"start": ["4999999000"]}]


@responses.activate
def test_no_more_of_an_answer_is_read_than_was_asked_for() -> None:
    console("x" * 10_000_000, size=10)
    assert len(client().console("job/a/7", 1000).end) < 20_000


@responses.activate
def test_a_page_in_place_of_a_console_is_a_failed_read() -> None:
    """Jenkins fact 13."""
    responses.get(CONSOLE, body="<html>Please log in</html>")
    with pytest.raises(Broken) as caught:
        client().console("job/a/7", 1000)
    assert "console" in str(caught.value)


@responses.activate
def test_a_console_that_begins_anew_in_between_is_a_failed_read() -> None:
    console("x" * 5000)
    console("a new beginning", size=15)
    with pytest.raises(Broken):
        client().console("job/a/7", 1000)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Unauthorised), (403, Forbidden), (404, Missing), (429, Throttled), (500, Broken)],
)
@responses.activate
def test_a_console_that_is_refused_is_told_by_its_status(
    status: int, error: type[ClientError]
) -> None:
    console("no", status=status)
    with pytest.raises(error) as caught:
        client().console("job/a/7", 1000)
    assert type(caught.value) is error


@responses.activate
def test_a_lost_connection_to_a_console_is_unreachable() -> None:
    responses.get(CONSOLE, body=requests.ReadTimeout())
    with pytest.raises(Unreachable):
        client().console("job/a/7", 1000)


@responses.activate
def test_stages_are_asked_for_at_the_plug_ins_address() -> None:
    responses.get(f"{ROOT}/job/a/7/wfapi/describe", json={"stages": []})
    assert client().stages("job/a/7") == {"stages": []}
    responses.get(f"{ROOT}/job/a/8/wfapi/describe", status=404)
    with pytest.raises(Missing):
        client().stages("job/a/8")
