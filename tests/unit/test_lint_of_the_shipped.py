"""The shipped configuration, sound as it is, and broken in each way that the lint knows."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from itsm_sync.model.matrix import Matrix
from itsm_sync.model.rules import RuleBook
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.operations.rules import lint as rules_lint
from itsm_sync.operations.rules.lint import Located
from itsm_sync.settings import Settings, load
from itsm_sync.settings.documents import Document, read

CONFIG = Path(__file__).parents[2] / "config"
DOCUMENTS = CONFIG.parent / "docs"
LINT = CONFIG.parent / "itsm_sync" / "routing" / "lint"

BOTH = "{ko: 새 것, en: New}"
ROW = f"name: {BOTH}, role: {BOTH}, responsibility: {BOTH}"
DUTY = f"name: {BOTH}, text: {BOTH}"
LAST = "  - {row: it.service-desk}\n"

# kind -> the file, the edits (a text there, and what stands instead), and on which line the finding
# is: the n-th that has this text
Edits = tuple[tuple[str, str], ...]
BROKEN: dict[str, tuple[str, Edits, tuple[str, int]]] = {}


def breaks(kind: str, file: str, *edits: tuple[str, str], at: str, nth: int = 1) -> None:
    BROKEN[kind] = (file, edits, (at, nth))


def below(heading: str, line: str) -> tuple[str, str]:
    """A line more below a heading."""
    return f"\n{heading}:\n", f"\n{heading}:\n{line}\n"


def rule(text: str, axis: str = "process") -> tuple[str, str]:
    """A rule more at the top of an axis."""
    return below(f"  {axis}", f"    - {{name: 새 규칙, {text}}}")


breaks(
    "row-twice",
    "matrix",
    below("rows", f"  - {{id: it.service-desk, team: new-business, {ROW}}}"),
    at="id: it.service-desk",
    nth=2,
)
breaks(
    "row-team-unknown", "matrix", below("rows", f"  - {{id: x, team: nobody, {ROW}}}"), at="id: x"
)
breaks(
    "row-unreached",
    "matrix",
    below("rows", f"  - {{id: x, team: new-business, {ROW}}}"),
    at="id: x",
)
breaks("team-without-rows", "matrix", below("teams", f"  idle: {{name: {BOTH}}}"), at="idle:")
breaks("name-missing", "matrix", below("processes", "  x: {ko: ' ', en: Blank}"), at="x: {ko: ' '")
breaks(
    "name-shared",
    "matrix",
    below("processes", "  x: {ko: 사건 관리, en: Again}"),
    at="incident: {ko: 사건 관리",
)
breaks("unused", "matrix", below("domains", f"  x: {BOTH}"), at=f"x: {BOTH}")
for part, unknown in (("process", "magic"), ("domain", "moon"), ("stage", "nap")):
    breaks(
        f"ownership-{part}-unknown",
        "matrix",
        below("ownership", f"  - {{{part}: {unknown}, row: it.problem}}"),
        at=unknown,
    )
breaks(
    "ownership-row-unknown",
    "matrix",
    below("ownership", "  - {process: csi, row: ghost}"),
    at="ghost",
)
breaks(
    "ownership-covered",
    "matrix",
    below("ownership", "  - {process: incident, row: it.incident}"),
    at="{process: incident, domain: security, row: it.security}",
)
breaks("ownership-end-missing", "matrix", (LAST, ""), at="row: nb.service-owner}")
breaks(
    "responsible-missing",
    "matrix",
    (LAST, ""),
    ("{process: service-request, row", "{process: service-request, stage: plan, row"),
    at="ownership:",
)
breaks(
    "project-unknown",
    "matrix",
    below("ownership", "  - {project: abc-apps, process: csi, row: nb.csi}"),
    at="abc-apps",
)
breaks(
    "raci-process-unknown",
    "matrix",
    below("raci", "  - {process: magic, accountable: it.csi}"),
    at="magic",
)
breaks(
    "raci-stage-unknown",
    "matrix",
    below("raci", "  - {process: csi, stage: nap, accountable: it.csi}"),
    at="nap",
)
breaks(
    "raci-row-unknown",
    "matrix",
    below("raci", "  - {process: csi, stage: none, accountable: it.csi, informed: [ghost]}"),
    at="ghost",
)
breaks(
    "raci-covered",
    "matrix",
    below("raci", "  - {process: change, accountable: it.change}"),
    at="  - process: change",
)
breaks(
    "accountable-twice",
    "matrix",
    below("raci", "  - {process: problem, accountable: it.csi}"),
    at="  - process: problem",
)
breaks(
    "accountable-missing",
    "matrix",
    ("  - process: problem\n", "  - process: problem\n    stage: none\n"),
    at="raci:",
)
breaks(
    "letter-twice",
    "matrix",
    below("raci", "  - {process: csi, stage: none, accountable: it.csi, consulted: [it.csi]}"),
    at="consulted: [it.csi]}",
)
breaks(
    "responsible-told-of-own-work",
    "matrix",
    below("raci", "  - {process: problem, accountable: it.csi, consulted: [it.problem]}"),
    at="consulted: [it.problem]",
)
breaks(
    "assumed-without-letter",
    "matrix",
    below("raci", "  - {process: csi, stage: none, accountable: it.csi, assumed: [C]}"),
    at="assumed: [C]",
)
breaks(
    "duty-team-unknown",
    "matrix",
    below("without_row", f"  - {{{DUTY}, section: x, team: nobody}}"),
    at="team: nobody",
)
breaks(
    "duty-of-another-team",
    "matrix",
    ("    duties:\n", f"    duties:\n      - {{{DUTY}, section: x, team: new-business}}\n"),
    at="section: x",
)
breaks(
    "duty-twice",
    "matrix",
    below("without_row", "  - {name: 보안 관리, text: x, section: '1.1', team: it-planning}"),
    at="text: x",
)
breaks("axis-missing", "rules", ("\n  domain:\n", "\n  realm:\n"), at="rules:")
breaks(
    "axis-end-conditional",
    "rules",
    (
        "    - name: 서비스 데스크가 분류할 항목\n",
        "    - name: 서비스 데스크가 분류할 항목\n      when: {closed: false}\n",
    ),
    at="closed: false",
)
breaks(
    "rule-name-twice",
    "rules",
    below("  process", "    - {name: 빌드 노드, when: {kind: x}, then: csi}"),
    at="name: 빌드 노드",
    nth=2,
)
breaks("rule-then-unknown", "rules", rule("when: {kind: x}, then: magic"), at="then: magic")
breaks(
    "rule-over-unknown",
    "rules",
    rule("when: {kind: x}, then: csi, over: [magic]"),
    at="over: [magic]",
)
breaks("condition-unreadable", "rules", rule("when: {kind: {near: 1}}, then: csi"), at="near: 1")
breaks("rule-after-always", "rules", rule("then: csi"), at="name: GitHub 보안 경고")
breaks(
    "rule-covered",
    "rules",
    rule("when: {kind: node}, then: infrastructure"),
    at="name: 디스크가 부족한 빌드 노드",
)
breaks("rule-contradicts", "rules", rule("when: {kind: node}, then: csi"), at="name: 빌드 노드")
breaks(
    "target-covered",
    "sla",
    ("\ntargets:\n", "\ntargets:\n  - {team: [it-planning, new-business]}\n"),
    at="{process: problem",
)
breaks(
    "hours-unused",
    "sla",
    ("\nholidays:\n", "  nights:\n    days: {mon-sun: [00:00-06:00]}\n\nholidays:\n"),
    at="nights:",
)
breaks("worked-no-holiday", "sla", ("worked: []", "worked: [2026-05-04]"), at="worked:")


@cache
def shipped() -> Settings:
    return load(CONFIG, {}, secrets=False)


def broken(directory: Path, kind: str) -> Settings:
    """The shipped configuration with one file of another text."""
    file, edits, _ = BROKEN[kind]
    text = (CONFIG / f"{file}.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = directory / f"{file}.yaml"
    path.write_text(text, encoding="utf-8")
    document = read(path)
    assert isinstance(document, Document)
    part: dict[str, Any]
    if file == "sla":
        part = {"sla": TypeAdapter(ServiceLevels).validate_python(document.value)}
    elif file == "matrix":
        part = {"matrix": TypeAdapter(Matrix).validate_python(document.value)}
    else:
        part = {"rules": TypeAdapter(RuleBook).validate_python(document.value["rules"])}
    return replace(shipped(), documents={**shipped().documents, file: document}, **part)


def expected_line(settings: Settings, kind: str) -> int:
    file, _, (at, nth) = BROKEN[kind]
    lines = Path(settings.documents[file].file).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, start=1) if at in line][nth - 1]


@pytest.mark.parametrize("kind", BROKEN)
def test_each_way_to_break_it_is_told_by_its_kind_at_its_line(kind: str, tmp_path: Path) -> None:
    settings = broken(tmp_path, kind)
    found: tuple[Located, ...] = rules_lint.run(settings)
    places = {(one.finding.kind, Path(one.file).stem, one.line) for one in found}

    assert (kind, BROKEN[kind][0], expected_line(settings, kind)) in places


def test_these_are_all_kinds_that_the_lint_knows_and_more_than_twenty() -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in LINT.glob("*.py"))
    told = set(
        re.findall(
            r'^ +f?"((?:[a-z]+|\{[\w\[\]]+\})(?:-(?:[a-z]+|\{[\w\[\]]+\}))+)",$', said, re.MULTILINE
        )
    )
    parts = {name for name in told if "{" in name}

    assert told - parts <= set(BROKEN)
    assert len(BROKEN) >= 20


def test_it_has_no_finding_and_names_the_documents_own_conflicts_as_notes() -> None:
    settings = shipped()
    told = rules_lint.as_json(rules_lint.run(settings), settings.matrix, "ko")

    assert told["findings"] == []
    assert len(told["notes"]) >= 20
    assert all(note["sections"] and note["text"] for note in told["notes"])
    assert any("5.1" in note["sections"] for note in told["notes"])


@pytest.mark.parametrize("page", ["matrix.md", "matrix.ko.md"])
def test_every_kind_is_explained(page: str) -> None:
    text = (DOCUMENTS / page).read_text(encoding="utf-8")

    assert {kind for kind in BROKEN if f"`{kind}`" not in text} == set()
