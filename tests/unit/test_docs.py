"""The documents say what is there: commands, options, settings, tests; both languages alike."""

import json
import re
import shutil
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from itsm_sync.cli import cli, run
from itsm_sync.cli.call import DONE, NO_REDMINE, UNWELL, WRONG
from itsm_sync.model.tickets import BUILT_IN, FieldName
from itsm_sync.settings.load import KNOWN
from itsm_sync.settings.schema import General

ROOT = Path(__file__).parents[2]
README = ("README.md", "README.ko.md")
SETTINGS = ("docs/settings.md", "docs/settings.ko.md")
RULES = ("docs/rules.md", "docs/rules.ko.md")
EVERYWHERE = {"--config", "--json", "--verbose", "--version", "--help"}
PAIRS = tuple(
    (str(korean.relative_to(ROOT)).replace(".ko.md", ".md"), str(korean.relative_to(ROOT)))
    for korean in sorted([*ROOT.glob("*.ko.md"), *(ROOT / "docs").glob("*.ko.md")])
)
DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
)
_TEST = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CONDITION = re.compile(r"^\| `(\w+: [^`]+)`", re.MULTILINE)
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    """The document without its blocks of code."""
    return _FENCE.sub("", text(name))


def headings(name: str) -> list[int]:
    """How deep each heading is, in their order."""
    return [len(found) for found in re.findall(r"^(#+) ", prose(name), re.MULTILINE)]


def tables(name: str) -> list[int]:
    """How many lines each table has, in their order."""
    lines = [line.startswith("|") for line in text(name).splitlines()] + [False]
    sizes, size = [], 0
    for row in lines:
        if row:
            size += 1
        elif size:
            sizes.append(size)
            size = 0
    return sizes


def blocks(name: str) -> list[str]:
    """The document's blocks of code, without their fences."""
    return [block.split("\n", 1)[1].rpartition("\n")[0] for block in _FENCE.findall(text(name))]


def options_in(name: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", text(name)))


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command with its full name (`rules test`), and its options."""
    root: Any = typer.main.get_command(cli)
    for name, command in root.commands.items():
        below = getattr(command, "commands", {})
        for full, found in (
            {f"{name} {n}": c for n, c in below.items()} or {name: command}
        ).items():
            given = {flag for p in found.params for flag in (*p.opts, *p.secondary_opts)}
            yield full, {flag for flag in given if flag.startswith("--")}


def keys(model: type[BaseModel]) -> Iterator[str]:
    """Every key that may stand in a file made of `model`; not what only the environment gives."""
    for name, field in model.model_fields.items():
        if name in ("api_key", "user", "token", "secrets"):
            continue
        yield name
        for below in _models(field.annotation):
            yield from keys(below)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def anchors(name: str) -> set[str]:
    """The anchors that a document's headings make."""
    titles = re.findall(r"^#+ (.+)$", prose(name), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# ------------------------------------------------------------------------------ both languages


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_both_languages_have_the_same_headings_and_tables(english: str, korean: str) -> None:
    assert headings(english) == headings(korean)
    assert tables(english) == tables(korean)


def test_both_readmes_name_the_same_commands_and_options() -> None:
    named = [
        set(re.findall(r"`itsm-sync ([a-z]+(?: test| lint| diff| replay)?)", text(n)))
        for n in README
    ]

    assert named[0] == named[1]
    assert options_in(README[0]) == options_in(README[1])


def test_the_guide_to_rules_has_the_same_examples_in_both_languages() -> None:
    assert blocks(RULES[0]) == blocks(RULES[1])
    assert _CONDITION.findall(text(RULES[0])) == _CONDITION.findall(text(RULES[1]))


# ------------------------------------------------------------------------------ what is there


@pytest.mark.parametrize("readme", README)
def test_every_command_and_option_is_described(readme: str) -> None:
    named = text(readme)
    described = options_in(readme)
    for name, options in commands():
        assert f"`itsm-sync {name}" in named
        assert options <= described, name


@pytest.mark.parametrize("readme", README)
def test_no_option_is_described_that_is_not_there(readme: str) -> None:
    there = EVERYWHERE.union(*(options for _, options in commands()))

    assert options_in(readme) <= there


@pytest.mark.parametrize("readme", README)
def test_every_exit_status_is_described(readme: str) -> None:
    for status in (DONE, UNWELL, WRONG, NO_REDMINE):
        assert re.search(rf"^\| {status} \|", text(readme), re.MULTILINE)


@pytest.mark.parametrize("document", SETTINGS)
def test_every_key_of_the_settings_is_described(document: str) -> None:
    described = set(re.findall(r"`([^`]+)`", text(document)))
    parts = {part for name in described for part in name.split(".")}

    assert set(keys(General)) - {"id", "name", "on"} <= parts
    assert {"notes.on", "notes.visibility", "id: N", "{name: ...}"} <= described
    fields: type[StrEnum] = FieldName
    assert {name.value for name in fields} - {name.value for name in BUILT_IN} <= described
    assert {f"{name}.yaml" for name in KNOWN} <= described


# ------------------------------------------------------------------------------ tests and links


def test_every_test_that_the_facts_name_is_there() -> None:
    named = _TEST.findall(text("docs/facts.md"))

    assert named
    for file, name in named:
        path = ROOT / file
        assert path.is_file(), file
        assert f"def {name}(" in path.read_text(encoding="utf-8"), f"{file}::{name}"


@pytest.mark.parametrize(("system", "count"), [("Redmine", 37), ("Jenkins", 17), ("GitHub", 17)])
def test_every_fact_has_a_line(system: str, count: int) -> None:
    part = text("docs/facts.md").partition(f"\n## {system}\n")[2].partition("\n## ")[0]

    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", part, re.MULTILINE)]
    assert numbers == list(range(1, count + 1))


def test_every_decision_is_in_the_list() -> None:
    files = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}

    assert files == set(_LINK.findall(text("docs/adr/README.md")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    for link in _LINK.findall(prose(document)):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (ROOT / document).parent / file if file else ROOT / document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(str(target.resolve().relative_to(ROOT.resolve()))), link


# ------------------------------------------------------------------------------ the guide to rules


class Draft:
    """A copy of the configuration, as the guide has its readers make one."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder / "draft"
        shutil.copytree(ROOT / "config", self.folder)
        self.capsys = capsys

    def asked(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Answer a command's exit status and its document."""
        status = run([*arguments, "--config", str(self.folder), "--json"])
        return status, json.loads(self.capsys.readouterr().out)

    def write(self, file: str, block: str, *, above: str = "") -> None:
        """Put a block into a file above a line, or at its end."""
        path = self.folder / file
        before = path.read_text(encoding="utf-8")
        if above:
            assert before.count(above) == 1
        after = before.replace(above, f"{block}\n{above}") if above else f"{before}{block}\n"
        path.write_text(after, encoding="utf-8")


@pytest.fixture
def draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Draft:
    return Draft(tmp_path, capsys)


def test_the_worked_example_of_the_rules_comes_out_as_it_is_told(
    draft: Draft, tmp_path: Path
) -> None:
    ticket, case, rule = (
        next(block for block in blocks(RULES[0]) if block.startswith(start))
        for start in ("{", "  - name: ", "    - name: ")
    )
    file = tmp_path / "ticket.json"
    file.write_text(ticket, encoding="utf-8")

    _, before = draft.asked("explain", "--item", str(file))
    assert (before["rule"], before["row"]) == ("사업을 말함", "nb.service-owner")
    assert not before["sure"]

    draft.write("cases.yaml", case)
    status, tested = draft.asked("rules", "test")
    (failed,) = tested["failed"]
    assert (status, failed["rules"][0]["rule"]) == (1, "사업을 말함")
    assert failed["case"] in case

    draft.write("rules.yaml", rule, above="    - name: 계정과 단말 요청\n")
    status, tested = draft.asked("rules", "test")
    assert status < WRONG, tested
    assert draft.asked("rules", "lint")[0] == 0
    _, after = draft.asked("explain", "--item", str(file))
    assert (after["rule"], after["row"]) == ("기기와 장비 대여", "it.service-desk")
    assert after["sure"]


def test_the_rule_that_the_guide_warns_of_fails_the_case_that_it_names(draft: Draft) -> None:
    (wide,) = set(re.findall(r"`(text: \[[^`]*)`", text(RULES[0])))
    rule = f"    - {{name: 너무 넓은 규칙, when: {{{wide}}}, then: service-request}}"
    draft.write("rules.yaml", rule, above="    - name: 계정과 단말 요청\n")

    status, tested = draft.asked("rules", "test")

    assert status == 1
    assert "VPN 장비" in {failed["case"] for failed in tested["failed"]}


def test_every_condition_that_the_guide_shows_can_be_read(draft: Draft) -> None:
    shown = _CONDITION.findall(text(RULES[0]))
    assert len(shown) == 7
    for number, condition in enumerate(shown):
        rule = f"    - {{name: 규칙 {number}, when: {{{condition}}}, then: change, weak: true}}"
        draft.write("rules.yaml", rule, above="    - name: 서비스 데스크가 분류할 항목\n")

    status, tested = draft.asked("rules", "test")
    assert status < WRONG, tested
