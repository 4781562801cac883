"""explain as people read it."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from itsm_sync.app.wiring import deciders
from itsm_sync.desk.approvals import Meanings
from itsm_sync.locale import say
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.plans import Override
from itsm_sync.model.service_levels import Aim, Level
from itsm_sync.model.service_levels import Standing as Clock
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.clocks_shown import Claim, by_line, lines, unpromised
from itsm_sync.operations.explain import explanation as explain
from itsm_sync.operations.explain import published
from itsm_sync.operations.explain.given import read_items
from itsm_sync.operations.explain.showing import show
from itsm_sync.settings import load
from itsm_sync.store import Store
from tests.builders import NOON, item

SIGNAL = "builds/0123456789/20260302T120000Z"
SHIPPED = Path(__file__).parents[2] / "config"
DOWN = '{"title": "정산 배치가 끊겨 있습니다", "facts": {"tracker": "결함", "status": "진행"}}'


def shown(*, everything: bool) -> str:
    settings = load(SHIPPED, {}, secrets=False)
    items = read_items(Path("-"), StringIO(DOWN))
    (found,) = explain.explain_items(*deciders(settings), items)
    out = StringIO()
    console = Console(file=out, width=200)
    zone = ZoneInfo("Asia/Seoul")
    show(found, settings.matrix, console, "ko", zone, everything=everything)
    return out.getvalue()


def test_a_rule_is_shown_with_what_made_it_match() -> None:
    text = shown(everything=False)

    assert "끊겨" in text
    assert "✘" not in text


def test_axes_and_answers_are_named_and_the_marks_are_explained_in_a_line() -> None:
    lines = shown(everything=False).splitlines()

    (won,) = (line for line in lines if line.startswith("│프로세스"))
    assert "사건 관리 (incident)" in won
    assert lines[-1].startswith("✔ 고른 것, ≈")


@pytest.mark.parametrize(
    ("facts", "told", "by"),
    [
        (
            {"project": "abc-app", "category": "모바일"},
            "ABC 모바일 · 프로젝트 abc-app의 범주 모바일에 따라",
            {"category": "모바일", "project": "abc-app"},
        ),
        ({"project": "abc-app"}, "ABC 포털 · 프로젝트 abc-app에 따라", {"project": "abc-app"}),
        ({"repository": "abc/api"}, "ABC API · 저장소 abc/api에 따라", {"repository": "abc/api"}),
        ({"service": "docs"}, "ABC 문서", None),
    ],
)
def test_the_service_is_shown_with_what_it_was_found_by(
    facts: dict[str, str], told: str, by: dict[str, str] | None
) -> None:
    settings = load(SHIPPED, {}, secrets=False)
    given = StringIO(json.dumps({"title": "느립니다", "facts": facts}))
    (found,) = explain.explain_items(*deciders(settings), read_items(Path("-"), given))
    out, zone = StringIO(), ZoneInfo("Asia/Seoul")
    show(found, settings.matrix, Console(file=out, width=200), "ko", zone, everything=False)
    (line,) = (line for line in out.getvalue().splitlines() if line.startswith("서비스 "))
    assert line.removeprefix("서비스").strip() == told
    assert explain.as_json(found, settings.matrix, "ko")["service_by"] == by


def test_all_shows_what_was_asked_in_vain_too() -> None:
    text = shown(everything=True)

    assert text.count("✘") > 1
    assert text.endswith("✘ 맞지 않음\n")
    assert len(text.splitlines()) > len(shown(everything=False).splitlines())


def test_a_signals_ticket_is_shown_by_its_title_though_rules_are_not_asked_of_it(
    store: Store,
) -> None:
    settings = load(SHIPPED, {}, secrets=False)
    router, catalogue = deciders(settings)
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    opened = item(42, title="빌드 실패: abc/build")
    store.keep("redmine", Batch(stream="issues", items=(opened,)), "c1")
    episode = Episode(
        key=SIGNAL, signal="builds", line="ci:abc/build", standing=Standing.OPEN, began=NOON,
        opened=NOON,
    )  # fmt: skip
    store.keep_episodes("builds", "ci:abc/build", [episode])
    store.link(SIGNAL, 42)
    meanings = Meanings.of(settings.redmine.approvals)
    found = explain.explain_key(store, router, catalogue, meanings, "42")
    out = StringIO()
    console = Console(file=out, width=200)
    show(found, settings.matrix, console, "ko", ZoneInfo("Asia/Seoul"), everything=False)
    assert found.item.title == ""
    assert out.getvalue().startswith("redmine:issue/42  빌드 실패: abc/build\n")


def test_what_people_decided_is_shown_with_who_and_when() -> None:
    settings = load(SHIPPED, {}, secrets=False)
    (found,) = explain.explain_items(*deciders(settings), read_items(Path("-"), StringIO(DOWN)))
    decided = Override(ticket=1, field=FieldName.TEAM, value="신사업팀", by="강수아", at=NOON)
    found = replace(found, overrides=(decided, replace(decided, by="조민재", at=None)))
    out = StringIO()
    console = Console(file=out, width=200)
    show(found, settings.matrix, console, "en", ZoneInfo("Asia/Seoul"), everything=False)
    assert "above is what the rules say\n" in out.getvalue()
    assert "강수아 decided team: 신사업팀 (2026-03-02 21:00)\n" in out.getvalue()
    assert "조민재 decided team: 신사업팀\n" in out.getvalue()
    first, _ = explain.as_json(found, settings.matrix, "en")["overrides"]
    assert (first["by"], first["at"]) == ("강수아", NOON)


HOUR = timedelta(hours=1)
KEPT = Clock(aim=Aim.RESPONSE, level=Level.KEPT, allowed=HOUR, spent=HOUR / 2, paused=False,
             due=None, stopped_at=None, breached_at=None, ran=HOUR / 2, reached=(), in_hours=True,
             always=False)  # fmt: skip


@pytest.mark.parametrize(
    ("standings", "said"),
    [
        ((), "응답·해결: 약속 없음. sla.yaml의 targets에 변경 관리, 낮음, 신사업팀에 맞는 약속이"),
        ((KEPT,), "해결: 약속 없음. sla.yaml의 targets에 변경 관리, 낮음, 신사업팀에 맞는 약속이"),
        ((KEPT, replace(KEPT, aim=Aim.RESOLUTION)), ""),
        (None, "SLA: 알 수 없음"),
    ],
)
def test_what_is_not_promised_is_told_with_why(
    standings: tuple[Clock, ...] | None, said: str
) -> None:
    matrix = load(SHIPPED, {}, secrets=False).matrix
    claim = Claim(process="change", priority="낮음", team="new-business")
    told = [say(line, "ko") for line in unpromised(standings, claim, matrix)]
    assert len(told) == bool(said)
    assert "".join(told).startswith(said)
    assert list(unpromised(standings, None, matrix)) == []


def test_a_clock_tells_by_which_line_and_hours_it_counts_since_when_and_its_pause() -> None:
    clock = replace(KEPT, paused=True, target=0, hours="office", started=NOON, stood=3 * HOUR)
    zone = ZoneInfo("Asia/Seoul")

    told = [say(line, "ko") for line in lines((clock,), zone, by_line(SHIPPED))]
    always = [say(line, "en") for line in lines((replace(clock, always=True),), zone)]

    text = (SHIPPED / "sla.yaml").read_text(encoding="utf-8").splitlines()
    first = text.index("targets:") + 2
    assert told == [
        "응답: 지킴, 약속 1시간, 지난 시간 30분, 일시 정지",
        f"   sla.yaml:{first} · 업무 시간 «office» · 시작 2026-03-02 21:00 · 일시 정지 3시간",
    ]
    assert always[1] == ("   sla.yaml targets[1] · 24x7 · since 2026-03-02 21:00 · paused for 3 h")


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("report:weekly-operations:ko/2026-W48/ticket", "2026-W48"),
        ("report:weekly-operations/2026-W48/ticket", "2026-W48"),  # of an older version
        ("report:weekly-operations:ko", ""),  # a person cut it off
    ],
)
@pytest.mark.parametrize("key", ["42", "#42", "redmine:issue/42"])
def test_of_a_reports_ticket_is_told_which_report_it_is(
    store: Store, key: str, line: str, period: str
) -> None:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    body = f"열린 일감: 3건\n\nitsm-sync {line}\n읽었습니다"
    report = replace(item(42, title="주간 운영 보고"), body=body, ticket=None)
    store.keep("redmine", Batch(stream="issues", items=(report,)), "c1")
    for then in (False, True):
        found = published.published(store, key, then=then)
        assert found is not None
        told = published.as_json(found)
        assert (told["report"], told["period"], told["routed"]) == (
            "weekly-operations", period, False)  # fmt: skip
    out = StringIO()
    reporting = load(SHIPPED, {}, secrets=False).reporting
    published.show(found, reporting, Console(file=out, width=200), "ko")
    assert "weekly-operations(주간 운영 보고)" in out.getvalue()
    assert "라우팅하지 않고" in out.getvalue()


def test_what_merely_quotes_a_report_is_none(store: Store) -> None:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    quoting = replace(item(42), body="itsm-sync report:weekly-operations:ko/2026-W48/ticket")
    store.keep("redmine", Batch(stream="issues", items=(quoting,)), "c1")
    assert published.published(store, "42", then=False) is None
    assert published.published(store, "43", then=False) is None
