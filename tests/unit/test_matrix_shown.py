"""The matrix is shown whole and readable in every format and language."""

import csv
import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from pydantic import TypeAdapter
from rich.cells import cell_len

from itsm_sync.model.matrix import Letter, Matrix
from itsm_sync.model.words import Words
from itsm_sync.operations.matrix.formats import FORMATS, as_json, render
from itsm_sync.operations.matrix.view import Cell, lines
from itsm_sync.settings.documents import Document, read

CONFIG = Path(__file__).parents[2] / "config"
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@cache
def matrix() -> Matrix:
    document = read(CONFIG / "matrix.yaml")
    assert isinstance(document, Document)
    return TypeAdapter(Matrix).validate_python(document.value)


def named(ko: str) -> Matrix:
    """Answer the matrix with a first row called so."""
    first = replace(matrix().rows[0], name=Words(ko=ko, en=ko))
    return replace(matrix(), rows=(first, *matrix().rows[1:]))


def text_of(format_: str, language: str, shown: Matrix | None = None) -> str:
    rendered = render(shown or matrix(), format_, language)  # type: ignore[arg-type]
    assert isinstance(rendered, str)
    return rendered


def cells_of(process: str, stage: str) -> dict[str, Cell]:
    (line,) = [
        line
        for line in lines(matrix())
        if line.process == process and (stage in line.stages or (not stage and not line.stages))
    ]
    return dict(line.cells)


class Workbook:
    """What a spreadsheet program reads in an xlsx file."""

    def __init__(self, content: bytes) -> None:
        self._zip = ZipFile(BytesIO(content))
        strings = self._xml("xl/sharedStrings.xml")
        self.strings = ["".join(entry.itertext()) for entry in strings]
        self.names = [
            sheet.attrib["name"]
            for sheet in self._xml("xl/workbook.xml").iterfind(".//x:sheet", NAMESPACE)
        ]

    def _xml(self, path: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._zip.read(path))

    def sheet(self, number: int) -> ElementTree.Element:
        return self._xml(f"xl/worksheets/sheet{number}.xml")

    def rows(self, number: int) -> list[list[str]]:
        return [
            [self.strings[int(value.text or 0)] for value in row.iterfind("x:c/x:v", NAMESPACE)]
            for row in self.sheet(number).iterfind(".//x:row", NAMESPACE)
        ]


def workbook(language: str = "ko", shown: Matrix | None = None) -> Workbook:
    content = render(shown or matrix(), "xlsx", language)
    assert isinstance(content, bytes)
    return Workbook(content)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("format_", [name for name in FORMATS if name not in ("xlsx", "text")])
def test_every_row_is_shown_with_name_role_and_responsibility(format_: str, language: str) -> None:
    shown = re.sub(r"\\([|*_<\[`\\])", r"\1", text_of(format_, language).replace("&#x27;", "'"))
    for row in matrix().rows:
        for words in (row.name, row.role, row.responsibility):
            assert words[language].replace("&", "&amp;" if format_ == "html" else "&") in shown


@pytest.mark.parametrize("language", ["ko", "en"])
def test_on_a_terminal_every_line_of_a_table_is_equally_wide(language: str) -> None:
    framed = [
        line for line in text_of("text", language).splitlines() if line.startswith(tuple("│┃├└┏┡"))
    ]
    tables: list[set[int]] = []
    for line in framed:
        if line.startswith("┏"):
            tables.append(set())
        tables[-1].add(cell_len(line))
    assert len(tables) == 5
    assert all(len(widths) == 1 for widths in tables)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_rendering_twice_gives_the_same(language: str) -> None:
    for format_ in ("text", "md", "csv", "html"):
        assert text_of(format_, language) == text_of(format_, language)


def test_the_change_manager_answers_for_a_change_and_it_carries_it_out() -> None:
    cells = cells_of("change", "implement")
    assert cells["it.change-deployment"].letters == (Letter.R,)
    assert cells["nb.change-manager"] == Cell(letters=(Letter.A,), approval=True)
    assert cells_of("change", "plan")["nb.change-manager"] == Cell(letters=(Letter.A,))


def test_a_stage_that_needs_an_approval_is_marked_in_every_form() -> None:
    assert "A!" in workbook().strings
    for format_ in ("md", "html"):
        assert text_of(format_, "ko").count("A!") > text_of(format_, "ko").count("A!:")


def test_a_row_that_does_and_approves_has_both_letters_and_the_assumed_one_is_marked() -> None:
    assert cells_of("capacity", "")["it.capacity"] == Cell(
        letters=(Letter.R, Letter.A), assumed=frozenset({Letter.A})
    )


def test_a_row_responsible_in_one_domain_only_says_in_which() -> None:
    assert cells_of("csi", "")["nb.csi"].domains == ("business",)
    assert cells_of("csi", "")["it.csi"].domains == ()
    assert "R[비즈니스]" in workbook().strings


def test_stages_with_the_same_letters_share_a_line() -> None:
    (line,) = [
        line for line in lines(matrix()) if line.process == "change" and "implement" in line.stages
    ]
    assert set(line.stages) == {"implement", "build-test-deploy"}


def test_every_process_has_one_a_in_every_line() -> None:
    for line in lines(matrix()):
        accountable = [row for row, cell in line.cells.items() if Letter.A in cell.letters]
        assert len(accountable) == 1, line


def test_csv_opens_in_excel_as_one_table() -> None:
    content = text_of("csv", "ko")
    assert content.startswith("\ufeff")
    rows = list(csv.reader(StringIO(content.removeprefix("\ufeff"))))
    assert rows[0] == ["행", "팀", "분류", "역할", "책임", "도구", "R", "A", "C", "I"]
    assert len(rows) == 25
    assert {len(row) for row in rows} == {10}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_looks_like_a_formula_is_text_in_csv(start: str) -> None:
    name = f'{start}HYPERLINK("http://example.com")'
    content = text_of("csv", "ko", named(name)).removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(content, newline="")))
    assert rows[1][2] == f"'{name}"


def test_a_cell_that_looks_like_a_formula_or_an_address_is_text_in_excel() -> None:
    for name in ("=1+1", "http://example.com", "{=SUM(A1)}"):
        book = workbook(shown=named(name))
        assert name in book.strings
        for number in range(1, 6):
            assert book.sheet(number).find(".//x:f", NAMESPACE) is None
            assert book.sheet(number).find(".//x:hyperlink", NAMESPACE) is None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_workbook_has_a_sheet_for_each_table_with_filter_and_frozen_header(
    language: str,
) -> None:
    book = workbook(language)
    assert len(book.names) == 5
    for number in range(1, 6):
        sheet = book.sheet(number)
        assert sheet.find("x:autoFilter", NAMESPACE) is not None
        assert sheet.find(".//x:pane[@state='frozen']", NAMESPACE) is not None
    assert [len(book.rows(number)) for number in (1, 3, 4, 5)] == [
        1 + len(matrix().rows),
        1 + len(matrix().ownership),
        1 + 31,
        1 + len(matrix().notes),
    ]


def test_markdown_tables_keep_their_columns_whatever_a_cell_holds() -> None:
    shown = text_of("md", "ko", named("a|b\\c *d* <script>\ne"))
    table = [line for line in shown.splitlines() if line.startswith("| it.service-desk ")]
    assert len(table) == 1
    assert len(re.findall(r"(?<!\\)\|", table[0])) == 11
    assert "\\<script>" in table[0]


class _Page(HTMLParser):
    """Checks that tags close in order, and keeps what the page loads and says."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.text: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_well_formed_and_loads_nothing(language: str) -> None:
    content = text_of("html", language)
    page = _Page(content)
    assert page.open == []
    assert [address for address in page.loaded if not address.startswith("#")] == []
    assert "url(" not in content
    assert f'lang="{language}"' in content


def test_the_page_escapes_what_the_matrix_says() -> None:
    content = text_of("html", "ko", named("<script>alert(1)</script>"))
    assert "<script" not in content
    assert "&lt;script&gt;" in content


def test_the_page_has_every_note() -> None:
    said = " ".join("".join(_Page(text_of("html", "en")).text).split())
    for note in matrix().notes:
        assert " ".join(note.text.en.split()) in said


def test_json_has_every_part_by_id() -> None:
    document = json.loads(json.dumps(as_json(matrix(), "ko")))
    assert [row["id"] for row in document["rows"]] == [row.id for row in matrix().rows]
    assert len(document["ownership"]) == len(matrix().ownership)
    assert sum(duty["row"] is None for duty in document["duties"]) == 4
    (csi,) = [line for line in document["raci"] if line["process"] == "csi"]
    assert csi["letters"]["nb.csi"] == {
        "letters": ["R"],
        "assumed": [],
        "domains": ["business"],
        "approval": False,
    }
