"""Measures as blocks of a document: in both languages, marked where a source was not read."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.model.gaps import Gap
from itsm_sync.model.items import Audience
from itsm_sync.model.readings import Reading
from itsm_sync.model.service_levels import Aim, Level
from itsm_sync.reports.document import (
    Block,
    Chart,
    Figures,
    Grade,
    Kind,
    Marked,
    Notice,
    Points,
    Prose,
    Section,
    Table,
    Unit,
    Verdict,
)
from itsm_sync.reports.forms.values import Writing
from itsm_sync.reports.measures.handovers import hand_overs, stays
from itsm_sync.reports.measures.keeping import elsewhere, keeping
from itsm_sync.reports.measures.levels import decided
from itsm_sync.reports.narrowing import Filters, narrowed
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import MEASURES, notices, section
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import (
    FindingRecord,
    NodeRecord,
    PageRecord,
    TicketRecord,
    WaitRecord,
    World,
)
from tests.builders import MATRIX, words
from tests.worlds import (
    CLOSED,
    DAY,
    HOUR,
    MARCH,
    OPEN,
    alert,
    build,
    clock,
    day,
    deployment,
    episode,
    lived,
    moved,
    noted,
    place,
    pull,
    span,
    ticket,
    world,
)


def voice(language: str = "ko") -> Voice:
    return Voice(
        matrix=MATRIX, language=language, zone=ZoneInfo("Asia/Seoul"), services=full().services
    )


def full() -> World:
    """A world in which each measure has something to tell."""
    late = clock(Aim.RESPONSE, level=Level.BREACHED, spent=9 * HOUR, breached_at=day(4))
    spans = (span(day(2), day(5)), span(day(5), day(6), team="business", row="manager"),
             span(day(6), None))  # fmt: skip
    change = {"process": "change", "row": "change"}
    return world(
        lived(1, day(2), noted(day(2, 4)), moved(day(5)), moved(day(6)), moved(day(9), CLOSED),
              moved(day(10), OPEN), spans=spans, standings=(late, clock(stopped_at=day(8)))),
        lived(2, day(3), moved(day(8), CLOSED), place=change, spans=(span(day(3), day(8)),)),
        lived(3, day(3), place=change, emergency=True, due_on="2026-03-10"),
        lived(4, day(7), moved(day(7, 5), CLOSED), related=(5,)),
        lived(5, day(7), place={"process": "problem"}),
        ticket(6, day(5), place={"process": "handover", "row": "desk"}, due_on="2026-03-10"),
        lived(8, day(3), place={"process": "release"}, approval=True),
        ticket(7, day(-3), standings=(clock(level=Level.AT_RISK, due=day(33)),)),
        builds=(build(day(2)), build(day(2, 1), "failure"), build(day(4)), build(day(-4))),
        deployments=(deployment(day(3)), deployment(day(7), ok=False, tickets=(2,))),
        pulls=(pull(day(1), day(2)),),
        alerts=(alert(day(10)), alert(day(-9), day(8), severity="critical")),
        episodes=(episode(day(3), day(4), reopenings=(day(5),), ticket=4),
                  episode(day(6), signal="disk", line="ci/agent")),
        waits=(WaitRecord(source="jenkins", job="a", since=day(2), left_at=day(2, 1)),
               WaitRecord(source="jenkins", job="a", since=day(4), left_at=day(4, 2))),
        nodes=(NodeRecord(source="jenkins", name="agent", executors=4, offline=False,
                          disk_free=2**31, readings=tuple(measured(n) for n in range(1, 30))),),
        pages=(PageRecord(place=place(row="desk"), name="운영 절차", url="", at=day(7)),),
        findings=(FindingRecord(kind="approval.missing", about="redmine:issue/2",
                                first_at=day(8)),),
    )  # fmt: skip


def measured(number: int) -> Reading:
    free = (60 - number) * 10**9
    return Reading(item="agent", at=day(number), disk_free=free, memory_free=free // 9)


def made(name: str, seen: World | None = None, language: str = "ko") -> Section:
    return section(name, seen or full(), MARCH, voice(language), Options(rows=3))


def tables(blocks: tuple[Block, ...]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", sorted(MEASURES))
def test_each_measure_is_told_in_both_languages(name: str, language: str) -> None:
    found = made(name, language=language)
    assert found.title
    assert found.blocks
    for block in found.blocks:
        for text in texts(block):
            assert "{" not in text
            if language == "en" and not isinstance(block, Points):
                hangul = [c for c in text if "가" <= c <= "힣"]
                assert not hangul, text


def texts(block: Block) -> list[str]:
    """Answer what a block says itself: titles, headings, labels, not what it is about."""
    match block:
        case Table():
            heads = [one.title for one in block.columns if "IT기획팀" not in one.title]
            heads = [one for one in heads if "신사업팀" not in one]
            return [block.title, block.note, block.more, *heads]
        case Figures():
            return [text for one in block.figures for text in (one.label, one.note)]
        case Chart():
            return [block.title, block.said.replace("포털", "Portal")]
        case Points():
            return list(block.points)
        case Prose() | Notice():
            return [block.text]


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_each_measure_tells_that_there_is_nothing_where_there_is(name: str) -> None:
    found = made(name, world()).blocks
    assert found
    assert not [block for block in found if isinstance(block, Chart)]


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_tables_are_whole_and_no_two_have_one_name(name: str) -> None:
    found = tables(made(name).blocks)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        for row in (*one.rows, *filter(None, [one.total])):
            assert len(row) == len(one.columns)


def test_no_two_tables_or_charts_of_all_measures_have_one_name() -> None:
    every = [
        block.name
        for name in MEASURES
        for block in made(name).blocks
        if isinstance(block, (Table, Chart))
    ]
    assert len(set(every)) == len(every)


def test_a_table_shows_as_many_rows_as_are_wanted_and_says_how_many_are_left() -> None:
    (found,) = tables(made("oldest_tickets").blocks)
    assert len(found.rows) == 3
    assert found.more == "3줄 더 있음"
    assert [str(row[0].text) for row in found.rows if hasattr(row[0], "text")] == [
        "#7 일감 7", "#1 일감 1", "#3 일감 3"
    ]  # fmt: skip


def test_figures_are_compared_with_the_period_before() -> None:
    (figures, *_) = made("tickets").blocks
    assert isinstance(figures, Figures)
    opened = figures.figures[0]
    assert (opened.label, opened.value, opened.before) == ("접수", 7, 1)


def down(source: str, since: float, until: float | None, stream: str = "") -> World:
    end = None if until is None else day(until)
    return replace(full(), gaps=(Gap(source=source, stream=stream, since=day(since), until=end),))


def is_marked(name: str, seen: World) -> bool:
    """Whether all numbers of a measure are marked; fails where only some are."""
    values = [
        value
        for block in tables(made(name, seen).blocks)
        for row in block.rows
        for value, column in zip(row, block.columns, strict=True)
        if column.kind in (Kind.NUMBER, Kind.SHARE, Kind.DURATION) and value is not None
    ]
    values += [
        figure.value
        for block in made(name, seen).blocks
        if isinstance(block, Figures)
        for figure in block.figures
        if figure.value is not None
    ]
    marks = {isinstance(value, Marked) for value in values}
    assert len(marks) == 1
    return marks.pop()


def test_a_source_that_was_down_marks_the_numbers_made_of_it_and_no_others() -> None:
    seen = down("jenkins", 10, 12)
    assert is_marked("builds", seen)
    assert is_marked("dora", seen)
    assert not is_marked("tickets", seen)
    assert not is_marked("security_alerts", seen)
    charts = {b.incomplete for b in made("capacity", seen).blocks if isinstance(b, Chart)}
    assert charts == {True}
    assert not any(b.incomplete for b in made("tickets", seen).blocks if isinstance(b, Chart))
    found = [one.text for one in notices(["builds"], seen, MARCH, voice())]
    assert found == [
        "불완전(빌드): jenkins: 2026-03-10 09:00부터 2026-03-12 09:00까지 온전히 읽지 못함"
    ]


def test_sources_that_lack_the_same_time_are_told_together() -> None:
    both = (*down("jenkins", 10, 12).gaps, *down("github", 10, 12).gaps)
    found = notices(["builds", "dora", "capacity"], replace(full(), gaps=both), MARCH, voice("en"))
    assert [one.text for one in found] == [
        (
            "Incomplete (Builds, DORA measures, Capacity): github, jenkins: not read in full"
            " from 2026-03-10 09:00 to 2026-03-12 09:00"
        )
    ]


def test_a_section_repeats_no_reason_and_says_it_shortly_where_no_number_carries_the_mark() -> None:
    seen = down("jenkins", 10, 12)
    assert not [block for block in made("builds", seen).blocks if isinstance(block, Notice)]
    bare = replace(world(), gaps=seen.gaps)
    notice, nothing = made("deployments", bare).blocks
    assert notice == Notice(text="불완전: 까닭은 맨 위에 있습니다.")
    assert isinstance(nothing, Prose)


def test_a_report_says_once_which_numbers_are_incomplete_and_why() -> None:
    seen = down("jenkins", 10, None)
    found = notices(["tickets", "builds", "capacity"], seen, MARCH, voice("en"))
    assert [one.text for one in found] == [
        "Incomplete (Builds, Capacity): jenkins: last read in full at 2026-03-10 09:00"
    ]


def test_numbers_are_called_by_the_section_in_which_they_are_found() -> None:
    """Of four sections all are incomplete, though two measures stand in one of them."""
    seen = down("jenkins", 10, None)
    under = {name: words("변경과 배포") for name in ("dora", "deployments")}
    few = notices(["tickets", "dora", "deployments", "builds"], seen, MARCH, voice(), under)
    assert few[0].text.startswith("불완전(변경과 배포, 빌드): jenkins: ")
    all_of_them = ["dora", "deployments", "builds", "capacity", "changes"]
    (whole,) = notices(all_of_them, seen, MARCH, voice(), under)
    assert whole.text.startswith("불완전(모든 수치)")


def test_one_stream_that_was_not_read_marks_what_is_counted_from_it() -> None:
    queue = down("jenkins:ci", 10, 12, stream="queue")
    assert is_marked("capacity", queue)
    assert not is_marked("builds", queue)
    alerts = down("github", 10, 12, stream="abc/portal/dependabot")
    assert is_marked("security_alerts", alerts)
    assert not is_marked("dora", alerts)


def test_a_short_gap_that_is_over_marks_nothing_and_one_that_lasts_does() -> None:
    assert not is_marked("builds", down("jenkins", 10, 10.03))
    assert is_marked("builds", down("jenkins", 31.99, None))
    assert not is_marked("builds", down("jenkins", 40, None))
    assert not is_marked("builds", down("jenkins", -20, 1))


def test_a_gap_of_the_period_before_marks_what_is_compared_with() -> None:
    (figures, *_) = [b for b in made("builds", down("jenkins", -9, -5)).blocks
                     if isinstance(b, Figures)]  # fmt: skip
    compared = [one.before for one in figures.figures if one.before is not None]
    assert compared
    assert all(isinstance(one, Marked) for one in compared)
    assert not any(isinstance(one.value, Marked) for one in figures.figures)


def test_histories_that_are_not_read_yet_mark_what_is_counted_from_them() -> None:
    seen = replace(full(), unread=7)
    assert is_marked("tickets", seen)
    assert not is_marked("builds", seen)
    (found,) = notices(["tickets", "builds"], seen, MARCH, voice())
    assert found.text == "불완전(일감의 흐름): 일감 7건의 이력을 아직 읽지 못함"


def test_how_much_is_not_told_is_told() -> None:
    seen = replace(full(), untold={"ticket": 1200, "alert": 3, "pull": 0})
    (found,) = notices(["tickets"], seen, MARCH, voice("en"))
    assert found.text == (
        "Not counted, as not every reader may see it: security alerts 3, tickets 1,200"
    )


def test_security_alerts_are_not_told_where_everybody_reads() -> None:
    public = replace(full(), audience=Audience.PUBLIC)
    (found,) = made("security_alerts", public).blocks
    assert isinstance(found, Prose)


def test_a_report_of_a_team_or_service_counts_what_is_theirs() -> None:
    only = narrowed(full(), Filters(services=("portal",), processes=("change",)))
    assert [one.number for one in only.tickets] == [2, 3]
    assert len(only.deployments) == 2
    assert only.builds == ()
    assert [one.about for one in only.findings] == ["redmine:issue/2"]
    assert narrowed(full(), Filters(teams=("business",))).tickets == ()
    assert narrowed(full(), Filters()) == full()
    assert len(narrowed(full(), Filters(priorities=("보통",))).tickets) == 8


def test_the_24_hours_of_a_day_are_those_of_the_zone() -> None:
    days = [first for first, _ in MARCH.parts(ZoneInfo("Asia/Seoul"), most=40)]
    assert days[0].isoformat() == "2026-03-01"
    parts = [part for _, part in MARCH.parts(ZoneInfo("Asia/Seoul"), most=40)]
    assert parts[1].since - parts[0].since == timedelta(hours=15)
    assert parts[2].since - parts[1].since == DAY


@pytest.mark.parametrize("document", ["docs/measures.md", "docs/measures.ko.md"])
def test_each_measure_stands_in_the_documents(document: str) -> None:
    text = (Path(__file__).parents[2] / document).read_text(encoding="utf-8")
    told = {name for line in text.splitlines() if line.startswith("| `")
            for name in re.findall(r"`(\w+)`", line.split("|")[1])}  # fmt: skip
    assert told == set(MEASURES)


def test_a_report_of_one_team_counts_what_it_held_then_and_its_own_rows_alone() -> None:
    """IT has the change by now; business held it for approval, and IT moved it on from there."""
    its, theirs = (narrowed(full(), Filters(teams=(team,))) for team in ("it", "business"))
    assert [one.number for one in theirs.tickets] == []
    assert [one.row.id for one in keeping(theirs, MARCH)] == ["manager", "owner"]
    assert [one.held for one in keeping(theirs, MARCH)] == [1, 0]
    assert [one.row for one in elsewhere(theirs, MARCH)] == ["manager"]
    assert elsewhere(its, MARCH) == ()
    assert len(hand_overs(theirs, MARCH).every) == 2
    assert next(iter(stays(theirs, MARCH).values())).tickets == 1
    assert decided(theirs, MARCH) == ()
    assert len(decided(its, MARCH)) == 2
    assert dict(theirs.services) == {}
    assert len(its.services) == 2
    both = narrowed(full(), Filters(teams=("it",), processes=("incident",)))
    assert {one.process for one in both.entire.tickets} == {"incident"}


def test_each_chart_says_in_words_what_is_to_be_seen() -> None:
    charts = [b for name in MEASURES for b in made(name).blocks if isinstance(b, Chart)]
    assert charts
    assert [chart.name for chart in charts if not chart.said] == []


def test_times_say_what_they_are_of_and_business_time_is_told_in_hours() -> None:
    late = replace(full().tickets[0], standings=(
        clock(Aim.RESPONSE, spent=30 * HOUR, stopped_at=day(4)),))  # fmt: skip
    seen = replace(full(), tickets=(late, *full().tickets[1:]))
    (response, *_) = made("response_times", seen).blocks
    (resolution, *_) = made("resolution_times", seen).blocks
    assert isinstance(response, Figures)
    assert isinstance(resolution, Figures)
    labels = {one.label for one in response.figures} & {one.label for one in resolution.figures}
    assert not labels
    business = next(one for one in response.figures if one.label == "응답 시간 중앙값")
    assert business.unit is Unit.WORKING
    assert Writing.in_utc("ko").whole(business.value, business.unit) == "30시간 (업무 시간)"
    assert "응답 시간 중앙값, 달력 시간" in {one.label for one in response.figures}
    over = clock(Aim.RESPONSE, level=Level.BREACHED, spent=30 * HOUR, breached_at=day(4))
    breached = replace(seen, tickets=(replace(late, standings=(over,)),))
    (table,) = tables(made("breaches", breached).blocks)
    units = {one.title: one.unit for one in table.columns if one.kind is Kind.DURATION}
    assert units == {"허용 시간": Unit.CLOCK, "쓴 시간": Unit.CLOCK}
    assert Writing.in_utc("ko").cell(table.rows[0][5], table.columns[5]) == "30시간"


def test_clocks_that_run_round_the_clock_are_never_told_as_business_time() -> None:
    """One clock of eight business hours ran out, one of 24x7 as well; a third is at risk."""
    office = clock(Aim.RESPONSE, level=Level.BREACHED, spent=9 * HOUR, breached_at=day(4),
                   stopped_at=day(5))  # fmt: skip
    always = replace(office, always=True, spent=30 * HOUR)
    risky = clock(level=Level.AT_RISK, due=day(33), always=True)
    seen = world(ticket(1, day(3), standings=(office,)),
                 ticket(2, day(3), standings=(always, risky)))  # fmt: skip
    late, soon = tables(section("breaches", seen, MARCH, voice()).blocks)
    hours = {str(row[0].text): row[1] for row in late.rows if hasattr(row[0], "text")}
    assert hours == {"#1 일감 1": "응답, 업무 시간", "#2 일감 2": "응답, 24×7 시간"}
    assert soon.rows[0][1] == "해결, 24×7 시간"
    headings = [Writing.in_utc("ko").heading(one) for t in (late, soon) for one in t.columns]
    assert not [one for one in headings if "업무 시간" in one]
    blocks = section("response_times", seen, MARCH, voice()).blocks
    (figures, *_) = blocks
    assert isinstance(figures, Figures)
    told = {one.label: one.unit for one in figures.figures}
    assert told["응답 시간 중앙값, 24×7 시간"] is Unit.CLOCK
    assert told["응답 시간 중앙값"] is Unit.WORKING
    assert {one.title for one in tables(blocks)} == {
        "팀별 응답 시간, 업무 시간", "팀별 응답 시간, 24×7 시간",
        "프로세스별 응답 시간, 업무 시간", "프로세스별 응답 시간, 24×7 시간",
    }  # fmt: skip


def test_the_worst_breach_stands_first_by_its_share_of_the_time_and_that_is_said() -> None:
    """Nine of eight hours are 112.5 %; three of one are 300 %, though that is less time."""
    long = clock(Aim.RESPONSE, level=Level.BREACHED, spent=9 * HOUR, breached_at=day(4))
    short = replace(long, allowed=HOUR, spent=3 * HOUR, breached_at=day(6))
    seen = world(ticket(1, day(3), standings=(long,)), ticket(2, day(5), standings=(short,)))
    (table,) = tables(section("breaches", seen, MARCH, voice("en")).blocks)
    assert [row[6] for row in table.rows] == [3.0, 1.125]
    assert table.title == "Breaches, the worst first"
    assert table.note.startswith("By the share of the allowed time that was spent")
    assert table.columns[6].title == "spent of what was allowed"


def test_each_line_of_the_readiness_list_has_its_mark_in_words_with_number_and_target() -> None:
    (table,) = tables(section("readiness", full(), MARCH, voice(), Options()).blocks)
    marks = [row[1] for row in table.rows]
    assert all(isinstance(mark, Verdict) for mark in marks)
    told = {mark.text for mark in marks if isinstance(mark, Verdict)}
    assert told == {"○ 충족", "× 미충족", "– 자료 없음"}
    assert [c.title for c in table.columns] == ["기준", "판정", "값", "목표"]
    for row in table.rows:
        assert row[3]
        assert (row[2] is None) == (row[1] == Verdict("자료 없음", Grade.UNKNOWN))
    said = {str(row[2]): row[3] for row in table.rows}
    assert (said["성공률 66.7%"], said["열린 사건 2건"]) == ("90% 이상", "0건")
    assert said["미해결 일감 6건"] == "기초 1건 이하"
    assert "0개" in said.values()  # roles
    (fresh,) = tables(section("readiness", world(lived(1, day(20))), MARCH, voice(),
                              Options()).blocks)  # fmt: skip
    targets = {str(row[2]): row[3] for row in fresh.rows}
    assert targets["미해결 일감 1건"] == "기초 0건 이하"
    gone = tables(section("readiness", down("jenkins", 10, 12), MARCH, voice(), Options()).blocks)
    assert all(isinstance(row[2], Marked) for row in gone[0].rows if row[2] is not None)


def test_all_numbers_of_incidents_are_of_the_same_tickets_and_others_say_the_difference() -> None:
    """Five tickets of the process, two of them opened by failing builds: three incidents."""
    seen = world(
        *(lived(n, day(5)) for n in (1, 2, 3)),
        *(lived(n, day(6), signal="builds") for n in (4, 5)),
        lived(6, day(7), place={"process": "problem"}, related=(1,)),
    )
    trend = section("early_life_trend", seen, MARCH, voice("en")).blocks[0]
    assert isinstance(trend, Chart)
    assert trend.said == "3 incidents were opened, at most 3 in one of the weeks."
    (again, *_) = section("recurring_problems", seen, MARCH, voice("en")).blocks
    assert isinstance(again, Figures)
    assert (again.figures[2].note, again.figures[2].value) == (
        "3 incidents opened in the period",
        pytest.approx(1 / 3),
    )
    (areas,) = tables(section("problem_areas", seen, MARCH, voice("en")).blocks)
    assert [row[2] for row in areas.rows] == [3, 1]
    (by_process,) = tables(section("tickets_by_process", seen, MARCH, voice("en")).blocks)
    assert by_process.rows[0][2] == 5
    assert "came of failing builds" in by_process.note
    assert by_process.note.startswith("2 of ")
    (alone,) = tables(section("tickets_by_process", world(lived(1, day(5))), MARCH, voice()).blocks)
    assert alone.note == ""


def test_priorities_stand_from_the_most_urgent_down() -> None:
    over = clock(Aim.RESPONSE, level=Level.BREACHED, spent=9 * HOUR, breached_at=day(4))
    late = [
        ticket(n, day(3), priority=priority, standings=(over,))
        for n, priority in enumerate(("긴급", "낮음", "높음", "보통"), start=1)
    ]
    seen = replace(world(*late), priorities=("낮음", "보통", "높음", "긴급"))
    table = next(one for one in tables(section("service_levels", seen, MARCH, voice()).blocks)
                 if one.name == "levels_by_priority")  # fmt: skip
    assert [row[0] for row in table.rows] == ["긴급", "높음", "보통", "낮음"]


def test_dora_says_of_how_many_deployments_its_shares_are() -> None:
    figures = made("dora", language="en").blocks[0]
    assert isinstance(figures, Figures)
    assert [one.note for one in figures.figures] == [
        "1 deployments", "1 changes", "1 of 2 deployments",
        "2 incidents closed in the period",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "needed", "told"),
    [
        ("approve", False, "승인 대기"),
        ("plan", False, "요청 없음"),
        ("implement", True, "승인 누락"),
    ],
)
def test_a_release_says_what_its_approval_waits_for(stage: str, needed: bool, told: str) -> None:
    its = {"process": "release", "stage": stage}
    seen = world(lived(1, day(3), place=its, approval=needed))
    (table,) = tables(section("releases", seen, MARCH, voice()).blocks)
    assert table.rows[0][4] == told


def test_a_role_of_which_not_all_may_be_told_is_not_called_idle_without_saying_so() -> None:
    whole, part = made("matrix"), made("matrix", replace(full(), untold={"ticket": 3}))
    assert Prose(text="이 기간에 수행 근거가 없는 책임:") in whole.blocks
    told = "이 기간에 수행 근거가 없는 책임(모두에게 공개할 수 없는 것은 세지 않음):"
    assert Prose(text=told) in part.blocks


def test_where_all_numbers_are_incomplete_they_are_not_listed() -> None:
    four = ["tickets", "breaches", "changes", "releases"]
    found = notices(four, down("redmine", 2, None), MARCH, voice())
    assert [one.text for one in found] == [
        "불완전(모든 수치): redmine: 마지막으로 온전히 읽은 때는 2026-03-02 09:00"
    ]


def begun(source: str, until: float) -> World:
    """A world of which a source was read for the first time then."""
    since = MARCH.before.since
    first = Gap(source=source, stream="", since=since, until=day(until), unread=True)
    return replace(full(), gaps=(first,))


def test_what_lies_before_the_first_read_is_said_plainly_and_marks_nothing() -> None:
    seen = begun("jenkins", 9)
    assert not is_marked("builds", seen)
    told = notices(["tickets", "builds", "dora"], seen, MARCH, voice())
    assert told == (
        Notice(
            text=(
                "빌드, DORA 지표: 처음 읽은 2026-03-09 09:00부터 온전히 압니다(소스: jenkins)."
                " 그 전의 일은 그때 남아 있던 것만 셉니다."
            ),
            quiet=True,
        ),
    )
    first, *_ = made("builds", seen).blocks
    short = "jenkins: 2026-03-09 09:00에 처음 읽었습니다. 그 전의 일은 그때 남아 있던 것만 셉니다."
    assert first == Notice(text=short, quiet=True)
    assert not [block for block in made("tickets", seen).blocks if isinstance(block, Notice)]
    ours = notices(["tickets", "stage_times"], begun("itsm-sync", 9), MARCH, voice("en"))
    assert [one.text for one in ours] == [
        (
            "Time in each stage: what itsm-sync itself saw and wrote (who held a ticket, in which"
            " stage) is known only since 2026-03-09 09:00, when it was started for the first time."
        )
    ]


@pytest.mark.parametrize(
    "name", ["hand_overs", "stage_times", "done_elsewhere", "routing_accuracy"]
)
def test_of_a_period_before_itsm_sync_ran_what_it_notes_itself_is_not_known(name: str) -> None:
    """It was started on the first of April; those that are open still have stages of March."""
    (told,) = made(name, begun("itsm-sync", 32)).blocks
    assert told == Prose(
        text="–: itsm-sync만 스스로 적는 것인데, 이 기간에는 아직 켜지 않았습니다."
    )
    assert told not in made(name, begun("itsm-sync", 31)).blocks


def test_of_such_a_period_roles_show_what_fell_to_them_and_no_number_of_tickets() -> None:
    (table,) = tables(made("matrix", begun("itsm-sync", 32)).blocks)
    change = next(row for row in table.rows if "빌드" in str(row[4]))
    assert change[2:] == (None, None, "빌드 3, 배포 2, 풀 리퀘스트 1", None, None, 6, None, None)
    (ready,) = tables(section("readiness", begun("itsm-sync", 32), MARCH, voice(),
                              Options()).blocks)  # fmt: skip
    unknown = {row[0] for row in ready.rows if row[2] is None}
    assert {"매트릭스의 모든 역할에 수행 근거가 있음", "승인 없이 진행된 변경이 없음"} <= unknown
    figures = made("changes", begun("itsm-sync", 32)).blocks[0]
    assert isinstance(figures, Figures)
    assert (figures.figures[1].label, figures.figures[1].value) == ("승인되지 않은 변경", None)
    assert figures.figures[1].note.startswith("알 수 없음: 2026-04-01 ")
    since = made("changes", begun("itsm-sync", 9)).blocks[0]
    assert isinstance(since, Figures)
    found = since.figures[1]
    assert (found.value, found.before, found.note) == (1, None, "2026-03-09 09:00부터")


def test_builds_that_failed_were_unstable_or_succeeded_add_up_to_all() -> None:
    """Five of the portal's: two succeeded, one failed, two were unstable; one aborted is none."""
    results = ("success", "success", "failure", "unstable", "unstable", "aborted")
    seen = world(builds=tuple(build(day(n + 2), result) for n, result in enumerate(results)))
    by_service, worst = tables(section("builds", seen, MARCH, voice()).blocks)[:2]
    assert by_service.rows[0][1:5] == worst.rows[0][1:5] == (5, 1, 2, 0.4)
    assert by_service.note == (
        "불안정은 실패도 성공도 아닙니다. 중단되거나 건너뛴 빌드는 세지 않습니다."
    )


def test_that_a_clock_due_before_the_period_s_end_is_still_at_risk_is_explained() -> None:
    """Due on Friday at the close of business, told of a week that ends with Sunday."""
    friday = clock(level=Level.AT_RISK, due=day(31), spent=8 * HOUR)
    later = clock(level=Level.AT_RISK, due=day(33))
    said = [
        tables(
            section("breaches", world(ticket(1, day(3), standings=(one,))), MARCH, voice()).blocks
        )
        for one in (friday, later)
    ]
    assert [found[0].note[:17] for found in said] == [
        "업무가 끝나는 때가 시한인 것은",
        "",
    ]


def test_times_of_too_few_tickets_are_compared_with_nothing_and_that_is_said() -> None:
    """One was answered in March and three in February; then three and three."""

    def answered(number: int, at: float) -> TicketRecord:
        return lived(number, day(at), noted(day(at, 2)))

    february = [answered(n, n - 20) for n in (1, 2, 3)]
    for march, before, note in (
        ((4,), None, "1건. 너무 적어 비교하지 않음(이전 기간 3건)"),
        ((4, 5, 6), 2 * HOUR, "일감 3건"),
    ):
        seen = world(*february, *(answered(n, n) for n in march))
        figures = section("response_times", seen, MARCH, voice()).blocks[0]
        assert isinstance(figures, Figures)
        assert (figures.figures[0].before, figures.figures[0].note) == (before, note)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_medians_and_shares_of_a_few_are_compared_with_nothing(name: str) -> None:
    """In this world there is one or two of everything in the period before."""
    figures = [b for b in made(name).blocks if isinstance(b, Figures)]
    for one in (one for found in figures for one in found.figures):
        if isinstance(one.value, timedelta) or one.unit is Unit.SHARE:
            assert one.before is None, one.label


@pytest.mark.parametrize(("before", "compared"), [(2, False), (3, True)])
def test_dora_is_compared_where_both_periods_have_enough(before: int, compared: bool) -> None:
    times = [day(n) for n in (2, 9, 16)] + [day(n - 20) for n in (2, 9, 16)[:before]]
    seen = world(
        deployments=tuple(deployment(at, key=f"d{n}") for n, at in enumerate(times)),
        pulls=tuple(pull(at - DAY, at - HOUR, number=n) for n, at in enumerate(times)),
    )
    figures = section("dora", seen, MARCH, voice()).blocks[0]
    assert isinstance(figures, Figures)
    often, lead, failed, _ = figures.figures
    assert often.before is not None
    assert [one.before is not None for one in (lead, failed)] == [compared] * 2
    few = [one.note.endswith("너무 적어 비교하지 않음(이전 기간 2건)") for one in (lead, failed)]
    assert few == [not compared] * 2


def test_nothing_is_compared_with_a_time_before_the_first_read() -> None:
    known = [b for b in made("builds", begun("jenkins", -9)).blocks if isinstance(b, Figures)]
    assert [one.before for one in known[0].figures] == [None] * 4
    (figures, *_) = [b for b in made("builds").blocks if isinstance(b, Figures)]
    assert [one.before is None for one in figures.figures] != [True] * 4


def test_a_source_that_failed_after_its_first_read_keeps_the_loud_mark() -> None:
    seen = begun("jenkins", 5)
    failed = Gap(source="jenkins", stream="", since=day(10), until=day(12))
    seen = replace(seen, gaps=(*seen.gaps, failed))
    assert is_marked("builds", seen)
    loud, quiet = notices(["builds"], seen, MARCH, voice("en"))
    assert (loud.quiet, quiet.quiet) == (False, True)
    assert loud.text.startswith("Incomplete (Builds): jenkins: not read in full from 2026-03-10")


def test_what_nobody_waited_for_is_no_figure() -> None:
    (figures, *_) = section("capacity", replace(full(), waits=()), MARCH, voice()).blocks
    assert isinstance(figures, Figures)
    assert [one.label for one in figures.figures] == [
        "현재 실행기", "이대로면 첫 디스크가 가득 찰 때까지"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "told"),
    [(30, ["The last row is no whole week: 2 of 7 days."]), (28, []), (14, []), (5, [])],
)
def test_a_last_week_that_is_none_is_told_so(days: int, told: list[str]) -> None:
    since = MARCH.since.astimezone(voice("en").zone).replace(hour=0)
    period = Period(since=since, until=since + days * DAY)
    blocks = section("early_life_trend", world(lived(1, day(5))), period, voice("en")).blocks
    assert [block.text for block in blocks if isinstance(block, Prose)] == told


def test_a_problem_that_is_open_for_what_came_back_is_named_beside_it_and_in_the_proposal() -> None:
    seen = world(
        lived(1, day(3)),
        lived(9, day(10), place={"process": "problem"}, related=(1,)),
        episodes=(episode(day(3), day(4), reopenings=(day(5), day(6)), ticket=1),),
    )
    (again,) = tables(section("recurring_problems", seen, MARCH, voice()).blocks)
    assert again.rows[0][-1] == "#1, 문제 #9"
    (points,) = (
        block
        for block in section("proposals", seen, MARCH, voice()).blocks
        if isinstance(block, Points)
    )
    told = [one for one in points.points if "#9" in one]
    assert told == [
        "ci:abc/build/portal@main: 3번 되풀이되었습니다. 등록된 문제 #9, 이어서 진행하십시오."
    ]


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0"), (0.0001, "<0.1"), (0.232, "23.2"), (0.9999, "99.9"), (1.0, "100"), (0.5, "50")],
)
def test_a_share_in_a_sentence_is_that_of_the_table(share: float, told: str) -> None:
    assert voice().percent(share) == told
    assert Writing.in_utc("ko").share(share) == f"{told}%"


def test_numbers_of_roles_jobs_troubles_and_executors_have_their_unit() -> None:
    said = {
        one.label: Writing.in_utc("ko").whole(one.value, one.unit)
        for name in ("matrix", "builds", "recurring_problems", "capacity")
        for block in made(name).blocks
        if isinstance(block, Figures)
        for one in block.figures
    }
    assert said["수행 근거가 있는 역할"].endswith("개")
    assert said["다른 팀이 진행한 단계"].endswith("회")
    assert said["결과가 들쭉날쭉한 작업"] == "1개"
    assert said["되풀이된 장애"] == "1건"
    assert said["현재 실행기"] == "4개"


def test_what_is_of_now_says_when_that_is_and_what_is_of_tickets_that_it_is() -> None:
    blocks = made("capacity").blocks
    assert isinstance(blocks[0], Figures)
    notes = {one.label: one.note for one in blocks[0].figures}
    assert notes["현재 실행기"] == "노드 1대, 연결 끊김 0대. 2026-04-01 17:00 기준"
    (nodes,) = [one for one in tables(blocks) if one.name == "nodes"]
    assert nodes.note.startswith("보고서를 만든 2026-04-01 17:00에 아는 것입니다.")
    changes = made("changes").blocks[0]
    assert isinstance(changes, Figures)
    assert "변경 실패율은 배포를 셈" in changes.figures[0].note


def test_a_service_to_which_no_incident_can_be_told_says_why_nothing_is_known() -> None:
    incident = lived(1, day(2), moved(day(4), CLOSED))
    seen = world(incident, homeless=frozenset({"api"}))
    measure = MEASURES["reliability"]
    (table,) = measure.make(seen, MARCH, voice(), Options())
    assert isinstance(table, Table)
    assert [(row[0], row[2]) for row in table.rows] == [("포털", pytest.approx(1 - 2 / 31)),
                                                        ("API", None)]  # fmt: skip
    assert "Redmine 프로젝트나 범주가 없어" in table.note
    chart, table = measure.make(world(incident), MARCH, voice(), Options())
    assert isinstance(table, Table)
    assert table.note == ""
    assert isinstance(chart, Chart)
    assert [(one.x, one.y) for one in chart.points] == [("포털", pytest.approx(1 - 2 / 31)),
                                                        ("API", 1)]  # fmt: skip
    assert chart.said == "가장 낮은 서비스: 포털, 93.5%."
