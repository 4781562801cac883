"""What each command does is told in the configuration's language, and in no other."""

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from itsm_sync.cli import cli, run
from itsm_sync.cli.helping import paragraphs
from itsm_sync.locale import catalogue
from itsm_sync.model.reporting import FORMS

SHIPPED = Path(__file__).parents[2] / "config"
_HANGUL = re.compile("[가-힣]")
# Names: of commands, options, files, systems, formats, values; what stands in back quotes.
_NAMED = re.compile(
    r"`[^`]*`|--[\w-]+|\S*[._/|…]\w\S*|(?<![A-Za-z])[A-Z][A-Z_]+(?![a-z])|\[[^\]]*\]"
)
_NAMES = {
    "itsm-sync", "Redmine", "Ruby", "R&R", "lines", "id", "ko", "en",
    "rails", "text", "json", "digest", "harbour", "table",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")


def _every(group: TyperGroup, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _every(command, *path, name)
        else:
            assert isinstance(command, TyperCommand)
            yield (*path, name)


@cache
def _whole() -> TyperGroup:
    made = typer.main.get_command(cli)
    assert isinstance(made, TyperGroup)
    return made


COMMANDS = tuple(_every(_whole()))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped configuration, told in English."""
    made = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("en") / "config"))
    settings = made / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("language: ko", "language: en")
    settings.write_text(text, encoding="utf-8")
    return made


def _english(told: str, path: tuple[str, ...]) -> list[str]:
    """Answer the English words of a help that are no names."""
    names = {*_NAMES, *path, *_whole().commands}
    words = _WORD.findall(_NAMED.sub(" ", told))
    return [word for word in words if word not in names]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_a_command_is_in_one_language(
    path: tuple[str, ...], english: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(SHIPPED), *path, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"사용법: {' '.join(('itsm-sync', *path))}")
    assert "옵션\n" in told
    names = [line.split("  ")[1] for line in told.splitlines() if line.startswith("  ")]
    for name in names:
        told = told.replace(f"  {name}  ", "  ")
    assert _english(told, path) == []
    assert run([*path, "--help", "--config", str(english)]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"Usage: {' '.join(('itsm-sync', *path))}")
    assert _HANGUL.findall(told) == []


def test_a_narrow_window_cuts_no_word_of_a_help(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for path in COMMANDS:
        run(["--config", str(SHIPPED), *path, "--help"])
        _, *told = capsys.readouterr().out.splitlines()
        assert [line for line in told if "…" in line.replace("]…", "")] == [], path


def test_the_look_for_english_finds_it() -> None:
    assert _english("계획을 이 파일에 Write the plan to this file (0600).", ()) != []


def _texts(command: TyperCommand | TyperGroup) -> Iterator[str]:
    yield from paragraphs(command.help)
    for parameter in command.params:
        yield from paragraphs(getattr(parameter, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from _texts(below)


def test_every_option_and_argument_says_what_it_is_for_and_has_a_korean_sentence() -> None:
    for path in COMMANDS:
        found: TyperCommand | TyperGroup = _whole()
        for name in path:
            found = found.commands[name]  # type: ignore[union-attr,assignment]
        for parameter in found.params:
            assert getattr(parameter, "help", None), (path, parameter.name)
    assert [text for text in _texts(_whole()) if text not in catalogue("ko")] == []


def test_the_forms_of_a_report_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    run(["report", "--help", "--config", str(SHIPPED)])
    told = "".join(capsys.readouterr().out.split())
    assert "|".join(FORMS) in told
    assert "[기본값:table]" not in told


def test_help_is_told_where_there_is_no_configuration_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert run(["prune", "--help", "--config", str(tmp_path / "nowhere")]) == 0
    assert "Usage: itsm-sync prune [OPTIONS]" in capsys.readouterr().out
