"""The shipped matrix says what the document says, in its own words."""

import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from itsm_sync.model.matrix import Duty, Matrix, Row
from itsm_sync.settings.documents import Document, read

CONFIG = Path(__file__).parents[2] / "config"
RECORDINGS = os.environ.get("ITSM_SYNC_RECORDINGS")
DOCUMENT = Path(RECORDINGS or ".").parent / "mission" / "rr-mapping.ko.md"
needs_document = pytest.mark.skipif(
    RECORDINGS is None or not DOCUMENT.exists(),
    reason="ITSM_SYNC_RECORDINGS names no folder beside the document",
)
TEAMS = {"IT기획팀": "it-planning", "신사업팀": "new-business"}


@cache
def matrix() -> Matrix:
    document = read(CONFIG / "matrix.yaml")
    assert isinstance(document, Document)
    return TypeAdapter(Matrix).validate_python(document.value)


def duties() -> list[Duty]:
    attached = [duty for row in matrix().rows for duty in row.duties]
    return [*attached, *matrix().without_row]


def as_table_line(row: Row) -> str:
    cells = (row.name.ko, row.role.ko, row.responsibility.ko, ", ".join(row.tools) or "-")
    return " ".join(cells)


def table_lines() -> list[tuple[str, str]]:
    """Answer team and line of each row of the document's summary tables."""
    found, team, inside = [], "", False
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"(\S+)의 역할 및 책임", line):
            team, inside = TEAMS[heading.group(1)], True
        elif inside and line and not line.startswith(("분류 ", "이 업데이트된")):
            found.append((team, line))
    return found


def section_duties() -> list[tuple[str, str, str, str]]:
    """Answer section, team, name and text of each responsibility of sections 1 to 5."""
    found: list[tuple[str, str, str, list[str]]] = []
    section = team = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"(\d\.\d) (IT기획팀|신사업팀)", line):
            section, team = heading.group(1), TEAMS[heading.group(2)]
        elif name := re.fullmatch(r"  • (.+)", line):
            found.append((section, team, name.group(1), []))
        elif part := re.fullmatch(r"    • (.+)", line):
            found[-1][3].append(part.group(1))
    return [(*head, _text(parts)) for *head, parts in found]


def _text(parts: list[str]) -> str:
    # sections 2 to 5 have only 책임, which needs no name of its own
    return " ".join(parts) if len(parts) > 1 else parts[0].removeprefix("책임: ")


@needs_document
def test_each_row_is_a_line_of_the_documents_tables_word_for_word() -> None:
    assert [(row.team, as_table_line(row)) for row in matrix().rows] == table_lines()


@needs_document
def test_each_duty_of_sections_1_to_5_stands_in_the_matrix_once_word_for_word() -> None:
    ours = Counter((duty.section, duty.team, duty.name.ko, duty.text.ko) for duty in duties())
    assert ours == Counter(section_duties())


@needs_document
def test_every_section_a_note_names_is_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = {section for note in matrix().notes for section in note.sections} - {"0"}
    assert {s for s in named if not re.search(rf"^{re.escape(s)}[. ]", text, re.MULTILINE)} == set()


def test_it_planning_has_fifteen_rows_and_new_business_nine() -> None:
    assert Counter(row.team for row in matrix().rows) == {"it-planning": 15, "new-business": 9}


def test_each_section_gives_as_many_duties_as_the_document_has() -> None:
    counts = Counter(duty.section for duty in duties())
    assert counts == {
        "1.1": 7, "1.2": 3, "2.1": 6, "2.2": 3, "3.1": 4,
        "3.2": 1, "4.1": 2, "4.2": 2, "5.1": 1, "5.2": 2,
    }  # fmt: skip


def test_four_duties_have_no_row() -> None:
    assert [(duty.section, duty.name.ko) for duty in matrix().without_row] == [
        ("3.1", "모니터링 시스템 구축"),
        ("3.1", "로그 관리 시스템 도입"),
        ("3.2", "비즈니스 요구사항 기반 서비스 관리 도구 설정"),
        ("5.2", "비즈니스 요구사항 반영 서비스 개선"),
    ]


def test_only_one_row_has_no_tools() -> None:
    assert [row.id for row in matrix().rows if not row.tools] == ["nb.continuous-education"]


def test_the_only_duty_of_another_team_than_its_row_is_noted() -> None:
    moved = [
        (duty.section, row.id)
        for row in matrix().rows
        for duty in row.duties
        if duty.team != row.team
    ]
    assert moved == [("5.1", "nb.early-life-review")]
    noted = [note for note in matrix().notes if "5.1" in note.sections]
    assert any("nb.early-life-review" in note.text.en for note in noted)


def test_rows_that_notes_and_duties_speak_of_exist() -> None:
    rows = {row.id for row in matrix().rows}
    spoken = {
        name
        for note in matrix().notes
        for text in (note.text.ko, note.text.en)
        for name in re.findall(r"\b(?:it|nb)\.[a-z][a-z-]+", text)
    }
    assert spoken
    assert spoken <= rows


def test_both_languages_of_a_note_name_the_same_rows() -> None:
    for note in matrix().notes:
        korean, english = (
            set(re.findall(r"(?:it|nb)\.[a-z][a-z-]+", text))
            for text in (note.text.ko, note.text.en)
        )
        assert korean == english, note.text.en


def test_nothing_korean_is_left_without_an_english_name() -> None:
    named = [*matrix().processes.values(), *matrix().domains.values(), *matrix().stages.values()]
    for row in matrix().rows:
        named += [row.name, row.role, row.responsibility]
    for words in named:
        assert not re.search("[가-힣]", words.en), words
        assert re.search("[가-힣]", words.ko), words
