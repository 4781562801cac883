"""Reading many tickets for the first time: the floor of Redmine's JSON, we, and peers."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import requests
from redminelib import Redmine as Library

from sandbox.bench.bugwarrior_peer import bugwarrior, is_there
from sandbox.bench.fresh import Fresh
from sandbox.bench.heats import Turn, heat
from sandbox.bench.rows import Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town

PAGE = 100
_FLOOR = Said("× raw floor", "× 원시 하한")
_PROCESSES, _READERS = 2, 4
_TIMEOUT = 120  # seconds


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    yield from _alone(stage)
    yield from _several(stage)


def _alone(stage: Stage) -> Iterator[Told]:
    tickets = stage.sizes.tickets
    with ExitStack() as stack:
        office = stack.enter_context(town(stage, tickets))
        url, key = office.redmine.url, office.keys[BOT]
        ours = stack.enter_context(Fresh(stage=stage, addresses={"redmine": url}, key=key))
        numbers = _numbers(url, key)
        contestants: dict[str, Turn] = {
            "floor": lambda: _floor(url, key, numbers),
            "ours": ours.read,
            "python-redmine": lambda: _plainly(url, key),
        }
        if is_there():
            other = stack.enter_context(bugwarrior(url, key, stage.fresh("bugwarrior")))
            contestants["bugwarrior"] = other.pull
        done = heat(contestants, stage.rounds, before={"ours": ours.anew})
    peers = [name for name in contestants if name not in ("floor", "ours")]
    yield Row(
        name="cold-pull",
        title=Said(
            f"cold pull of {tickets:,} issues, JSON only, one reader",
            f"일감 {tickets:,}개를 처음 읽기, JSON만, 한 줄로",
        ),
        measured=done.ratio("ours", "floor"),
        goal=1.05,
        unit=_FLOOR,
        known=Said.alike("1.01"),
        beside=tuple((Said.alike(name), done.ratio(name, "floor")) for name in peers),
    )


def _several(stage: Stage) -> Iterator[Told]:
    tickets = stage.sizes.tickets
    with ExitStack() as stack:
        office = stack.enter_context(town(stage, tickets, workers=_PROCESSES))
        url, key = office.redmine.url, office.keys[BOT]
        ours = Fresh(stage=stage, addresses={"redmine": url}, key=key, change=_read_by_several)
        stack.enter_context(ours)
        numbers = _numbers(url, key)
        contestants: dict[str, Turn] = {
            "floor": lambda: _floor(url, key, numbers),
            "ours": ours.read,
        }
        done = heat(contestants, stage.rounds, before={"ours": ours.anew})
    yield Row(
        name="cold-pull-several",
        title=Said(
            f"the same, {_PROCESSES} puma processes, {_READERS} readers",
            f"위와 같되 puma 프로세스 {_PROCESSES}개, 리더 {_READERS}개",
        ),
        measured=done.ratio("ours", "floor"),
        goal=0.55,
        unit=Said("× serial floor", "× 한 줄 하한"),
        known=Said.alike("0.50"),
    )


def _read_by_several(settings: dict[str, Any]) -> None:
    settings["redmine"] |= {"readers": _READERS, "concurrency": _READERS}


def _floor(url: str, key: str, numbers: list[int]) -> None:
    """Ask for the pages that there are, one after the other, and read nothing of them."""
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = key
        for first in numbers[::PAGE]:
            params = {"status_id": "*", "sort": "id", "limit": str(PAGE), "include": "relations",
                      "issue_id": f">={first}"}  # fmt: skip
            answer = session.get(f"{url}/issues.json", params=params, timeout=_TIMEOUT)
            answer.raise_for_status()


def _numbers(url: str, key: str) -> list[int]:
    """Answer the numbers of all tickets, ascending."""
    found: list[int] = []
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = key
        while True:
            first = found[-1] + 1 if found else 1
            params = {"status_id": "*", "sort": "id", "limit": str(PAGE), "issue_id": f">={first}"}
            answer = session.get(f"{url}/issues.json", params=params, timeout=_TIMEOUT)
            answer.raise_for_status()
            page = [row["id"] for row in answer.json()["issues"]]
            found += page
            if len(page) < PAGE:
                return found


def _plainly(url: str, key: str) -> None:
    """Read as python-redmine's own pages show it, the attributes that we keep."""
    for issue in Library(url, key=key).issue.filter(status_id="*", sort="id", include="relations"):
        _ = (issue.id, issue.subject, issue.updated_on, issue.created_on, issue.status.name)
        _ = (issue.project.id, issue.tracker.name, issue.author.name, list(issue.custom_fields))
