"""overrides as people and programs read it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from itsm_sync.cli import run
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Override, Result
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations import overrides, period, status
from itsm_sync.operations.status import Terms
from itsm_sync.settings import Settings, load
from itsm_sync.store import Store
from tests.builders import NOON, decided, item, routing, ticket

SHIPPED = Path(__file__).parents[2] / "config"
SEOUL = ZoneInfo("Asia/Seoul")
HOUR = timedelta(hours=1)
TEAM = FieldName.TEAM


@pytest.fixture
def settings() -> Settings:
    return load(SHIPPED, {}, secrets=False)


def by(rule: str, number: int, row: str = "it.incident") -> Routing:
    team = "it-planning" if row.startswith("it.") else "new-business"
    proof = Evidence(axis="process", answer="incident", rule=rule)
    return routing(number, row=row, responsible=team, accountable=row, evidence=(proof,))


def override(number: int, value: str = "신사업팀", **changes: object) -> Override:
    values = {"field": TEAM, "by": "강수아", "at": NOON, "chosen": "IT기획팀",
              "rule": "서비스 장애", "team": "it-planning"} | changes  # fmt: skip
    return Override(ticket=number, value=value, **values)  # type: ignore[arg-type]


@pytest.fixture
def overruled(store: Store) -> Store:
    """Four tickets that one rule gave to IT; people gave two to business, one of them back."""
    cycle = Cycle(id="c1", started_at=NOON - HOUR, configuration="abc")
    store.begin(cycle)
    pinned = item(4, ticket=ticket(4, fields={FieldName.PIN: "1"}))
    store.keep("redmine", Batch(stream="issues", items=(pinned,)), "c1")
    made = decided(*(by("서비스 장애", n) for n in range(1, 5)))
    store.keep_routings(made, "c1", "abc", NOON - HOUR)
    for number in range(1, 5):
        wrote = FieldEdit(name=TEAM, old="", new="IT기획팀", why=Message("rule"))
        edit = Edit(ticket=ticket(number), key=f"redmine:issue/{number}", fields=(wrote,))
        done = Result(edit=edit, outcome=Outcome.APPLIED, written={TEAM: "IT기획팀"})
        store.record(done, "c1", NOON - HOUR)
    agrees = override(3, value="IT기획팀")
    seen = [override(1), override(2, by="밖의 사람"), agrees]
    store.keep_overrides(seen, [1, 2, 3], "c2", NOON)
    store.keep_overrides([override(1), agrees], [1, 2, 3], "c3", NOON + HOUR)
    return store


def shown(store: Store, settings: Settings, language: str = "en", **asked: bool) -> str:
    out = StringIO()
    found = overrides.find(store, settings, **asked)  # type: ignore[arg-type]
    console = Console(file=out, width=120, color_system=None)
    overrides.show(found, settings, console, language, SEOUL)
    return out.getvalue()


def test_people_see_which_rule_was_overruled_and_what_was_preferred(
    overruled: Store, settings: Settings
) -> None:
    text = shown(overruled, settings)
    (line,) = [line for line in text.splitlines() if "서비스 장애" in line and "→" in line]
    for part in ("담당 팀", "IT기획팀 → 신사업팀", "1 (25%)", "New business 1", "2026-03-02", "#1"):
        assert part in line
    assert "1 values of people are what the rules chose, too" in text
    assert "pinned, so that nothing is written: #4" in text


def test_what_was_given_back_is_shown_on_demand(overruled: Store, settings: Settings) -> None:
    text = shown(overruled, settings, everything=True)
    assert "2 (50%)" in text
    assert "given back: 1" in text
    assert "밖의 사람 1" in text  # in no team that we know
    assert "#2" not in shown(overruled, settings)


def test_the_quality_counts_what_was_given_back_too(overruled: Store, settings: Settings) -> None:
    found = overrides.as_json(overrides.find(overruled, settings), settings)
    half = {"routed": 4, "changed": 2, "share": 0.5}
    assert found["quality"] == {
        **half,
        "rules": [{"rule": "서비스 장애", **half}],
        "teams": [{"team": "it-planning", **half}],
    }
    told = status.as_json(overruled, NOON + HOUR, Terms())["quality"]
    assert told == {"days": 30, **found["quality"]}


def test_status_has_a_line_on_the_quality(overruled: Store) -> None:
    out = StringIO()
    status.show(overruled, Console(file=out, width=200), "en", SEOUL, NOON + HOUR, terms=Terms())
    told = "of 4 tickets routed in the last 30 days people changed 2 (50%)"
    assert told in out.getvalue()


def test_a_rule_that_was_mended_since_says_so(overruled: Store, settings: Settings) -> None:
    mended = decided(by("새 규칙", 1, "nb.service-owner"))
    overruled.keep_routings(mended, "c4", "def", NOON + 2 * HOUR)
    (one,) = overrides.find(overruled, settings).overruled
    assert (one.rule, one.mended) == ("서비스 장애", 1)
    assert "today's rules agree: 1" in shown(overruled, settings)


def test_a_decision_by_a_matrix_that_is_gone_says_nothing_of_today(
    overruled: Store, settings: Settings
) -> None:
    overruled.keep_routings(decided(by("서비스 장애", 1, "it.gone")), "c4", "def", NOON)
    (one,) = overrides.find(overruled, settings).overruled
    assert one.mended == 0


def test_where_nobody_overruled_anything_it_says_so(store: Store, settings: Settings) -> None:
    assert shown(store, settings) == "Nobody decided otherwise than the rules.\n"
    assert "규칙과 다르게 정한 사람이 없습니다." in shown(store, settings, "ko")


def test_the_command_answers_for_a_period(
    configuration: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    directory = str(configuration())
    asked = ["overrides", "--json", "--from", "2026-03-01", "--to", "2026-03-02"]
    assert run([*asked, "--config", directory]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["since"], said["until"]) == (
        "2026-03-01T00:00:00+09:00", "2026-03-03T00:00:00+09:00")  # fmt: skip
    assert run([*asked[:2], "--from", "gestern", "--config", directory]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["file"] == "--from gestern"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-02", datetime(2026, 3, 1, 15, tzinfo=UTC), datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("2026-03-02T09:00", datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T09:00Z", NOON - 3 * HOUR, NOON - 3 * HOUR),
    ],
    ids=["a day of the zone", "a time of the zone", "a time with its zone"],
)
def test_a_day_is_part_of_the_period(text: str, first: datetime, last: datetime) -> None:
    assert period.beginning(text, SEOUL) == first
    assert period.end(text, SEOUL) == last


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:00-05:00", "가"],
    ids=str,
)
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is no time"):
        period.end(text, SEOUL)


def test_a_period_that_ends_before_it_begins_is_told() -> None:
    with pytest.raises(ConfigurationError, match="ends before"):
        period.check(NOON, NOON)
