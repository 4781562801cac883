"""What the shipped file says of builds and deliveries, and what is told where it is wrong."""

import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.watching import Builds, Deliveries
from itsm_sync.settings.load import load

ROOT = Path(__file__).parents[2]


def test_the_shipped_file_writes_out_what_is_meant_without_it() -> None:
    watching = load(ROOT / "config", {}, secrets=False).watching
    assert watching is not None
    assert (watching.builds, watching.deliveries) == (Builds(), Deliveries())


def test_the_shipped_file_names_every_option_that_has_a_value() -> None:
    written = YAML(typ="safe").load((ROOT / "config/signals.yaml").read_text(encoding="utf-8"))
    empty = {"due_days", "subject", "intro"}
    assert set(written["builds"]) == {f.name for f in fields(Builds)} - empty
    assert set(written["deliveries"]) == {f.name for f in fields(Deliveries)}


@pytest.mark.parametrize("document", ["docs/signals.md", "docs/signals.ko.md"])
def test_every_option_is_described(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for name, section in (("builds", Builds), ("deliveries", Deliveries)):
        assert [f.name for f in fields(section) if f"`{name}.{f.name}`" not in text] == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("builds: {subject: '{jop} failed'}", "{jop}"),
        ("builds: {when_taken: clsoe}", "'note', 'close'"),
        ("builds: {after_deployment: soon}", "duration"),
        ("deliveries: {forget: 3d}", "unknown key"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    (folder / "signals.yaml").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load(folder, {}, secrets=False)
    (problem,) = raised.value.problems
    assert told in str(problem)
    assert problem.line == 2
