"""What the shipped file says of machines and capacity, and what is told where it is wrong."""

import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.watching import Capacity, Controllers, Lived, Nodes, Outages, Storms
from itsm_sync.settings.load import load

ROOT = Path(__file__).parents[2]
EMPTY = {"due_days", "subject", "intro"}
CAPACITY = Capacity()
SECTIONS: dict[str, Any] = {
    "nodes": Nodes(),
    "controllers": Controllers(),
    "outages": Outages(),
    "storms": Storms(),
    "capacity.disk": CAPACITY.disk,
    "capacity.memory": CAPACITY.memory,
    "capacity.queue": CAPACITY.queue,
    "capacity.slower": CAPACITY.slower,
}


def written() -> dict[str, Any]:
    found = YAML(typ="safe").load((ROOT / "config/signals.yaml").read_text(encoding="utf-8"))
    return found | {f"capacity.{name}": part for name, part in found["capacity"].items()}


def test_the_shipped_file_writes_out_what_is_meant_without_it() -> None:
    watching = load(ROOT / "config", {}, secrets=False).watching
    assert watching is not None
    for name, shipped in SECTIONS.items():
        if "." not in name:
            assert getattr(watching, name) == shipped
    assert watching.capacity == CAPACITY


@pytest.mark.parametrize("name", SECTIONS)
def test_the_shipped_file_names_every_option_that_has_a_value(name: str) -> None:
    assert set(written()[name]) == {f.name for f in fields(SECTIONS[name])} - EMPTY


@pytest.mark.parametrize("document", ["docs/signals.md", "docs/signals.ko.md"])
def test_every_option_is_described(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for name, section in SECTIONS.items():
        own = {f.name for f in fields(section)} - {f.name for f in fields(Lived)}
        assert [option for option in sorted(own) if f"`{name}.{option}`" not in text] == []
    assert [f.name for f in fields(Lived) if f"`{f.name}`" not in text] == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nodes: {subject: '{host} is down'}", "{host}"),
        ("outages: {jobs: 1}", "`jobs`"),
        ("storms: {more_than: 0}", "`more_than`"),
        ("storms: {when_taken: leave}", "'note', 'close'"),
        ("capacity: {slower: {times: 1}}", "`times`"),
        ("capacity: {queue: {longer_than: 1 hour}}", "duration"),
        ("capacity: {disc: {}}", "unknown key"),
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
