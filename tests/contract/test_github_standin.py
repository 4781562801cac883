"""The GitHub stand-in, held true to GitHub's own OpenAPI description."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.world.github import TOKEN, documents
from sandbox.world.spine import build

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AT = "2026-11-01T00:00:00Z"
APP = "/repos/abc/portal"


@pytest.fixture(scope="module")
def server() -> Iterator[GitHubStandIn]:
    with GitHubStandIn(documents(build(now=NOW))) as server:
        yield server


@pytest.fixture
def small() -> Iterator[GitHubStandIn]:
    """A GitHub with one empty repository."""
    world = {
        "tokens": {TOKEN: "itsm-sync-bot", "other": "somebody"},
        "repositories": {"abc/portal": new_repository("abc/portal", at=AT)},
        "moved": {},
    }
    with GitHubStandIn(world) as server:
        yield server


@pytest.fixture(scope="session")
def description(recordings: Path) -> OpenAPI:
    """GitHub's description, with what real answers have and it does not say.

    GitHub sends null where an enum is `nullable`, and null for the parts of a fork that is gone;
    of an event's payloads one (`public-event`) fits everything, so that "one of" never holds.
    """
    value = json.loads((recordings / "github" / "openapi.json").read_text(encoding="utf-8"))
    allow_null(value)
    del value["components"]["headers"]["x-rate-limit-reset"]["schema"]["format"]  # no known one
    payload = value["components"]["schemas"]["event"]["properties"]["payload"]
    payload["anyOf"] = payload.pop("oneOf")
    for name in ("pull-request-simple", "pull-request"):
        head = value["components"]["schemas"][name]["properties"]["head"]["properties"]
        head["label"]["nullable"] = True
        head["repo"] = {"$ref": "#/components/schemas/nullable-repository"}
        head["user"] = {"$ref": "#/components/schemas/nullable-simple-user"}
    return OpenAPI.from_dict(value, config=Config(spec_validator_cls=None))


def allow_null(value: Any) -> None:
    if isinstance(value, dict):
        if value.get("nullable") and "enum" in value and None not in value["enum"]:
            value["enum"].append(None)
        for part in value.values():
            allow_null(part)
    elif isinstance(value, list):
        for part in value:
            allow_null(part)


def get(server: GitHubStandIn, path: str, token: str = TOKEN, **headers: str) -> requests.Response:
    headers = {"Authorization": f"token {token}", **headers}
    return requests.get(f"{server.url}{path}", headers=headers, timeout=10, allow_redirects=False)


def in_all(world: dict[str, Any]) -> list[str]:
    """Every list that the source reads, whole, and a few single rows of each kind."""
    found = ["/rate_limit", "/user", "/users/seojun-kim"]
    for name, kept in world["repositories"].items():
        base = f"/repos/{name}"
        lists = ["issues?state=all&per_page=100", "pulls?state=all&per_page=100", "releases"]
        lists += ["deployments", "actions/runs?per_page=100", "events?per_page=100"]
        lists += ["dependabot/alerts", "code-scanning/alerts", "branches/main"]
        lists += ["secret-scanning/alerts?hide_secret=true", "secret-scanning/alerts"]
        found += [base, *(f"{base}/{path}" for path in lists)]
        found += [f"{base}/issues/{row['number']}" for row in kept["issues"][:2]]
        for row in kept["pulls"][:5]:
            where = f"{base}/pulls/{row['number']}"
            found += [where, f"{where}/reviews", f"{where}/files"]
        found += [f"{base}/deployments/{row['id']}" for row in kept["deployments"][:3]]
        found += [f"{base}/deployments/{row['id']}/statuses" for row in kept["deployments"][:3]]
        found += [f"{base}/actions/runs/{row['id']}" for row in kept["runs"][:2]]
    return found


@pytest.fixture
def checked(server: GitHubStandIn, description: OpenAPI) -> Any:
    session = requests.Session()
    session.headers["Authorization"] = f"token {TOKEN}"

    def check(path: str) -> str:
        """Answer what GitHub's description has against the answer, "" where nothing."""
        answer = session.get(f"{server.url}{path}", timeout=10)
        asked = RequestsOpenAPIRequest(requests.Request("GET", f"https://api.github.com{path}"))
        result = description.unmarshal_response(asked, RequestsOpenAPIResponse(answer))
        errors = [f"{path} {answer.status_code}: {error}" for error in result.errors]
        for error in result.errors:
            errors += [str(cause) for cause in getattr(error.__cause__, "schema_errors", [])][:3]
        return "\n".join(errors)

    return check


def test_every_answer_is_as_github_describes_it(server: GitHubStandIn, checked: Any) -> None:
    addresses = in_all(server.world)
    assert len(addresses) > 150
    wrong = [said for path in addresses if (said := checked(path))]
    assert wrong == [], "\n".join(wrong)


def test_a_wrong_answer_would_be_seen(server: GitHubStandIn, checked: Any) -> None:
    with server.lock:
        row = server.repository("abc/portal")["pulls"][0]
        kept, row["number"] = row["number"], "seven"
    try:
        assert checked(f"{APP}/pulls?state=all&per_page=100") != ""
    finally:
        row["number"] = kept


def test_refusals_are_as_github_describes_them(server: GitHubStandIn, checked: Any) -> None:
    for path in ("/repos/abc/nothing", "/repos/abc/legacy-billing/dependabot/alerts"):
        assert checked(path) == ""


def test_a_token_is_asked_for(small: GitHubStandIn) -> None:
    assert get(small, APP, token="wrong").status_code == 401
    assert requests.get(small.url + APP, timeout=10).status_code == 401
    assert get(small, APP).status_code == 200


def test_pages_are_linked_and_never_longer_than_100(small: GitHubStandIn) -> None:
    for number in range(1, 251):
        small.add("abc/portal", "issues", rows.issue("abc/portal", number, at=AT))
    first = get(small, f"{APP}/issues?per_page=500")
    assert len(first.json()) == 100
    assert set(first.links) == {"next", "last"}
    last = get(small, first.links["last"]["url"].removeprefix(small.url))
    assert len(last.json()) == 50
    assert set(last.links) == {"prev", "first"}


def test_dependabot_pages_by_cursor_only(small: GitHubStandIn) -> None:
    # GitHub fact 7
    for number in range(1, 4):
        small.add("abc/portal", "dependabot", rows.dependabot_alert("abc/portal", number, at=AT))
    where = f"{APP}/dependabot/alerts"
    assert get(small, f"{where}?page=1").status_code == 400
    first = get(small, f"{where}?per_page=2")
    second = get(small, first.links["next"]["url"].removeprefix(small.url))
    assert [row["number"] for row in first.json() + second.json()] == [1, 2, 3]
    assert "next" not in second.links


def test_an_etag_belongs_to_a_token_and_304_costs_nothing(small: GitHubStandIn) -> None:
    # GitHub fact 3
    first = get(small, APP)
    left = small.remaining
    again = get(small, APP, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, small.remaining) == (304, b"", left)
    other = get(small, APP, token="other", **{"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    small.change_repository("abc/portal", description="another")
    assert get(small, APP, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_an_exhausted_limit_refuses_but_tells_of_itself(small: GitHubStandIn) -> None:
    # GitHub fact 1
    small.remaining = 0
    refused = get(small, APP)
    assert refused.status_code == 403
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert get(small, "/rate_limit").json()["rate"]["remaining"] == 0


def test_drafts_are_seen_with_push_rights_only(small: GitHubStandIn) -> None:
    # GitHub fact 13
    small.add("abc/portal", "releases", rows.release("abc/portal", 1, at=AT, draft=True))
    assert get(small, f"{APP}/releases").json() == []
    small.repository("abc/portal")["pushers"].append("itsm-sync-bot")
    assert len(get(small, f"{APP}/releases").json()) == 1


def test_since_1970_answers_nothing_as_it_has_been_seen(small: GitHubStandIn) -> None:
    # GitHub fact 4
    small.add("abc/portal", "issues", rows.issue("abc/portal", 1, at=AT))
    assert get(small, f"{APP}/issues?since=1970-01-01T00:00:00Z").json() == []
    assert len(get(small, f"{APP}/issues").json()) == 1


def test_what_is_deleted_or_moved_says_so(small: GitHubStandIn) -> None:
    # GitHub fact 10
    small.add("abc/portal", "issues", rows.issue("abc/portal", 1, at=AT))
    small.delete("abc/portal", "issues", 1)
    assert get(small, f"{APP}/issues/1").status_code == 410
    assert get(small, f"{APP}/issues/2").status_code == 404
    small.rename("abc/portal", "abc/gate")
    moved = get(small, f"{APP}/issues?state=all")
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith("/issues?state=all")


def test_pages_for_people_say_that_it_is_sample_data(small: GitHubStandIn) -> None:
    page = requests.get(f"{small.url}/abc/portal/pull/1", timeout=10)
    assert page.status_code == 200
    assert "sample data" in page.text
