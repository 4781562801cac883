"""`explain --at`: the decision that stood then, with the facts, rules and people of then."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, update

from itsm_sync.app.wiring import deciders, objections
from itsm_sync.cli import run
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.plans import Override
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.cycles import deciding_files
from itsm_sync.operations.explain.then import moment
from itsm_sync.settings import load
from itsm_sync.store import Store
from itsm_sync.store.schema import facts
from tests import small
from tests.builders import NOON, SUA, item

SEOUL = ZoneInfo("Asia/Seoul")
KEY = "redmine:issue/1"
DAY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Past:
    """A ticket decided each day at noon (UTC) under what stood in the configuration then."""

    store: Store
    directory: Path
    days: int = 0

    def decide(self, **changes: Any) -> None:
        at = NOON + self.days * DAY
        self.days += 1
        settings = load(self.directory, {}, secrets=False, inspect=objections)
        router, catalogue = deciders(settings)
        asked = item(1, title="방화벽이 안 됩니다", **changes)
        self.store.begin(Cycle(id=f"c{self.days}", started_at=at, configuration=settings.hash))
        self.store.keep("redmine", Batch(stream="issues", items=(asked,)), f"c{self.days}")
        self.store.keep_configuration(settings.hash, deciding_files(settings), at)
        made = [(asked, router.route(catalogue.enriched(asked)))]
        self.store.keep_routings(made, f"c{self.days}", settings.hash, at)

    def asked(self, capsys: pytest.CaptureFixture[str], at: str) -> Any:
        capsys.readouterr()
        run(["explain", "1", "--at", at, "--json", "--config", str(self.directory)])
        return json.loads(capsys.readouterr().out)


@pytest.fixture
def past(
    url: str, configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Past]:
    """2 March: an incident. 3 March: a change, by a new rule. 4 March: approved meanwhile."""
    monkeypatch.setenv("ITSM_SYNC_DATABASE", url)
    directory = configuration()
    values = small.files()
    small.write(directory, values)
    with Store.open(url) as store:
        made = Past(store=store, directory=directory)
        made.decide()
        values["rules"]["process"].insert(
            0, {"name": "방화벽", "when": {"title": "방화벽"}, "then": "change"}
        )
        values["matrix"]["processes"]["change"] = {"ko": "변경", "en": "change"}
        small.write(directory, values)
        made.decide()
        made.decide(facts={"linked": ("pull:merged",)})
        yield made


@pytest.mark.parametrize(
    ("at", "cycle", "answers"),
    [
        ("2026-03-02", "c1", ("incident", "none")),
        ("2026-03-02T21:00", "c1", ("incident", "none")),  # Seoul: noon in UTC
        ("2026-03-03T20:59:59", "c1", ("incident", "none")),
        ("2026-03-03 21:00", "c2", ("change", "none")),
        ("2026-03-03T12:00Z", "c2", ("change", "none")),
        ("2026-03-03", "c2", ("change", "none")),
        ("2026-03-04", "c3", ("change", "approve")),
    ],
)
def test_the_decision_that_stood_then_is_explained(
    past: Past, capsys: pytest.CaptureFixture[str], at: str, cycle: str, answers: tuple[str, str]
) -> None:
    told = past.asked(capsys, at)
    assert told["cycle"] == cycle
    assert (told["process"], told["stage"]) == answers
    assert told["configuration"] in past.store.decided_under()
    assert datetime.fromisoformat(told["at"]) == NOON + (int(cycle[1:]) - 1) * DAY
    assert told["doubt"] is None
    rules = [trial["rule"] for trial in told["tried"] if trial["axis"] == "process"]
    assert rules == (
        ["장애", "변경", "그 밖"] if cycle == "c1" else ["방화벽", "장애", "변경", "그 밖"]
    )


def test_before_the_first_decision_the_first_is_named(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "1", "--at", "2026-03-01", "--config", str(past.directory)]) == 2
    told = capsys.readouterr().err
    assert "그때는 아직 판단한 적이 없습니다" in told
    assert "2026-03-02 21:00:00 KST" in told


@pytest.mark.parametrize(
    ("at", "error"),
    [
        ("yesterday", "is no time"),
        ("2026-13-01", "is no time"),
        ("2026-03-02T25:00", "is no time"),
        ("", "is no time"),
        ("0001-01-01T00:00+14:00", "is no time"),
        ("9999-12-31T23:00-05:00", "is no time"),
        ("2026-03-06", "is still to come"),
    ],
)
def test_a_time_that_is_none_is_told(at: str, error: str) -> None:
    with pytest.raises(ConfigurationError, match=error):
        moment(at, SEOUL, datetime(2026, 3, 5, 14, tzinfo=UTC))


def test_an_empty_time_is_not_taken_for_today(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    assert past.asked(capsys, "")["error"]


def test_today_counts_in_the_zone_of_the_settings() -> None:
    now = datetime(2026, 3, 5, 16, tzinfo=UTC)  # the 6th in Seoul
    assert moment("2026-03-06", SEOUL, now) > now


def test_what_people_had_decided_then_is_shown_and_what_they_did_later_is_not(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = Override(
        ticket=1, field=FieldName.TEAM, value="신사업팀", by=SUA.name, at=NOON + DAY, chosen="x"
    )
    past.store.keep_overrides([theirs], [1], "c2", NOON + DAY)
    past.store.keep_overrides(
        [replace(theirs, value="IT기획팀", at=None)], [1], "c3", NOON + 2 * DAY
    )
    past.store.keep_overrides([], [1], "c4", NOON + 3 * DAY)
    values = {
        at: [override["value"] for override in past.asked(capsys, at)["overrides"]]
        for at in ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05")
    }
    assert values == {
        "2026-03-02": [],
        "2026-03-03": ["신사업팀"],
        "2026-03-04": ["IT기획팀"],
        "2026-03-05": [],
    }


def test_a_decision_whose_facts_are_not_kept_is_shown_without_what_was_tried(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    with past.store._database.writing() as connection:
        connection.execute(delete(facts))
    told = past.asked(capsys, "2026-03-02")
    assert told["process"] == "incident"
    assert told["tried"] == []
    assert "not kept" in told["doubt"]


def test_facts_that_were_changed_are_not_believed(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    with past.store._database.writing() as connection:
        changed = func.replace(facts.c.content, "방화벽", "서버")
        connection.execute(update(facts).values(content=changed))
    told = past.asked(capsys, "2026-03-04")
    assert told["process"] == "change"
    assert "were changed" in told["doubt"]


def test_people_see_when_it_was_decided_and_who_holds_each_letter(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["explain", "1", "--at", "2026-03-04", "--config", str(past.directory)]
    assert run(call) == 0
    text = capsys.readouterr().out
    for part in (
        "2026-03-04 21:00:00 KST",
        "c3",
        "pull:merged",
        "담당 (R)",
        "managers",
        "신사업팀",
    ):
        assert part in text
