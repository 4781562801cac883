"""Items given by hand to `explain --item`, odd ones too."""

import io
from pathlib import Path

import pytest

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.items import Item
from itsm_sync.operations.explain.given import read_items


def given(tmp_path: Path, content: bytes) -> list[Item]:
    file = tmp_path / "item.json"
    file.write_bytes(content)
    return list(read_items(file, io.StringIO()))


def test_text_that_no_terminal_takes_is_cleaned(tmp_path: Path) -> None:
    content = (
        b'{"title": "\\ud800a\\u0000b", "facts": {"labels": ["\\udfffc"], "tracker": "\\ud800"}}'
    )
    (item,) = given(tmp_path, content)
    assert (item.title, item.facts) == ("ab", {"labels": ("c",), "tracker": ""})


def test_a_byte_order_mark_and_other_line_ends_are_no_fault(tmp_path: Path) -> None:
    text = '\ufeff{"title": "a\u2028b"}\r\n{"title": "c"}\n'
    assert [item.title for item in given(tmp_path, text.encode())] == ["a\u2028b", "c"]


def test_json_nested_without_end_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        given(tmp_path, b'{"title": "a"}\n' + b"[" * 100_000)
    (problem,) = caught.value.problems
    assert (problem.line, "is not JSON" in str(problem.text)) == (2, True)
