"""What was read once is answered as if it were read anew."""

from pathlib import Path

import pytest
from sandbox.configuration import SHIPPED
from sandbox.remembering import Remembering

from itsm_sync.model.errors import Problem
from itsm_sync.settings import documents
from itsm_sync.settings.documents import Document


@pytest.fixture
def reader() -> Remembering:
    return Remembering(documents.parsed)


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.name)
def test_a_text_read_again_is_the_same_document_under_its_own_name(
    reader: Remembering, file: Path
) -> None:
    text = file.read_text(encoding="utf-8")
    first, again = reader("here", text), reader("there", text)
    assert isinstance(first, Document)
    assert isinstance(again, Document)
    assert (first.file, again.file) == ("here", "there")
    assert (again.value, again.lines, again.text) == (first.value, first.lines, text)


def test_nobody_spoils_it_for_the_next(reader: Remembering) -> None:
    first = reader("a", "one: [1]")
    assert isinstance(first, Document)
    first.value["one"].append(2)
    again = reader("a", "one: [1]")
    assert isinstance(again, Document)
    assert again.value == {"one": [1]}


def test_another_text_is_another_document_and_a_wrong_one_is_told_each_time(
    reader: Remembering,
) -> None:
    for text in ("a: 1", "a: 2"):
        read = reader("a", text)
        assert isinstance(read, Document)
        assert read.text == text
    for name in ("a", "b"):
        wrong = reader(name, "- 1")
        assert isinstance(wrong, Problem)
        assert wrong.file == name
