"""What the shipped file says of builds and deliveries, and what is told where it is wrong."""

from dataclasses import fields
from pathlib import Path

import pytest
from ruamel.yaml import YAML

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
