"""What we do with 10,000 tickets once they are there: read from a server that only replays."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import requests

from sandbox.bench.heats import heat
from sandbox.bench.program import Program
from sandbox.bench.replay import Recorder, replayed
from sandbox.bench.rows import Row
from sandbox.bench.towns import town

TICKETS = 10_000
_MICRO = 1e6


def rows(home: Path, rounds: int, tickets: int = TICKETS) -> Iterator[Row]:
    """Measure; yield the rows."""
    recorded = home / "recorded"
    with (
        town(home / "redmine", tickets) as office,
        Recorder(office.redmine.url, recorded) as recorder,
    ):
        key = office.keys["itsm-sync"]
        Program.over(home / "first", {"redmine": recorder.url}, key).pulls()
    with replayed(recorded) as url:
        fresh = count()

        def ours() -> object:
            return Program.over(home / f"state-{next(fresh)}", {"redmine": url}, key).pulls()

        pages = _pages(recorded)
        contestants: dict[str, Callable[[], object]] = {
            "floor": lambda: _plain(url, pages),
            "ours": ours,
        }
        done = heat(contestants, rounds)
    yield Row(
        name="client-work",
        ko="일감 하나에 드는 우리 CPU: 읽기, 해석, 정규화, 저장",
        en="client work: pull, parse, normalise, store",
        measured=done.cpu("ours") / tickets * _MICRO,
        goal=60,
        unit="µs CPU an issue",
        known="requests + json 14",
        beside=(("requests + json", done.cpu("floor") / tickets * _MICRO),),
    )


def _pages(recorded: Path) -> list[str]:
    targets = [json.loads(file.read_text(encoding="utf-8")) for file in recorded.glob("*.json")]
    return [told["target"] for told in targets if told["target"].startswith("/issues.json")]


def _plain(url: str, pages: list[str]) -> None:
    with requests.Session() as session:
        for path in pages:
            json.loads(session.get(url + path, timeout=60).content)
