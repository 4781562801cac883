"""Figures: what is counted of which event, with few labels and nothing private in them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from sandbox.configuration import copy

from itsm_sync.app.scope import retrying
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.findings import Finding
from itsm_sync.model.letters import LetterKind
from itsm_sync.model.plans import Outcome
from itsm_sync.model.words import Message
from itsm_sync.operations import status
from itsm_sync.operations.endings import outcome
from itsm_sync.operations.status import Terms
from itsm_sync.settings import Settings
from itsm_sync.store import CycleRecord, Store
from itsm_sync.store.records import State
from itsm_sync.web import Metrics
from itsm_sync.web.gauges import KINDS
from itsm_sync.web.hosts import welcome
from itsm_sync.web.page.levels import levels
from itsm_sync.web.page.saying import Teller
from itsm_sync.web.page.sections import letters
from itsm_sync.web.page.showing import spoken
from itsm_sync.web.page.view import BAD
from itsm_sync.web.standing import held, standing
from tests.builders import NOON, item
from tests.premises import PRIVATE, STANDBY, busy, configured, paused, premises
from tests.scrapes import Scrape, parsed


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    addresses = {s: f"https://{s}.example.com" for s in ("redmine", "jenkins", "github")}
    return configured(copy(tmp_path_factory.mktemp("read") / "config", addresses=addresses))


@pytest.fixture
def settings(read: Settings, tmp_path: Path) -> Settings:
    return replace(read, directory=tmp_path)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


class Scraped:
    """Scrapes without a port."""

    def __init__(self, settings: Settings, store: Store, metrics: Metrics) -> None:
        self._given = (settings, store, metrics)

    def __call__(self, **changes: Any) -> Scrape:
        behind = premises(*self._given, **changes)
        text, _ = self._given[2].text(standing(behind), behind)
        return parsed(text.decode())


@pytest.fixture
def scraped(settings: Settings, store: Store, metrics: Metrics) -> Scraped:
    return Scraped(settings, store, metrics)


def test_what_never_happened_is_0_and_not_absent(scraped: Scraped) -> None:
    found = scraped()
    for outcome_ in Outcome:
        assert found.value("edits_total", outcome=outcome_.value) == 0
    for source in ("redmine", "jenkins", "github"):
        assert found.value("items_total", source=source) == 0
        assert found.value("requests_total", source=source, status="none") == 0
    assert found.value("findings", kind="cycle.source") == 0


def test_cycles_reads_and_requests_are_counted(scraped: Scraped, metrics: Metrics) -> None:
    metrics.saw("cycle.finished", cycle="c", seconds=4.0, outcome="ok")
    metrics.saw("cycle.finished", cycle="c", seconds=2.0, outcome="unwell", planned=3)
    metrics.saw("cycle.failed", cycle="c", error="…", seconds=1)
    metrics.saw("cycle.interrupted", cycle="c", seconds=1)
    metrics.saw("source.done", source="github", health="partly", items=7, error=None)
    metrics.saw("http.answered", system="github", method="GET", path="/x", status=304, seconds=0.2)
    metrics.saw("http.failed", system="github", method="GET", path="/x", error="ReadTimeout")
    metrics.saw("nobody.knows", x=1)
    found = scraped()
    assert found.value("cycles_total", outcome="ok") == 1
    assert found.value("cycles_total", outcome="unwell") == 1
    assert found.value("cycles_total", outcome="failed") == 1
    assert found.value("cycles_total", outcome="interrupted") == 1
    assert found.value("cycle_seconds_sum") == 6
    assert found.value("items_total", source="github") == 7
    assert found.value("reads_total", source="github", health="partly") == 1
    assert found.value("requests_total", source="github", status="304") == 1
    assert found.value("requests_total", source="github", status="none") == 1
    assert found.value("request_seconds_count", source="github") == 1


def test_limits_and_breakers_are_told(scraped: Scraped, metrics: Metrics) -> None:
    figures = {"remaining": 4, "limit": 60, "reset": 1_700_000_000}
    metrics.saw("limits.seen", system="github", resource="core", **figures)
    metrics.saw("limits.seen", system="github", resource="a new one", **figures)
    for state in ("open", "half-open", "closed"):
        metrics.saw("breaker.changed", system="github", state=state)
    found = scraped()
    assert found.value("rate_limit_remaining", source="github", resource="core") == 4
    assert found.value("rate_limit_remaining", source="github", resource="other") == 4
    reset = found.value("rate_limit_reset_timestamp_seconds", source="github", resource="core")
    assert reset == 1_700_000_000
    states = {labels["state"]: value for labels, value in found.series("breaker")}
    assert states == {"open": 0, "half-open": 0, "closed": 1}


def test_labels_stay_few_whatever_events_say(scraped: Scraped, metrics: Metrics) -> None:
    before = len(scraped().samples)
    for number in range(10_000):
        text = f"secret/repository-{number}"
        metrics.saw("edit.field_refused", ticket=number, field="team", reason=text)
        metrics.saw("signal.ticket", signal=text, did=text)
        metrics.saw("web.hooked", system=text, result=text)
        metrics.saw("cycle.finished", cycle=text, seconds=number, outcome=text)
        metrics.saw("limits.seen", system="github", resource=text, remaining=1)
        metrics.saw("http.answered", system="github", path=text, status=number, seconds=1)
    found = scraped()
    assert len(found.samples) < before + 550  # the statuses that HTTP has, and ten more
    assert "secret/repository" not in found.text
    for number in range(500):
        metrics.saw("source.done", source=f"jenkins:{number}", health="ok", items=1)
    sources = {labels["source"] for labels, _ in scraped().series("items_total")}
    assert len(sources) <= 101
    assert "other" in sources


def test_kinds_of_findings_are_bounded_too(scraped: Scraped, store: Store) -> None:
    many = [
        Finding(key=f"k{n}", kind=f"made.up{n}", message=Message("{n}", {"n": n}))
        for n in range(300)
    ]
    store.keep_findings(many, NOON)
    kinds = list(scraped().series("findings"))
    assert len(kinds) <= 101
    assert sum(value for _, value in kinds) == 300


def test_how_things_stand_is_read_from_the_store(
    scraped: Scraped, store: Store, settings: Settings
) -> None:
    busy(store, settings)
    paused(store)
    found = scraped(**STANDBY)
    assert found.value("source_stale", source="github") == 1
    assert found.value("source_silent_seconds", source="github") == 9 * 3600
    assert found.value("source_health", source="jenkins", health="partly") == 1
    assert found.value("source_stale", source="alarms:seoul") is None  # the settings have it not
    assert found.value("dead_letters", source="redmine", kind="item") == 2
    assert found.value("dead_letters", source="redmine", kind="edit") == 2
    assert found.value("dead_letters", source="redmine", kind="ticket") == 0
    assert found.value("dead_letters", source="reports", kind="delivery") == 0
    assert found.value("dead_letter_oldest_seconds", source="reports", kind="delivery") == 0
    kinds = {labels["kind"] for labels, _ in found.series("dead_letters")}
    assert kinds == {kind.value for kind in LetterKind}
    assert found.value("dead_letter_oldest_seconds", source="redmine", kind="item") == 60
    assert found.value("dead_letter_oldest_seconds", source="redmine", kind="edit") == 7 * 3600
    assert found.value("held_edits") == 3
    assert found.value("paused") == 1
    assert found.value("paused_seconds") == 3 * 3600
    assert found.value("open_signal_tickets", signal="builds") == 2
    assert found.value("findings", kind="cycle.field") == 2
    assert found.value("unwritten_fields", reason="rejected") == 1
    assert found.value("unwritten_fields", reason="absent") == 1
    assert found.value("role", role="standby") == 1
    assert found.value("worker") == 0
    assert found.value("hints_waiting") == 3
    assert found.value("hints_dropped_total") == 2
    assert found.value("last_cycle", outcome="ok") == 1
    with store.exclusive("daemon"):
        assert scraped().value("worker") == 1


def test_page_figures_status_and_list_tell_the_same_letters(
    scraped: Scraped, settings: Settings, store: Store, metrics: Metrics
) -> None:
    busy(store, settings)
    listed = store.letters(retrying(settings))
    by_kind = Counter((letter.source, letter.kind.value) for letter in listed)
    assert {kind for _, kind in by_kind} == {"item", "edit"}
    counted = {
        (labels["source"], labels["kind"]): value
        for labels, value in scraped().series("dead_letters")
        if value
    }
    assert counted == by_kind
    told = status.as_json(store, NOON, Terms(retrying=retrying(settings)))["dead_letters"]
    assert Counter((one["source"], one["kind"]) for one in told) == by_kind
    seen = standing(premises(settings, store, metrics))
    teller = Teller(language="en", zone=UTC, now=NOON, redmine="http://tickets")
    shown = letters(seen, teller).rows
    assert Counter(row[1].text for row in shown) == {
        "payload not understood": 5,
        "value refused": 2,
    }
    refused = next(row for row in shown if row[2].after == " team")
    assert (refused[2].text, refused[4].text, refused[5].text) == ("#17", "7 h", "1")
    assert PRIVATE not in str(shown)


def test_the_page_tells_the_service_levels_of_the_last_cycle_team_by_team(
    settings: Settings, store: Store, metrics: Metrics
) -> None:
    teller = Teller(language="ko", zone=UTC, now=NOON, redmine="http://tickets")
    seen = standing(premises(settings, store, metrics))
    assert levels(seen, settings.matrix, teller) == ()

    told = {"teams": {"it-planning": {"kept": 1, "at_risk": 0, "breached": 2}}}
    summary = {"service_levels": {**told, "histories_missing": 3}}
    store.begin(Cycle(id="c1", started_at=NOON, configuration=settings.hash))
    store.finish("c1", NOON, summary)

    seen = standing(premises(settings, store, metrics))
    (section,) = levels(seen, settings.matrix, teller)
    assert section.heads == ("팀", "지킴", "임박", "위반")
    assert [[cell.text for cell in row] for row in section.rows] == [["IT기획팀", "1", "0", "2"]]
    assert [cell.tone for cell in section.rows[0]] == ["", "", "", BAD]
    assert "3" in section.note


def test_items_are_counted_anew_only_after_a_cycle(
    settings: Settings, store: Store, metrics: Metrics
) -> None:
    busy(store, settings)
    behind = premises(settings, store, metrics)
    first = standing(behind)
    assert standing(behind, first).counts is first.counts
    store.begin(Cycle(id="another", started_at=NOON, configuration="x"))
    store.keep("redmine", Batch(stream="issues", items=(item(99),)), "another")
    assert standing(behind, first).counts.open_tickets == first.counts.open_tickets + 1


def test_a_held_plan_that_cannot_be_read_is_no_number(tmp_path: Path) -> None:
    file = tmp_path / "held-plan.json"
    assert held(file) == ()
    file.write_text("somebody's notes", encoding="utf-8")
    assert held(file) is None


def test_the_kinds_that_are_always_counted_are_those_that_the_program_finds() -> None:
    root = Path(__file__).parents[2] / "itsm_sync"
    text = "\n".join(file.read_text(encoding="utf-8") for file in root.rglob("*.py"))
    for kind in KINDS:
        begin, _, end = kind.partition(".")
        assert f'"{kind}"' in text.replace(f'    "{kind}"', "") or f'{{KIND}}{end}"' in text, kind
        assert begin == "cycle"


# ------------------------------------------------------------------------------ small things


def record(summary: dict[str, Any], state: State = State.FINISHED) -> CycleRecord:
    return CycleRecord(
        id="c",
        started_at=NOON,
        finished_at=NOON if state is State.FINISHED else None,
        configuration="x",
        state=state,
        summary=summary,
    )


@pytest.mark.parametrize(
    ("summary", "ended"),
    [
        ({}, "ok"),
        ({"edits": {"planned": 4, "applied": 4}}, "ok"),
        ({"error": "…"}, "failed"),
        ({"error": "interrupted"}, "interrupted"),
        ({"edits": {"refused": 1}}, "unwell"),
        ({"edits": {"held": 2}}, "unwell"),
        ({"births": {"unknown": 1}}, "unwell"),
        ({"withheld": [{}]}, "unwell"),
        ({"sources": {"github": {"status": "failed"}}}, "unwell"),
        ({"sources": {"github": {"status": "off"}}}, "ok"),
        ({"edits": "?", "sources": ["?"]}, "ok"),
    ],
)
def test_a_cycle_ended_as_its_summary_says(summary: dict[str, Any], ended: str) -> None:
    assert outcome(record(summary)) == ended


def test_a_cycle_that_did_not_end_is_as_its_state_says() -> None:
    assert outcome(record({}, State.RUNNING)) == "running"
    assert outcome(record({}, State.CRASHED)) == "crashed"


@pytest.mark.parametrize(
    ("asked", "accepted", "answered"),
    [
        ("en", "ko", "en"),
        ("", "en-US,en;q=0.9,ko;q=0.8", "en"),
        ("", "ko-KR", "ko"),
        ("", "fr,ko;q=0.1,en;q=0.2", "en"),
        ("", "fr", "ko"),
        ("fr", "", "ko"),
        ("", "en;q=x,,;q=1,ko;q=0", "ko"),
        ("", "", "ko"),
    ],
)
def test_the_readers_language_is_spoken(asked: str, accepted: str, answered: str) -> None:
    assert spoken(asked, accepted, "ko") == answered


def test_a_host_is_compared_as_it_is_written(settings: Settings) -> None:
    http = settings.general.http
    everywhere = http.model_copy(update={"host": "0.0.0.0"})
    named = everywhere.model_copy(update={"hosts": ("Itsm.Example.com",)})
    assert welcome("anything.example.com", everywhere)
    assert welcome("itsm.example.com:8443", named)
    assert welcome("127.0.0.1", named)
    assert not welcome("other.example.com", named)
    assert not welcome("anything.example.com", http)
