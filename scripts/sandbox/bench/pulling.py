"""Reading 10,000 tickets for the first time: the floor of Redmine's JSON, we, and peers."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import requests
from redminelib import Redmine as Library

from sandbox.bench.heats import heat
from sandbox.bench.program import Program
from sandbox.bench.rows import Row
from sandbox.bench.towns import town

TICKETS = 10_000
PAGE = 100


def rows(home: Path, rounds: int, tickets: int = TICKETS) -> Iterator[Row]:
    """Measure; yield the rows."""
    with town(home / "redmine", tickets) as office:
        url, key = office.redmine.url, office.keys["itsm-sync"]
        numbers = _numbers(url, key)
        contestants: dict[str, Callable[[], object]] = {
            "floor": lambda: _floor(url, key, numbers),
            "ours": _ours(home, url, key),
            "python-redmine": lambda: _plainly(url, key),
        }
        done = heat(contestants, rounds)
    yield Row(
        name="cold-pull",
        ko=f"일감 {tickets:,}개를 처음 읽기, JSON만, 한 줄로",
        en=f"cold pull of {tickets:,} issues, JSON only, one reader",
        measured=done.ratio("ours", "floor"),
        goal=1.05,
        unit="× raw floor",
        known="1.01",
        beside=(("python-redmine", done.ratio("python-redmine", "floor")),),
    )


def _floor(url: str, key: str, numbers: list[int]) -> None:
    """Ask for the pages that there are, one after the other, and read nothing of them."""
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = key
        for first in numbers[::PAGE]:
            params = {"status_id": "*", "sort": "id", "limit": str(PAGE), "include": "relations",
                      "issue_id": f">={first}"}  # fmt: skip
            answer = session.get(f"{url}/issues.json", params=params, timeout=120)
            answer.raise_for_status()


def _numbers(url: str, key: str) -> list[int]:
    """Answer the numbers of all tickets, ascending."""
    found: list[int] = []
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = key
        while True:
            first = found[-1] + 1 if found else 1
            params = {"status_id": "*", "sort": "id", "limit": str(PAGE), "issue_id": f">={first}"}
            answer = session.get(f"{url}/issues.json", params=params, timeout=120)
            answer.raise_for_status()
            page = [row["id"] for row in answer.json()["issues"]]
            found += page
            if len(page) < PAGE:
                return found


def _ours(home: Path, url: str, key: str) -> Callable[[], object]:
    fresh = count()

    def pull() -> object:
        place = home / f"state-{next(fresh)}"
        return Program.over(place, {"redmine": url}, key).pulls()

    return pull


def _plainly(url: str, key: str) -> None:
    """Read as python-redmine's own pages show it, the attributes that we keep."""
    for issue in Library(url, key=key).issue.filter(status_id="*", sort="id", include="relations"):
        _ = (issue.id, issue.subject, issue.updated_on, issue.created_on, issue.status.name)
        _ = (issue.project.id, issue.tracker.name, issue.author.name, list(issue.custom_fields))
