"""status as people and programs read it."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from itsm_sync.cycle.due import Timetable
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected, SourceReport
from itsm_sync.model.deliveries import Delivery, Errand, Stand
from itsm_sync.model.findings import Finding
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Result
from itsm_sync.model.reporting import Span
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations import status
from itsm_sync.operations.status import Terms, showing
from itsm_sync.store import Store
from itsm_sync.store.leases import DAEMON
from tests.builders import ticket

LATE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def test_people_read_the_time_of_their_zone_and_programs_utc(store: Store) -> None:
    store.begin(Cycle(id="late", started_at=LATE, configuration="abc"))
    out = StringIO()

    status.show(
        store, Console(file=out, width=200), "en", ZoneInfo("Asia/Seoul"), LATE, terms=Terms()
    )

    assert "2026-03-02 08:30:00 KST" in out.getvalue()
    assert status.as_json(store, LATE, Terms())["cycles"][0]["started_at"] == LATE


def test_a_cycle_that_wrote_stays_listed_for_undo(store: Store) -> None:
    wrote = FieldEdit(name=FieldName.TEAM, old="", new="IT기획팀", why=Message("rule"))
    edit = Edit(ticket=ticket(), key="redmine:issue/1", fields=(wrote,))
    written = Result(edit=edit, outcome=Outcome.APPLIED, written={FieldName.TEAM: "IT기획팀"})
    for hour in range(9):
        started = LATE + timedelta(hours=hour)
        store.begin(Cycle(id=f"c{hour}", started_at=started, configuration="abc"))
        store.finish(f"c{hour}", started, {})
    store.record(written, "c1", LATE)

    listed = [cycle["cycle"] for cycle in status.as_json(store, LATE, Terms())["cycles"]]

    assert listed == ["c8", "c7", "c6", "c5", "c4", "c1"]


def test_a_source_that_did_not_answer_at_all_says_why(store: Store) -> None:
    away = Message(
        "{system} can't be reached at {path} ({kind}): does it run, and is its address in the"
        " settings right?",
        {"system": "GitHub", "path": "/x", "kind": "ConnectTimeout"},
    )
    store.keep_standings({"github": SourceReport(health=Health.FAILED, error=away)}, LATE)
    out = StringIO()
    console = Console(file=out, width=200)
    status.show(store, console, "ko", None, LATE, terms=Terms())
    assert "GitHub에 연결할 수 없습니다" in out.getvalue()
    store.begin(Cycle(id="now", started_at=LATE, configuration="abc"))
    store.keep("github", Batch(stream="x/issues", health=Health.FAILED, error=away), "now")
    status.show(store, console, "ko", None, LATE, terms=Terms())
    assert out.getvalue().count("GitHub에 연결할 수 없습니다") == 2  # of a stream: told with that


def test_of_a_source_that_is_away_its_own_error_is_told_beside_an_old_one_of_a_stream(
    store: Store,
) -> None:
    store.begin(Cycle(id="c1", started_at=LATE, configuration="abc"))
    for stream in ("x/issues", "x/runs"):
        store.keep("github", Batch(stream=stream), "c1")
    refused = Message("{system} did not answer", {"system": "runs"})
    store.keep("github", Batch(stream="x/runs", health=Health.PARTLY, error=refused), "c1")
    away = Message("{system} did not answer", {"system": "GitHub"})
    store.keep_standings({"github": SourceReport(health=Health.FAILED, error=away)}, LATE)
    out = StringIO()

    status.show(store, Console(file=out, width=200), "en", None, LATE, terms=Terms())

    said = out.getvalue()
    assert "GitHub did not answer" in said
    assert "runs did not answer" in said
    (rest,) = [line for line in said.splitlines() if "1 streams" in line]
    assert "ok when last read" in rest


def test_a_cycle_that_did_not_read_or_write_all_says_so(store: Store) -> None:
    ends = {
        "away": {"error": "Redmine can't be reached", "system": "redmine"},
        "broke": {"error": "ValueError at x.py:1"},
        "partly": {"edits": {"applied": 3}, "sources": {"redmine": {"status": "ok"},
                                                        "jenkins": {"status": "failed"},
                                                        "github": {"status": "partly"}}},
        "well": {"edits": {"applied": 2}, "sources": {"redmine": {"status": "ok"}}},
    }  # fmt: skip
    for name, summary in ends.items():
        store.begin(Cycle(id=name, started_at=LATE, configuration="abc"))
        store.finish(name, LATE, summary)
    store.begin(Cycle(id="now", started_at=LATE, configuration="abc"))
    out = StringIO()

    status.show(store, Console(file=out, width=200), "en", None, LATE, terms=Terms())

    lines = {line.split()[0]: line for line in out.getvalue().splitlines() if line.strip()}
    assert "redmine did not answer as it should; nothing was written" in lines["away"]
    assert "failed" in lines["away"]
    assert "ValueError at x.py:1" in lines["broke"]
    assert "not read, or only in part: github, jenkins" in lines["partly"]
    assert lines["well"].rstrip().endswith("2")
    told = {
        c["cycle"]: (c["outcome"], c["error"])
        for c in status.as_json(store, LATE, Terms())["cycles"]
    }
    assert told["away"][0] == told["broke"][0] == "failed"
    assert told["partly"] == ("unwell", "not read, or only in part: github, jenkins")
    assert told["well"] == ("ok", None)
    assert told["now"] == ("crashed", None)


def drift(number: int) -> Finding:
    told = Message("Repository {name}: no job and no workflow builds it", {"name": f"abc/{number}"})
    return Finding(key=f"drift/repository/abc/{number}/no-job", kind="drift.no-job", message=told)


def test_much_drift_does_not_hide_what_else_is_wrong(store: Store) -> None:
    other = Finding(key="source/x", kind="cycle.source", message=Message("jenkins is tired"))
    store.keep_findings([*(drift(number) for number in range(30)), other], LATE)
    out = StringIO()

    status.show(
        store, Console(file=out, width=200), "ko", ZoneInfo("Asia/Seoul"), LATE, terms=Terms()
    )

    shown = out.getvalue()
    assert shown.count("저장소 abc/") == showing.DRIFT_LINES
    assert "어긋난 것 20개 더 있음" in shown
    assert "\n\n발견 사항\njenkins is tired\n" in shown
    assert len(status.as_json(store, LATE, Terms())["findings"]) == 31


def test_what_is_set_aside_and_not_shown_is_counted(store: Store) -> None:
    store.begin(Cycle(id="now", started_at=LATE, configuration="abc"))
    rejected = tuple(Rejected(key=f"redmine:issue/{n}", error="KeyError") for n in range(13))
    store.keep("redmine", Batch(stream="issues", items=(), rejected=rejected), "now")
    out = StringIO()

    status.show(
        store, Console(file=out, width=200), "ko", ZoneInfo("Asia/Seoul"), LATE, terms=Terms()
    )

    shown = out.getvalue()
    assert shown.count("redmine:issue/") == showing.LETTER_LINES
    assert "… 외 3개. `itsm-sync letters`가 모두 보여 줍니다" in shown


def test_reports_that_did_not_arrive_are_counted_among_what_was_set_aside(store: Store) -> None:
    span = Span(key="2026-02", since=LATE - timedelta(days=28), until=LATE)
    errand = Errand(report="monthly", span=span, target="mail", part="", language="en")
    refused = Delivery(
        errand=errand, stand=Stand.FAILED, first_at=LATE, at=LATE, cause=Message("no"), tries=1
    )
    store.keep_delivery(refused)
    out = StringIO()

    status.show(
        store, Console(file=out, width=200), "en", ZoneInfo("Asia/Seoul"), LATE, terms=Terms()
    )

    assert "1 dead letters" in out.getvalue()
    assert "1 reports not delivered" in out.getvalue()


@pytest.mark.parametrize(
    ("language", "old", "fresh", "never"),
    [
        ("en", "failed, stale  2026-03-02 03:30:00 KST (5 h ago)", "ok", "never"),
        ("ko", "실패, 오래됨", "정상", "없음"),
    ],
)
def test_each_source_is_told_with_its_last_success_and_whether_it_is_stale(
    store: Store, language: str, old: str, fresh: str, never: str
) -> None:
    ok, failed = SourceReport(health=Health.OK), SourceReport(health=Health.FAILED)
    store.keep_standings({"github": ok, "gone": ok}, LATE - timedelta(hours=5))
    store.keep_standings({"redmine": ok, "github": failed, "jenkins": failed}, LATE)
    hour = timedelta(hours=1)
    terms = Terms(
        timetable=Timetable(promises=dict.fromkeys(("redmine", "github", "jenkins"), hour))
    )
    out = StringIO()

    seoul = ZoneInfo("Asia/Seoul")
    status.show(store, Console(file=out, width=200), language, seoul, LATE, terms=terms)

    lines = {line.split()[0]: line for line in out.getvalue().splitlines() if line.strip()}
    assert old in lines["github"]
    assert fresh in lines["redmine"]
    assert never in lines["jenkins"]
    assert "gone" not in lines
    told = {one["source"]: one["stale"] for one in status.as_json(store, LATE, terms)["sources"]}
    assert told == {"github": True, "redmine": False, "jenkins": False, "gone": False}


def test_a_cycle_that_was_to_plan_only_can_be_told_from_one_that_wrote(store: Store) -> None:
    for name, only in (("planning", True), ("writing", False)):
        store.begin(Cycle(id=name, started_at=LATE, configuration="abc"))
        store.finish(name, LATE, {"planned_only": only, "edits": {"planned": 4, "applied": 0}})
    out = StringIO()

    status.show(store, Console(file=out, width=200), "ko", None, LATE, terms=Terms())

    lines = {line.split()[0]: line.split() for line in out.getvalue().splitlines() if line.strip()}
    assert lines["planning"][-1] == "계획만"
    assert lines["writing"][-1] == "0"
    cycles = status.as_json(store, LATE, Terms())["cycles"]
    assert {c["cycle"]: c["planned_only"] for c in cycles} == {"planning": True, "writing": False}


def test_how_much_a_cycle_wrote_is_told_to_machines_too(store: Store) -> None:
    for name, summary in (("wrote", {"edits": {"applied": 4}}), ("ended", {})):
        store.begin(Cycle(id=name, started_at=LATE, configuration="abc"))
        store.finish(name, LATE, summary)

    cycles = status.as_json(store, LATE, Terms())["cycles"]

    assert {one["cycle"]: one["written"] for one in cycles} == {"wrote": 4, "ended": None}


def test_that_no_daemon_is_at_work_is_said_where_one_ever_was(store: Store) -> None:
    def said() -> str:
        out = StringIO()
        console = Console(file=out, width=200)
        status.show(store, console, "en", ZoneInfo("Asia/Seoul"), LATE, terms=Terms())
        return out.getvalue()

    assert "daemon" not in said()
    assert status.as_json(store, LATE, Terms())["daemon"] is None

    store.daemon_started("old-host", LATE - timedelta(days=2))
    store.daemon_started("itsm-host", LATE)

    assert "no daemon is at work (last started 2026-03-02 08:30:00 KST, itsm-host)" in said()
    with store.exclusive(DAEMON):
        assert "no daemon is at work" not in said()
        assert status.as_json(store, LATE, Terms())["daemon"]["at_work"]
    told = {"at_work": False, "started_at": LATE, "host": "itsm-host"}
    assert status.as_json(store, LATE, Terms())["daemon"] == told
    assert store.paused() is None
