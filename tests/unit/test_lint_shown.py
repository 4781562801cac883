"""The lint's findings are shown with file and line."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from itsm_sync.operations.rules import lint as rules_lint
from itsm_sync.settings import Settings, load

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def broken(tmp_path: Path) -> Settings:
    """The shipped configuration with one unused stage and one line of ownership too many."""
    directory = tmp_path / "config"
    shutil.copytree(CONFIG, directory)
    matrix = directory / "matrix.yaml"
    text = matrix.read_text(encoding="utf-8")
    text = text.replace("stages:\n", "stages:\n  nap: {ko: 낮잠, en: Nap}\n")
    text = text.replace(
        "ownership:\n", "ownership:\n  - {process: incident, row: it.incident}\n", 1
    )
    matrix.write_text(text, encoding="utf-8")
    return load(directory, {}, secrets=False)


def line_of(settings: Settings, text: str, skip: int = 0) -> int:
    lines = Path(settings.documents["matrix"].file).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][skip]


def shown(settings: Settings, language: str) -> str:
    file = StringIO()
    found = rules_lint.run(settings)
    rules_lint.render(found, settings.matrix, Console(file=file, width=300), language)
    return file.getvalue()


def test_the_shipped_configuration_has_no_findings() -> None:
    found = rules_lint.run(load(CONFIG, {}, secrets=False))
    assert [(one.place, one.finding.kind) for one in found] == []


def test_each_finding_knows_its_file_and_line(broken: Settings) -> None:
    found = rules_lint.run(broken)
    assert {(one.finding.kind, one.line) for one in found} == {
        ("unused", line_of(broken, "nap:")),
        ("ownership-covered", line_of(broken, "process: incident, domain: security")),
        ("ownership-covered", line_of(broken, "process: incident, row", 1)),
    }
    assert {one.file for one in found} == {broken.documents["matrix"].file}


@pytest.mark.parametrize(
    ("language", "sentence"), [("ko", "nap은(는) 쓰이지 않습니다"), ("en", "nap is never used")]
)
def test_the_table_says_what_is_wrong_in_the_readers_language(
    broken: Settings, language: str, sentence: str
) -> None:
    table = shown(broken, language)
    assert sentence in table
    assert f"matrix.yaml:{line_of(broken, 'nap:')}" in table


def test_json_has_findings_assumed_letters_and_notes(broken: Settings) -> None:
    document = rules_lint.as_json(rules_lint.run(broken), broken.matrix, "en")
    document = json.loads(json.dumps(document))
    assert {finding["kind"] for finding in document["findings"]} == {"unused", "ownership-covered"}
    assert document["findings"][0].keys() == {"file", "line", "path", "kind", "message"}
    assert {"process": "incident", "stage": "*", "letters": ["A", "C", "I"]} in document["assumed"]
    assert len(document["notes"]) == len(broken.matrix.notes)
