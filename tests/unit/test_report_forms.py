"""A report in every form: whole, readable, the same bytes each time, and bounded."""

import csv
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from itsm_sync.reports.delivery.wiki import page_title
from itsm_sync.reports.document import (
    Column,
    Document,
    File,
    Form,
    Kind,
    Prose,
    Rendered,
    Section,
    Table,
)
from itsm_sync.reports.forms import render
from itsm_sync.reports.forms.files import stem
from itsm_sync.reports.forms.pdf import _Refusing
from itsm_sync.reports.forms.styles import in_days
from itsm_sync.reports.forms.values import Writing
from itsm_sync.reports.forms.xlsx import sheet_name
from tests.builders import NOON
from tests.hostile_report import document
from tests.sample_report import sample

SHEET = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
ROOT = Path(__file__).parents[2]


@cache
def made(form: Form) -> Rendered:
    return render(sample("ko"), form)


def text(form: Form) -> str:
    return made(form).main.content.decode()


class Outline(HTMLParser):
    """The tags of a page with their attributes, in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.mark.parametrize("form", Form)
def test_the_same_report_is_the_same_bytes(form: Form) -> None:
    report = sample("en")
    part = replace(report, sections=report.sections[2:3])
    assert render(part, form) == render(part, form)


def test_a_page_whose_title_is_too_long_is_still_called_by_its_period() -> None:
    long = "아주 긴 이름의 보고 " * 30
    pages = {page_title(long, "팀", period) for period in ("2026-05", "2026-06")}
    assert sorted(page[-8:] for page in pages) == ["_2026-05", "_2026-06"]
    assert max(map(len, pages)) <= 200
    assert (
        page_title("주간: 보고", "", "2026-05-01..2026-05-07") == "주간_보고_2026-05-01~2026-05-07"
    )
    assert (page_title("weekly"), page_title("?")) == ("Weekly", "")


def test_no_two_parts_of_reports_have_one_file_name() -> None:
    report = sample("ko")
    night = report.since + timedelta(hours=22)
    every = [
        replace(report, name="a", part="b-c"),
        replace(report, name="a-b", part="c"),
        replace(report, name="a-b-c"),
        replace(report, name="a-b-c", language="en"),
        replace(report, name="a", part="개발"),
        replace(report, name="a", part="운영"),
        replace(report, name="a-20260601", since=report.until - timedelta(days=1)),
        replace(report, name="a"),
        replace(report, name="a", until=night),
        replace(report, name="a", since=night, until=night + timedelta(hours=1)),
    ]
    assert len({stem(one) for one in every}) == len(every)


def test_files_are_called_by_report_and_period() -> None:
    names = {form: made(form).main.name for form in Form}
    assert names[Form.PDF] == "monthly-service.20260601-20260630.ko.pdf"
    assert names[Form.CSV] == "monthly-service.20260601-20260630.ko.zip"
    assert [file.name for file in made(Form.TEXTILE).beside] == [
        f"monthly-service.20260601-20260630.ko.{name}.png"
        for name in ("backlog", "by-process", "weekly", "kept", "causes", "disk", "builds")
    ]


# ------------------------------------------------------------------------------------ HTML


def test_a_page_needs_and_runs_nothing_and_says_so_to_the_browser() -> None:
    page = Outline(text(Form.HTML))
    assert {"script", "link", "img", "iframe", "object"}.isdisjoint(tag for tag, _ in page.tags)
    assert not [a for _, a in page.tags if {"src", "style", "xlink:href"} & set(a)]
    (policy,) = [a["content"] for a in page.of("meta") if "http-equiv" in a]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert all(a["href"] and a["href"].startswith(("https://", "#part-")) for a in page.of("a"))


def test_a_page_is_read_aloud_as_it_is_seen() -> None:
    page = Outline(text(Form.HTML))
    assert page.of("html") == [{"lang": "ko"}]
    assert {a.get("scope") for a in page.of("th")} == {"row", "col"}
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {a.get("aria-labelledby") for a in page.of("table")} <= set(ids)
    pictures = [a["aria-label"] for _, a in page.tags if a.get("role") == "img"]
    assert len(pictures) == 7
    assert "목표를 넘긴 까닭: 외부 응답 대기가 38.5시간으로 가장 깁니다." in pictures
    assert all(a["aria-hidden"] == "true" for a in page.of("svg"))


# ------------------------------------------------------------------------------------- PDF


def test_paper_has_korean_text_in_letters_of_its_own() -> None:
    reader = PdfReader(BytesIO(made(Form.PDF).main.content))
    pages = [page.extract_text() for page in reader.pages]
    whole = " ".join(" ".join(pages).split())
    for said in ("월간 서비스 보고서", "서비스 수준",
                 "결제 승인이 늦습니다 (카드사 A)",
                 "3일 4시간",
                 "단위: 건", "94.4%*", "1 / 5"):  # fmt: skip
        assert said in whole
    assert len(pages) == 5
    fonts = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all(embedded(font.get_object()) for font in fonts)


def embedded(font: DictionaryObject) -> bool:
    (inner,) = font["/DescendantFonts"]
    descriptor = inner.get_object()["/FontDescriptor"].get_object()
    return bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor))


def test_paper_has_an_outline_a_language_tags_and_the_times_of_the_report() -> None:
    reader = PdfReader(BytesIO(made(Form.PDF).main.content))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ko"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    outline = reader.outline
    assert outline[0].title == "월간 서비스 보고서"
    assert reader.metadata is not None
    assert reader.metadata.title == "월간 서비스 보고서 – 2026년 6월 1일 – 30일"
    assert reader.metadata.creation_date == sample("ko").until


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:9/", "data:text/plain,x", "https://x.example"]
)
def test_paper_fetches_nothing(url: str) -> None:
    with pytest.raises(ValueError, match="nothing is fetched"):
        _Refusing().fetch(url)


def test_the_head_of_a_table_stands_on_each_of_its_pages_and_what_is_cut_is_told() -> None:
    columns = (Column(title="번호열"), Column(title="제목열"))
    rows = tuple((f"{n}", "가") for n in range(520))
    report = document(Table(name="t", title="표", columns=columns, rows=rows))
    pages = PdfReader(BytesIO(render(report, Form.PDF).main.content)).pages
    assert len(pages) > 5
    assert all("제목열" in page.extract_text() for page in pages[:-1])
    assert "나머지 20행은" in pages[-1].extract_text()


# ----------------------------------------------------------------------------------- Excel


class Book:
    """What a spreadsheet program reads in a workbook."""

    def __init__(self, file: File) -> None:
        self.zip = ZipFile(BytesIO(file.content))
        self.names = [sheet.attrib["name"] for sheet in self.found("xl/workbook.xml", ".//x:sheet")]
        strings = "xl/sharedStrings.xml"
        self.strings = (
            ["".join(one.itertext()) for one in self.xml(strings)]
            if strings in self.zip.namelist()
            else []
        )
        formats = {
            one.attrib["numFmtId"]: one.attrib["formatCode"]
            for one in self.found("xl/styles.xml", ".//x:numFmt")
        }
        self.formats = [
            formats.get(one.attrib["numFmtId"], one.attrib["numFmtId"])
            for one in self.found("xl/styles.xml", "x:cellXfs/x:xf")
        ]

    def found(self, path: str, what: str) -> list[ElementTree.Element]:
        return list(self.xml(path).iterfind(what, SHEET))

    def xml(self, path: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.zip.read(path))

    def sheet(self, name: str) -> ElementTree.Element:
        return self.xml(f"xl/worksheets/sheet{self.names.index(name) + 1}.xml")

    def cell(self, name: str, place: str) -> tuple[str | float, str]:
        """Answer what is in a cell, and the format of its number."""
        (found,) = [c for c in self.sheet(name).iterfind(".//x:c", SHEET) if c.attrib["r"] == place]
        value = found.findtext("x:v", "", SHEET)
        shown = self.formats[int(found.attrib.get("s", "0"))]
        return (self.strings[int(value)] if found.get("t") == "s" else float(value), shown)


def test_a_workbook_has_a_sheet_a_table_with_filters_and_frozen_heads() -> None:
    book = Book(made(Form.XLSX).main)
    assert book.names == [
        "개요", "차트 그림", "차트 수치", "프로세스별 티켓", "우선순위별", "가장 오래된 열린 티켓",
    ]  # fmt: skip
    for name in book.names[2:]:
        sheet = book.sheet(name)
        assert sheet.find("x:autoFilter", SHEET) is not None
        assert sheet.find(".//x:pane[@state='frozen']", SHEET) is not None
    assert len([name for name in book.zip.namelist() if name.startswith("xl/media/")]) == 7


def test_dates_numbers_and_durations_of_a_workbook_are_real() -> None:
    book = Book(made(Form.XLSX).main)
    received = 46174 + (9 * 60 + 13) / 1440
    assert book.cell("가장 오래된 열린 티켓", "D2") == (received, "yyyy-mm-dd hh:mm")
    age = timedelta(hours=2) / timedelta(days=1)
    assert book.cell("가장 오래된 열린 티켓", "E2") == (
        pytest.approx(age),
        '[<0.000689][s]"초";[<0.041661][m]"분" ss"초";[h]"시간" mm"분"',
    )
    assert book.cell("프로세스별 티켓", "E2") == (pytest.approx(55 / 214), "0.0%")
    assert book.cell("프로세스별 티켓", "B8") == (147, "#,##0")
    assert book.cell("우선순위별", "F5") == (0.944, '0.0%"*"')
    assert book.cell("개요", "B8") == (214, '#,##0"건"')
    assert any(text.startswith("⚠ Jenkins는 6월 27일 04:10부터") for text in book.strings)
    assert "첫 응답 (중앙값) (업무 시간)" in book.strings


@pytest.mark.parametrize(
    ("seconds", "said", "shown"),
    [
        (46.4, "46초", (46, "[s]")),
        (59.7, "1분", (60, "[m] ss")),
        (346, "5분 46초", (346, "[m] ss")),
        (3_599.6, "1시간", (3_600, "[h] mm")),
        (3_946, "1시간 6분", (3_960, "[h] mm")),
        (86_399, "24시간", (86_400, "[h] mm")),
        (27 * 86_400 + 16, "648시간", (27 * 86_400, "[h] mm")),
    ],
)
def test_a_duration_in_a_workbook_shows_what_other_forms_show(
    seconds: float, said: str, shown: tuple[int, str]
) -> None:
    """Excel cuts off what a format does not show, and chooses the format by the cell's number."""
    number = in_days(timedelta(seconds=seconds))
    part = "[s]" if number < 0.000689 else "[m] ss" if number < 0.041661 else "[h] mm"
    assert (round(number * 86_400), part) == shown
    assert Writing.in_utc("ko").duration(timedelta(seconds=seconds), working=True) == said


def test_names_of_sheets_are_valid_and_unlike_each_other() -> None:
    taken: set[str] = set()
    names = []
    titles = (
        "=a[b]:c*?/\\",
        "'x'",
        "History",
        "가" * 40,
        "가" * 40,
        "",
        "\U0001f4a9" * 20,
        "A",
        "a",
    )
    for title in titles:
        names.append(sheet_name(title, taken))
        taken.add(names[-1].casefold())
    assert names[:4] == ["a b c", "x", "History (2)", "가" * 31]
    assert all(0 < len(name.encode("utf-16-le")) <= 62 for name in names)
    assert len(taken) == len(names)


# ------------------------------------------------------------------------------------ text


def test_markdown_and_wiki_show_charts_as_pictures_beside_them() -> None:
    page = Outline(
        MarkdownIt("gfm-like", {"linkify": False}).disable("linkify").render(text(Form.MARKDOWN))
    )
    beside = [file.name for file in made(Form.MARKDOWN).beside]
    assert [a["src"] for a in page.of("img")] == beside
    assert len(page.of("table")) == 4
    for name in beside:
        assert f"!{name}(" in text(Form.TEXTILE)
    assert "|>. 214건 |" in text(Form.TEXTILE)
    assert '| "&#35;1000":https://redmine.example.com/issues/1000 |' in text(Form.TEXTILE)


def test_tables_for_machines_have_iso_times_plain_numbers_and_say_what_is_incomplete() -> None:
    archive = ZipFile(BytesIO(made(Form.CSV).main.content))
    assert archive.namelist() == [
        "report.csv", "figures.csv", "charts.csv",
        "table-by-process.csv", "table-levels.csv", "table-open.csv",
    ]  # fmt: skip
    read = {
        name: list(csv.reader(StringIO(archive.read(name).decode("utf-8-sig"))))
        for name in archive.namelist()
    }
    assert read["figures.csv"][1] == ["한눈에", "받은 티켓", "214", "198", "건", "0"]
    assert read["figures.csv"][5][2:] == ["1.4", "1.9", "회/일", "1"]
    about = read["report.csv"]
    assert about[1] == ["", "제목", "월간 서비스 보고서"]
    assert about[3] == ["", "시작", "2026-06-01T00:00:00+09:00"]
    assert {"주의", "항목", "소스"} <= {kind for _, kind, _ in about}
    assert read["figures.csv"][2][4] == "비율, 1이 100%"
    assert [row[-1] for row in read["table-by-process.csv"]] == ["행의 종류", *["행"] * 6, "합계"]
    assert read["table-by-process.csv"][-1][:4] == ["합계", "147", "67", "214"]
    assert read["table-open.csv"][1] == [
        "#1000", "포털 로그인이 안 됩니다", "IT기획팀", "2026-06-01T09:13:00+09:00", "PT2H0M0S",
        "https://redmine.example.com/issues/1000",
    ]  # fmt: skip
    assert read["table-levels.csv"][4][-2:] == ["0.944", "지킴 (비율, 1이 100%)"]
    assert read["table-levels.csv"][5][3:] == ["", "", "", ""]


def test_a_wide_table_turns_all_of_the_paper_and_korean_words_are_not_broken() -> None:
    columns = tuple(Column(title=f"다시 열림 {n}") for n in range(14))
    rows = tuple(("밀립니다",) * 14 for _ in range(3))
    table = Table(name="wide", title="넓은 표", columns=columns, rows=rows)
    short = Document(
        name="wide", language="ko", title="넓은 보고", subtitle="", zone="Asia/Seoul",
        since=NOON, until=NOON,
        sections=(
            Section(title="앞", blocks=(Prose(text="앞"),)), Section(title="표", blocks=(table,)),
        ),
    )  # fmt: skip

    (page,) = PdfReader(BytesIO(render(short, Form.PDF).main.content)).pages

    assert page.mediabox.width > page.mediabox.height
    lines = page.extract_text().split()
    assert lines.count("밀립니다") == 14 * 3
    assert lines.count("열림") == 14


def test_a_long_korean_word_is_broken_only_where_it_is_wider_than_its_line() -> None:
    word, endless = "통합결제모듈장애원인분석보고서", "가나다라마바사" * 30
    told = Prose(text=" ".join((*((word, "다시") * 30), endless)))
    cells = tuple(Column(title=f"열 {n}") for n in range(12))
    table = Table(name="narrow", title="좁은 표", columns=cells, rows=((word,) * 12,))
    pages = PdfReader(BytesIO(render(document(told, table), Form.PDF).main.content)).pages

    lines = [line for page in pages for line in page.extract_text().split()]
    assert lines.count(word) == 30  # in the table it is wider than its column
    assert endless not in lines
    assert endless in "".join(lines)


# ---------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize("form", Form)
def test_an_empty_report_is_a_report(form: Form) -> None:
    table = Table(name="none", title="빈 표", columns=(Column(title="x", kind=Kind.TIME),), rows=())
    for report in (document(), document(table)):
        assert render(report, form).main.content


_LONG = """
from pathlib import Path
from itsm_sync.reports.document import Form
from itsm_sync.reports.forms import render
from tests.hostile_report import long
report = long(20_000)
sizes = [len(render(report, form).main.content)
         for form in (Form.HTML, Form.XLSX, Form.PDF)]
status = Path("/proc/self/status").read_text()  # rusage counts what ran before the exec as well
print(min(sizes), status.partition("VmHWM:")[2].split()[0])
"""


def test_a_table_of_twenty_thousand_rows_takes_bounded_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LONG], cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT}/scripts"},
        capture_output=True, text=True, timeout=280, check=True,
    )  # fmt: skip
    smallest, kilobytes = map(int, done.stdout.split())
    assert smallest > 10_000
    assert kilobytes < 400_000


def test_nothing_but_making_a_report_loads_the_heavy_libraries() -> None:
    code = (
        "import sys, itsm_sync.cli, itsm_sync.reports.forms\n"
        "heavy = {'altair', 'vl_convert', 'weasyprint', 'fontTools', 'xlsxwriter'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


# --------------------------------------------------------------------------------- headings


@pytest.mark.parametrize("form", [Form.HTML, Form.MARKDOWN, Form.TEXTILE, Form.MAIL])
def test_a_table_called_like_its_section_has_no_second_heading(form: Form) -> None:
    table = Table(name="one", title="팀별 일감", columns=(Column(title="팀"),), rows=(("IT",),))
    other = replace(table, name="two", title="그 밖의 것")
    section = Section(title="팀별 일감", blocks=(table, other))
    page = render(replace(sample("ko"), sections=(section,)), form).main.content.decode()
    assert page.count("팀별 일감") == 1
    assert page.count("그 밖의 것") == 1
    if form is Form.HTML:  # where the table is called by the section's heading
        assert '<table aria-labelledby="part-1">' in page


def test_a_zero_among_counts_is_quiet_and_one_of_a_share_is_not() -> None:
    columns = (Column(title="a", kind=Kind.NUMBER), Column(title="b", kind=Kind.SHARE))
    table = Table(name="one", title="표", columns=columns, rows=((0, 0.0), (1, 0.5)))
    section = Section(title="수", blocks=(table,))
    page = render(replace(sample("ko"), sections=(section,)), Form.HTML).main.content.decode()
    assert page.count('<span class="zero">') == 1
