"""Values are written as people of each language write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.reports.document import (
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Link,
    Marked,
    Unit,
    Value,
)
from itsm_sync.reports.forms.fitting import fit, fitted
from itsm_sync.reports.forms.values import Writing, foot
from tests.hostile_report import document
from tests.sample_report import sample

KO = Writing(language="ko", zone=ZoneInfo("Asia/Seoul"))
EN = Writing(language="en", zone=ZoneInfo("Asia/Seoul"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("value", "ko", "en"),
    [
        (3 * DAY + 4 * HOUR + 29 * MINUTE, "3일 4시간", "3 d 4 h"),
        (3 * DAY + 23 * HOUR + 31 * MINUTE, "4일", "4 d"),
        (DAY, "1일", "1 d"),
        (2 * HOUR + 5 * MINUTE, "2시간 5분", "2 h 5 min"),
        (23 * HOUR + 59 * MINUTE + timedelta(seconds=40), "1일", "1 d"),
        (59 * MINUTE + timedelta(seconds=59), "59분 59초", "59 min 59 s"),
        (timedelta(seconds=45), "45초", "45 s"),
        (timedelta(), "0분", "0 min"),
        (timedelta(milliseconds=200), "0분", "0 min"),
        (-90 * MINUTE, "−1시간 30분", "−1 h 30 min"),
        (1200 * DAY, "1,200일", "1,200 d"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(value: timedelta, ko: str, en: str) -> None:
    assert (KO.duration(value), EN.duration(value)) == (ko, en)


@pytest.mark.parametrize(
    ("value", "ko"),
    [
        (30 * HOUR + 20 * MINUTE, "30시간 20분"),
        (99 * HOUR + 59 * MINUTE, "99시간 59분"),
        (131 * HOUR + 40 * MINUTE, "132시간"),
        (45 * MINUTE, "45분"),
    ],
)
def test_business_hours_are_never_told_in_days(value: timedelta, ko: str) -> None:
    assert KO.duration(value, working=True) == ko


@pytest.mark.parametrize(
    ("value", "unit", "ko", "en"),
    [
        (1, Unit.TICKETS, "1건", "1 ticket"),
        (12345, Unit.TICKETS, "12,345건", "12,345 tickets"),
        (1.9, Unit.PER_DAY, "1.9회/일", "1.9 per day"),
        (2.5, Unit.HOURS, "2.5시간", "2.5 hours"),
        (0.947, Unit.SHARE, "94.7%", "94.7%"),
        (1.0, Unit.SHARE, "100%", "100%"),
        (0.99996, Unit.SHARE, "99.9%", "99.9%"),
        (0.0001, Unit.SHARE, "<0.1%", "<0.1%"),
        (1_500_000_000, Unit.BYTES, "1.5 GB", "1.5 GB"),
        (12.34, Unit.NONE, "12.3", "12.3"),
        (-0.001, Unit.NONE, "0", "0"),
        (42 * MINUTE, Unit.WORKING, "42분 (업무 시간)", "42 min (business hours)"),
        (date(2026, 6, 1), Unit.NONE, "2026-06-01", "2026-06-01"),
        (datetime(2026, 5, 31, 15, 30, tzinfo=UTC), Unit.NONE, *["2026-06-01 00:30"] * 2),
        (None, Unit.TICKETS, "–", "–"),
        (Marked(value=3), Unit.TICKETS, "3건*", "3 tickets*"),
        (Marked(value=None), Unit.TICKETS, "–", "–"),
        (Link("#1", "https://redmine.example.com/issues/1"), Unit.NONE, "#1", "#1"),
    ],
)
def test_a_value_is_written_with_its_unit(value: Value, unit: Unit, ko: str, en: str) -> None:
    assert (KO.whole(value, unit), EN.whole(value, unit)) == (ko, en)


def test_a_column_tells_its_unit_once() -> None:
    column = Column(title="열린 티켓", kind=Kind.NUMBER, unit=Unit.TICKETS)
    assert KO.heading(column) == "열린 티켓 (건)"
    assert KO.cell(Marked(value=3), column) == "3*"
    share = Column(title="몫", kind=Kind.SHARE)
    assert [KO.cell(value, share) for value in (0.21, 1, 0, None)] == ["21.0%", "100%", "0%", "–"]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Figure(label="", value=3, before=5, unit=Unit.TICKETS, better="down"),
         ("▼ 2 좋아짐 (이전 기간 5건)", "good")),
        (Figure(label="", value=0.9, before=0.95, unit=Unit.SHARE, better="up"),
         ("▼ 5%p 나빠짐 (이전 기간 95%)", "bad")),
        (Figure(label="", value=2 * HOUR, before=HOUR), ("▲ 1시간 (이전 기간 1시간)", "")),
        (Figure(label="", value=2, before=Marked(value=2)), ("변화 없음 (이전 기간 2*)", "")),
        (Figure(label="", value=None, before=2), ("", "")),
        (Figure(label="", value="x", before="y"), ("", "")),
        (Figure(label="", value=1, before=HOUR), ("", "")),
    ],
)  # fmt: skip
def test_what_became_of_a_figure_is_said_in_words(figure: Figure, said: tuple[str, str]) -> None:
    assert KO.change(figure) == said


def test_the_mark_is_explained_where_it_is_used_and_only_there() -> None:
    assert foot(sample("en"))[0].startswith("* Made of sources that were not read in full")
    assert foot(document()) == ("시각은 Asia/Seoul 기준입니다.",)


def test_what_turns_text_round_or_breaks_files_is_gone() -> None:
    assert fit("\u202e거꾸로\u2066 \x00\x1b[31m\ufffe\n둘\ud800") == "거꾸로 [31m 둘"
    assert len(fit("가" * 100_000)) == 32_000


def test_links_lead_to_web_pages_and_numbers_are_numbers() -> None:
    found = fitted(sample("ko"))
    assert fitted(found) == found
    (bad, good, huge, none) = (
        Marked(value=Link("x", "javascript:alert(1)")),
        Link("", "https://a.example/한글 x"),
        10**20,
        float("nan"),
    )
    figures = fitted(
        document_of(*(Figure(label="", value=value) for value in (bad, good, huge, none)))
    )
    values = [figure.value for figure in figures_of(figures)]
    address = "https://a.example/%ED%95%9C%EA%B8%80%20x"
    assert values == [Marked(value="x"), Link(address, address), str(10**20), None]


def document_of(*figures: Figure) -> Document:
    return document(Figures(figures=figures))


def figures_of(report: Document) -> tuple[Figure, ...]:
    (block,) = report.sections[0].blocks
    assert isinstance(block, Figures)
    return block.figures
