"""What we do with tickets once they are there: read from a server that only replays."""

import json
from collections.abc import Iterator
from pathlib import Path

import requests

from sandbox.bench.fresh import Fresh
from sandbox.bench.heats import heat
from sandbox.bench.replay import Recorder, replayed
from sandbox.bench.rows import MICROSECONDS, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town

_MICRO = 1e6


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    recorded, tickets = stage.fresh("recorded"), stage.sizes.tickets
    with town(stage, tickets) as office, Recorder(office.redmine.url, recorded) as recorder:
        key = office.keys[BOT]
        with Fresh(stage=stage, addresses={"redmine": recorder.url}, key=key) as first:
            first.anew()
            first.read()
    pages = _pages(recorded)
    with replayed(recorded) as url, Fresh(
        stage=stage, addresses={"redmine": url}, key=key
    ) as ours:  # fmt: skip
        contestants = {"plain": lambda: _plain(url, pages), "ours": ours.read}
        done = heat(contestants, stage.rounds, before={"ours": ours.anew})
    yield Row(
        name="client-work",
        title=Said(
            "client work: pull, parse, normalise, store",
            "클라이언트의 일: 읽기, 해석, 정규화, 저장",
        ),
        measured=done.cpu("ours") / tickets * _MICRO,
        goal=60,
        unit=MICROSECONDS,
        known=Said("requests + json 14, python-redmine plainly 168",
                   "requests + json 14, python-redmine 그대로 168"),
        beside=((Said.alike("requests + json"), done.cpu("plain") / tickets * _MICRO),),
    )  # fmt: skip


def _pages(recorded: Path) -> list[str]:
    targets = [json.loads(file.read_text(encoding="utf-8")) for file in recorded.glob("*.json")]
    return [told["target"] for told in targets if told["target"].startswith("/issues.json")]


def _plain(url: str, pages: list[str]) -> None:
    with requests.Session() as session:
        for path in pages:
            json.loads(session.get(url + path, timeout=60).content)
