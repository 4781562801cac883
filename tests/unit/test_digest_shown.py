"""The digest as people and programs read it, from what is stored."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from itsm_sync.app.wiring import deciders
from itsm_sync.cli import run
from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.catalogue import Service
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.findings import Finding
from itsm_sync.model.histories import Reading
from itsm_sync.model.items import Audience
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.words import Message, Words
from itsm_sync.operations import digest
from itsm_sync.reports.digest_text import escaped
from itsm_sync.reports.periods import Period
from itsm_sync.routing import Catalogue
from itsm_sync.settings import Settings, load
from itsm_sync.store import KeptApproval, Store
from tests.builders import NOON, item, ticket
from tests.worlds import history, moved, noted

SHIPPED = Path(__file__).parents[2] / "config"
SEOUL = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)
WEEK = Period(since=NOON, until=NOON + 7 * DAY)
HOSTILE = "<script>alert(1)</script> [x](javascript:1) **b** `c` | ![i](u) &amp; \\ www.x.kr <b>"


@pytest.fixture
def settings() -> Settings:
    return load(SHIPPED, {}, secrets=False)


def change(number: int) -> Routing:
    """A change that IT carries out, of which the release manager of business is informed."""
    return Routing(
        key=f"redmine:issue/{number}",
        process="change",
        domain="application",
        stage="implement",
        row="it.change-deployment",
        responsible="it-planning",
        accountable="nb.change-manager",
        informed=("it.service-desk", "nb.release-manager"),
        evidence=(Evidence(axis="process", answer="change", rule="변경 요청"),),
    )


def span(number: int, stage: str, row: str, day: float) -> StageSpan:
    team = "it-planning" if row.startswith("it.") else "new-business"
    return StageSpan(ticket=number, process="change", stage=stage, row=row, team=team,
                     entered_at=NOON + day * DAY)  # fmt: skip


@pytest.fixture
def stored(store: Store) -> Store:
    """Six changes: without approval, waiting, approved and handed over, new, old, private."""
    store.begin(Cycle(id="c1", started_at=NOON, configuration="abc"))
    titles = {
        1: HOSTILE,
        2: "결제 모듈 교체",
        3: "포털 서버 증설",
        4: "배치 시간 변경",
        5: "로그 보존",
    }
    made = dict.fromkeys(titles, NOON - 9 * DAY) | {4: NOON + DAY}
    items = [
        item(number, title, ticket=ticket(number, created_on=made[number]))
        for number, title in titles.items()
    ]
    items.append(item(6, "비밀 계약 건", ticket=ticket(6, private=True)))
    batch = Batch(stream="issues", items=tuple(items), rejected=(Rejected(key="x", error="y"),))
    store.keep("redmine", batch, "c1")
    store.keep("github", Batch(stream="a", health=Health.FAILED), "c1")
    store.keep_routings([(one, change(one.ticket.id)) for one in items if one.ticket], "c1", "abc",
                        NOON)  # fmt: skip
    first = [span(n, "approve", "nb.change-manager", -8) for n in (1, 3)]
    store.keep_stages(first, "abc", NOON)
    second = [span(n, "implement", "it.change-deployment", 1) for n in (1, 3)]
    store.keep_stages(second, "abc", NOON + DAY)
    told = Message("#{ticket}: {process} is in the stage “{stage}” without approval",
                   {"ticket": 1, "process": "변경 관리", "stage": "실행"})  # fmt: skip
    store.keep_findings([Finding(key="approval/1", kind="cycle.approval", message=told)], NOON)
    verdicts = {2: (Verdict.AWAITING, -2), 3: (Verdict.APPROVED, 1)}
    store.keep_approvals(
        KeptApproval(ticket=n, team="new-business", claim="", seen=NOON, approval=Approval(
            stands=Said(verdict=v, by="강수아", at=NOON + day * DAY, journal=1, field=None)))
        for n, (v, day) in verdicts.items()
    )  # fmt: skip
    return store


def made(store: Store, settings: Settings, team: str | None = "신사업팀") -> digest.Digest:
    return digest.make(store, settings, deciders(settings)[1], WEEK, team)


def rendered(store: Store, settings: Settings, shape: digest.Format, language: str = "ko") -> str:
    return digest.render(made(store, settings), shape, language, SEOUL)


def test_people_read_what_needs_a_look_first(stored: Store, settings: Settings) -> None:
    text = rendered(stored, settings, "text")
    parts = ("신사업팀", "확인할 것", "#1", "#2", "있었던 일", "#3", "#4", "가장 오래", "#5")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    for part in (
        "신사업팀의 승인을 기다립니다",
        "단계: 승인 → 실행; 담당 이관: 신사업팀 → IT기획팀; 강수아님이 승인",
        "변경 관리 · 실행 · IT기획팀",
        "2026-02-21 (16일 지남)",
        "번호만 알리는 일감 1개: #6",
        "마지막으로 움직인 날",
    ):
        assert part in text
    assert "#1: " not in text, "the number stands before the title already"


def test_a_comment_that_we_saw_first_is_no_movement(stored: Store, settings: Settings) -> None:
    stored.keep_stages([span(5, "implement", "it.change-deployment", 3)], "abc", NOON)
    changed = moved(NOON - 5 * DAY)
    read = history(NOON - 9 * DAY, changed, noted(NOON + 3 * DAY))
    known = Reading(history=replace(read, ticket=5), shape="", closed=False)
    for told in (NOON + 3 * DAY, changed.at):
        (team,) = made(stored, settings).teams
        assert [line.since for line in team.lines if line.ticket == 5] == [told]
        stored.keep_histories([known])


def test_the_days_of_a_closed_ticket_are_not_counted(store: Store, settings: Settings) -> None:
    old = NOON - 30 * DAY
    closed = ticket(1, closed=True, created_on=old, updated_on=NOON + DAY)
    one = item(1, "끝난 변경", ticket=closed, facts={"closed_on": NOON + DAY})
    store.keep("redmine", Batch(stream="issues", items=(one,)), "c1")
    store.keep_routings([(one, change(1))], "c1", "abc", NOON)
    text = rendered(store, settings, "text")
    assert "종료" in text
    assert "일 지남" not in text


@pytest.mark.parametrize(
    ("made_on", "shown"),
    [
        ("2026-03-03T00:30", "2026-03-03"),  # on the digest's own day
        ("2026-03-02T23:30", "2026-03-02 (1일 지남)"),  # less than 25 hours before its end
        ("2026-03-02T00:30", "2026-03-02 (1일 지남)"),  # more than 47
        ("2026-03-01T23:30", "2026-03-01 (2일 지남)"),
    ],
)
def test_days_are_counted_as_a_calendar_does(
    store: Store, settings: Settings, made_on: str, shown: str
) -> None:
    at = datetime.fromisoformat(made_on).replace(tzinfo=SEOUL)
    one = item(1, "오래된 변경", ticket=ticket(1, created_on=at, updated_on=at))
    store.keep("redmine", Batch(stream="issues", items=(one,)), "c1")
    store.keep_routings([(one, change(1))], "c1", "abc", NOON)
    since = datetime(2026, 3, 3, tzinfo=SEOUL)
    period = Period(since=since, until=since + DAY)
    found = digest.make(store, settings, deciders(settings)[1], period, "신사업팀")
    lines = digest.render(found, "md", "ko", SEOUL).splitlines()
    assert shown in [line.strip().replace("\\", "") for line in lines]


def test_it_tells_how_complete_it_is_and_what_it_was_decided_by(
    stored: Store, settings: Settings
) -> None:
    text = rendered(stored, settings, "text", "en")
    assert "github: 1 of 1 streams not read in full; last in full at never" in text
    assert "redmine: 1 of 1 streams not read in full" in text
    assert "1 payloads set aside" in text
    assert f"decided by the configuration {settings.hash}" in text
    assert "2026-03-02 21:00 to 2026-03-09 21:00" in text


@pytest.mark.parametrize("shape", ["text", "md", "html"])
def test_no_format_tells_a_private_title(
    stored: Store, settings: Settings, shape: digest.Format
) -> None:
    text = rendered(stored, settings, shape)
    assert "비밀 계약" not in text
    assert "issues/6" in text or "#6" in text
    assert "비밀 계약" not in json.dumps(
        digest.as_json(made(stored, settings)), default=str, ensure_ascii=False
    )


class Page(HTMLParser):
    """The tags, addresses and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self._styled = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._styled = tag == "style"
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += "" if self._styled else data


@pytest.mark.parametrize("shape", ["html", "md"])
def test_a_tickets_text_is_shown_as_it_is_and_makes_no_mark_up(
    stored: Store, settings: Settings, shape: digest.Format
) -> None:
    text = rendered(stored, settings, shape)
    page = Page(text if shape == "html" else MarkdownIt("gfm-like").disable("linkify").render(text))
    assert " ".join(HOSTILE.split()) in page.text
    assert {"script", "img", "code"}.isdisjoint(page.tags)
    assert all(re.fullmatch(r"http://127\.0\.0\.1/issues/\d", a) for a in page.addresses)
    assert len(page.addresses) == 6


@pytest.mark.parametrize("text", ["| a |", "# b", "1_2_3", "~~c~~", "<d>", "http://e.kr", "\\"])
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(f"- {escaped(text)}")
    page = Page(shown)
    assert page.text.strip() == text
    assert page.tags == {"ul", "li"}


def test_programs_read_every_ticket_with_ids(stored: Store, settings: Settings) -> None:
    (team,) = digest.as_json(made(stored, settings))["teams"]
    third = next(one for one in team["tickets"] if one["ticket"] == 3)
    assert team["team"] == "new-business"
    assert third["moved"] == {
        "stage": {"from": "approve", "to": "implement"},
        "team": {"from": "new-business", "to": "it-planning"},
    }
    assert (third["verdict"]["verdict"], third["verdict"]["by"]) == ("approved", "강수아")
    assert team["hidden"] == [{"ticket": 6, "url": "http://127.0.0.1/issues/6"}]
    assert team["processes"]["change"]["waiting"] == 1


def test_where_people_put_a_ticket_counts_and_not_what_rules_would_say(
    stored: Store, settings: Settings
) -> None:
    """Its stage says where it is: an incident informs other rows than a change."""
    here = replace(span(5, "detect", "it.incident", 2), process="incident")
    stored.keep_stages([here], "abc", NOON)
    (team,) = digest.as_json(made(stored, settings))["teams"]
    fifth = next(one for one in team["tickets"] if one["ticket"] == 5)
    assert (fifth["process"], fifth["stage"], fifth["row"]) == ("incident", "detect", "it.incident")


def test_a_matrix_that_lost_what_was_decided_by_it_is_told_by_ids(
    stored: Store, settings: Settings
) -> None:
    gone = span(5, "gone-stage", "it.gone", 2)
    stored.keep_stages([gone], "abc", NOON)
    assert "gone-stage" in rendered(stored, settings, "text")


def test_a_team_is_named_by_id_or_by_name(stored: Store, settings: Settings) -> None:
    for name in ("new-business", "신사업팀", "New business"):
        assert [one.team for one in made(stored, settings, name).teams] == ["new-business"]
    assert len(made(stored, settings, None).teams) == 2
    with pytest.raises(ConfigurationError, match="no team is called so"):
        made(stored, settings, "영업팀")


def test_a_ticket_of_a_private_service_is_a_number(stored: Store, settings: Settings) -> None:
    secret = Service(id="x", name=Words(ko="x", en="x"), team="it-planning", projects=("abc-sec",),
                     audience=Audience.PRIVATE)  # fmt: skip
    of_it = item(5, "로그 보존", ticket=ticket(5), facts={"project": "abc-sec"})
    stored.keep("redmine", Batch(stream="issues", items=(of_it,)), "c2")
    catalogue = Catalogue((secret,), ())
    (team,) = digest.make(stored, settings, catalogue, WEEK, "new-business").teams
    assert [number for number, _ in team.hidden] == [5, 6]
    assert 5 not in [line.ticket for line in team.lines]


def test_an_empty_digest_says_so(store: Store, settings: Settings) -> None:
    for shape in ("text", "md", "html"):
        assert "통보할 일감이 없습니다." in rendered(store, settings, shape)


def test_the_same_store_gives_the_same_digest(stored: Store, settings: Settings) -> None:
    assert rendered(stored, settings, "html") == rendered(stored, settings, "html")


# ------------------------------------------------------------------------------ the commands


def asked(directory: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = run(["report", *arguments, "--config", str(directory)])
    return status, capsys.readouterr().out


def test_the_reports_are_listed(
    configuration: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    directory = configuration()
    status, out = asked(directory, capsys, "list", "--json")
    found = json.loads(out)
    assert (status, found[0]["name"], len(found)) == (0, "digest", 7)
    assert found[0]["measures"] == ["digest"]
    assert "참고할 일" in asked(directory, capsys, "list")[1]
    assert json.loads(asked(directory, capsys, "list", "--json")[1]) == found


def test_a_digest_is_written_to_a_file_that_only_its_owner_can_read(
    configuration: Callable[..., Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "digest.html"
    asking = ("digest", "--format", "html", "--out", str(file))
    assert asked(configuration(), capsys, *asking)[0] == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert file.stat().st_mode & 0o777 == 0o600
    status, out = asked(
        tmp_path / "config", capsys, *asking[:-1], str(tmp_path / "no" / "x"), "--json"
    )
    assert (status, "can't be written" in json.loads(out)["error"]) == (2, True)


def test_a_digest_is_of_the_last_week_unless_told_otherwise(
    configuration: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    directory = configuration()
    said = json.loads(asked(directory, capsys, "digest", "--json")[1])
    assert [one["team"] for one in said["teams"]] == ["it-planning", "new-business"]
    told = json.loads(asked(directory, capsys, "digest", "--json", "--to", "2026-03-08")[1])
    assert (told["since"], told["until"]) == (
        "2026-03-02T00:00:00+09:00", "2026-03-09T00:00:00+09:00")  # fmt: skip


def test_a_digest_says_of_which_period_it_is_published_unless_one_is_asked_for(
    configuration: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    directory = configuration()
    for shape in ("text", "md", "html"):
        said = asked(directory, capsys, "digest", "--format", shape)[1]
        assert "참고할 일" in said  # as it is titled where it is published
        assert "최근 7일" in said
        told = asked(directory, capsys, "digest", "--format", shape, "--from", "2026-03-02")[1]
        assert "최근 7일" not in told
    since = json.loads(asked(directory, capsys, "digest", "--json", "--from", "2026-03-02")[1])
    assert since["until"].endswith("T00:00:00+09:00")  # yesterday's end, as of any report
