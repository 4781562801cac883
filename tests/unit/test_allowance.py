"""GitHub's limits: told, kept from being used up, and kept until they are over."""

from collections.abc import Iterator
from typing import Any

import pytest
import responses
from pydantic import SecretStr

from itsm_sync.clients.errors import Throttled
from itsm_sync.clients.github import GitHubClient
from itsm_sync.settings import GitHub
from tests.pace import Hourglass

ISSUES = "https://api.github.com:443/repos/abc/app/issues"
LIST = "/repos/abc/app/issues"
DATE = "Mon, 21 Sep 2026 14:13:20 GMT"
NOW = 1790000000  # that time as Unix counts


class Ear:
    def __init__(self) -> None:
        self.seen: list[dict[str, object]] = []

    def saw(self, event: str, /, **details: object) -> None:
        if event == "limits.seen":
            self.seen.append(details)


@pytest.fixture
def github() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def sand() -> Hourglass:
    return Hourglass()


def client(sand: Hourglass, ear: Ear | None = None, **changes: Any) -> GitHubClient:
    settings = GitHub(repositories=("abc/app",), token=SecretStr("sample-token"), **changes)
    return GitHubClient(settings, ear or Ear(), pace=sand.pace)


def left(remaining: int, *, resource: str = "core", limit: int = 5000) -> dict[str, str]:
    return {
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-reset": str(NOW + 600),
        "x-ratelimit-resource": resource,
        "date": DATE,
    }


def test_the_figures_are_told_when_they_change(
    github: responses.RequestsMock, sand: Hourglass
) -> None:
    ear = Ear()
    for remaining in (4999, 4999, 4998):
        github.get(ISSUES, json=[], headers=left(remaining))
    door = client(sand, ear)
    for _ in range(3):
        door.page(LIST)
    assert [(seen["remaining"], seen["limit"], seen["reset"]) for seen in ear.seen] == [
        (4999, 5000, NOW + 600),
        (4998, 5000, NOW + 600),
    ]
    assert ear.seen[0]["system"] == "github"


def test_at_the_reserve_nothing_is_asked_until_the_reset(
    github: responses.RequestsMock, sand: Hourglass
) -> None:
    github.get(ISSUES, json=[], headers=left(500))
    door = client(sand)
    assert door.page(LIST) is not None  # what was answered counts
    with pytest.raises(Throttled, match="500 of 5000 requests are left") as refused:
        door.page(LIST)
    assert refused.value.retry_after == 600
    assert len(github.calls) == 1
    sand.now += 600
    door.page(LIST)
    assert len(github.calls) == 2
    assert sand.naps == []


def test_the_reserve_is_a_setting(github: responses.RequestsMock, sand: Hourglass) -> None:
    github.get(ISSUES, json=[], headers=left(500))
    door = client(sand, reserve=100)
    for _ in range(2):
        door.page(LIST)


def test_of_a_small_limit_half_may_be_used(github: responses.RequestsMock, sand: Hourglass) -> None:
    github.get(ISSUES, json=[], headers=left(31, limit=60))
    door = client(sand)
    for _ in range(2):
        door.page(LIST)


def test_another_resources_figures_hold_nothing(
    github: responses.RequestsMock, sand: Hourglass
) -> None:
    github.get(ISSUES, json=[], headers=left(3, resource="search"))
    door = client(sand)
    for _ in range(2):
        door.page(LIST)


def test_a_secondary_limit_stands_over_cycles_until_it_is_over(
    github: responses.RequestsMock, sand: Hourglass
) -> None:
    # GitHub fact 2: without `retry-after` and reset, a minute
    said = {"message": "You have exceeded a secondary rate limit. Please wait."}
    github.get(ISSUES, status=403, json=said)
    door = client(sand)
    with pytest.raises(Throttled):
        door.page(LIST)
    door.close()  # a cycle ends, and the next one asks from a thread of its own
    with pytest.raises(Throttled, match="limit of requests is used up"):
        door.page(LIST)
    assert len(github.calls) == 1
    github.replace(responses.GET, ISSUES, json=[])
    sand.now += 60
    assert door.page(LIST) is not None


@pytest.mark.parametrize("off", [-600, 600])
def test_a_reset_is_counted_by_githubs_own_clock(
    off: int, github: responses.RequestsMock, sand: Hourglass
) -> None:
    headers = left(0) | {"x-ratelimit-reset": str(NOW + off + 90)}
    minutes = 13 + off // 60
    headers["date"] = f"Mon, 21 Sep 2026 14:{minutes:02}:20 GMT"
    github.get(ISSUES, status=403, json={"message": "API rate limit exceeded"}, headers=headers)
    with pytest.raises(Throttled) as refused:
        client(sand).page(LIST)
    assert refused.value.retry_after == 90


def test_a_server_without_limits_is_asked_as_ever(
    github: responses.RequestsMock, sand: Hourglass
) -> None:
    # GitHub fact 17
    ear = Ear()
    github.get(ISSUES, json=[])
    client(sand, ear).page(LIST)
    assert ear.seen == []
