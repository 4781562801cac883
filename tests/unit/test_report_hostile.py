"""Two hundred hostile texts in every place of a report come out as text, in every form."""

import csv
import re
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

from markdown_it import MarkdownIt
from pypdf import PdfReader

from itsm_sync.reports.document import Form, Table
from itsm_sync.reports.forms import render
from itsm_sync.reports.forms.fitting import fit
from tests.hostile_report import COUNT, OURS, document, hostile, texts
from tests.unit.test_report_forms import Outline

_TURNING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PICTURE = re.compile(r"monthly\.20260601-20260630\.ko\.[a-z0-9]+\.png")
OWN = {"html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section",
       "footer",
       "h1", "h2", "h3", "p", "ul", "ol", "li", "a", "dl", "div", "dt", "dd", "b", "figure",
       "figcaption", "svg", "g", "path", "rect", "line", "text", "tspan", "defs", "clippath",
       "table", "thead", "tbody", "tfoot", "tr", "th", "td", "span", "abbr"}  # fmt: skip


@cache
def content(form: Form) -> bytes:
    return render(hostile(), form).main.content


class Cells(Outline):
    """The text of the cells of a page's first table."""

    def __init__(self, page: str) -> None:
        self.cells: list[str] = []
        self._open = False
        super().__init__(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag in ("td", "th"):
            self._open = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.cells[-1] += data


def test_there_are_two_hundred() -> None:
    assert len(texts()) == COUNT


def test_a_page_has_only_our_tags_attributes_and_links() -> None:
    page = Cells(content(Form.HTML).decode())
    assert {tag for tag, _ in page.tags} <= OWN
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src")]
    links = {a["href"] for a in page.of("a")}
    assert {link for link in links if link and not link.startswith("#part-")} == {OURS}
    assert {fit(text) for text in texts()} <= set(page.cells)


def test_no_form_has_what_turns_text_round_or_commands_a_terminal() -> None:
    for form in (Form.HTML, Form.MARKDOWN, Form.TEXTILE):
        assert not _TURNING.search(content(form).decode()), form


def test_a_workbook_has_no_formula_and_only_our_links() -> None:
    book = ZipFile(BytesIO(content(Form.XLSX)))
    for name in book.namelist():
        if name.endswith((".xml", ".rels")):
            page = ElementTree.fromstring(book.read(name))
            assert not [e for e in page.iter() if e.tag.endswith("}f")], name
            for link in page.iter():
                if link.get("TargetMode") == "External":
                    assert link.get("Target") == OURS
    strings = {
        "".join(one.itertext()) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    }
    assert len({fit(text) for text in texts()} - strings) <= 1  # the empty one


def test_tables_for_machines_have_no_formula() -> None:
    archive = ZipFile(BytesIO(content(Form.CSV)))
    starts = set()
    for name in archive.namelist():
        for row in csv.reader(StringIO(archive.read(name).decode("utf-8-sig"), newline="")):
            starts |= {cell[0] for cell in row if cell and not re.fullmatch(r"-?[\d.]+", cell)}
    assert starts.isdisjoint("=+-@\t\r＝＋－＠")
    assert all(re.fullmatch(r"[a-z0-9-]+\.csv", name) for name in archive.namelist())


def test_markdown_makes_no_mark_of_a_text() -> None:
    source = content(Form.MARKDOWN).decode()
    for kind in ("gfm-like", "commonmark"):
        page = Cells(
            MarkdownIt(kind, {"html": True, "linkify": False}).enable("table").render(source)
        )
        assert {tag for tag, _ in page.tags} <= {
            "h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "a",
            "img", "hr", "blockquote",
        }, kind  # fmt: skip
        assert {a["href"] for a in page.of("a")} == {OURS}
        assert all(PICTURE.fullmatch(a["src"] or "") for a in page.of("img"))
        assert {fit(text).replace("\xa0", " ") for text in texts()} <= set(page.cells), kind


def test_paper_has_only_our_links_and_tells_the_texts() -> None:
    (whole, *_) = hostile().sections[0].blocks
    assert isinstance(whole, Table)
    some = replace(
        whole, columns=whole.columns[:2], total=(), rows=tuple(row[:2] for row in whole.rows[:34])
    )
    reader = PdfReader(BytesIO(render(document(some), Form.PDF).main.content))
    annotations = [one.get_object() for page in reader.pages for one in page.get("/Annots", [])]
    assert {str(one["/A"]["/URI"]) for one in annotations if "/A" in one} == {OURS}
    root = reader.trailer["/Root"]
    assert {"/OpenAction", "/AA", "/AcroForm"}.isdisjoint(root)
    assert set(root["/Names"]) == {"/Dests"}
    said = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for text in ("<script>alert(1)</script>", "{{thumbnail(x.png)}}", "#1##1#1-2"):
        assert text in said
