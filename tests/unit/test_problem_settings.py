"""What the shipped file says of problems, releases, alerts, and what is told where it is wrong."""

import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.watching import Problems, Releases, Security
from itsm_sync.settings.load import load

ROOT = Path(__file__).parents[2]
EMPTY = {"due_days", "subject", "intro"}
ALERTS = ("dependabot", "code_scanning", "secret_scanning")


def written() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(
        (ROOT / "config/signals.yaml").read_text(encoding="utf-8")
    )
    return found


def test_the_shipped_file_writes_out_what_is_meant_without_it() -> None:
    watching = load(ROOT / "config", {}, secrets=False).watching
    assert watching is not None
    assert watching.problems == Problems()
    assert watching.releases == Releases()
    assert watching.security == Security()


def test_the_shipped_file_names_every_option_that_has_a_value() -> None:
    file = written()
    assert set(file["problems"]) == {f.name for f in fields(Problems)} - EMPTY
    assert set(file["releases"]) == {f.name for f in fields(Releases)} - EMPTY
    assert set(file["security"]) == {f.name for f in fields(Security)}
    assert set(file["security"]["severities"]) == set(Security().severities)
    for name in ALERTS:
        options = {f.name for f in fields(getattr(Security(), name))} - EMPTY - {"priority"}
        left_out = set() if name == "secret_scanning" else {"severity"}
        assert set(file["security"][name]) == options - left_out


@pytest.mark.parametrize("document", ["docs/signals.md", "docs/signals.ko.md"])
def test_every_option_is_described(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for name, section in (("problems", Problems), ("releases", Releases)):
        assert [f.name for f in fields(section) if f"`{name}.{f.name}`" not in text] == []
    alerts = {f.name for f in fields(type(Security().dependabot))}
    assert [name for name in alerts if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("incidents: 3 ", "incidents: often ", "problems.incidents"),
        ("within: 14d ", "within: two weeks ", "problems.within"),
        ("closed_by: deployment ", "closed_by: magic ", "releases.closed_by"),
        ("critical: {priority: 즉시, due_days: 1}", "critical: 즉시", "security.severities"),
        ("changes_within: 24h ", "changes_widthin: 24h ", "problems.changes_widthin"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    file = tmp_path / "config/signals.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "config", {}, secrets=False)
    line = text[: text.index(old)].count("\n") + 1
    [problem] = caught.value.problems
    where = ".".join(str(part) for part in problem.path)
    assert where.startswith(told)
    assert (Path(problem.file).name, problem.line) == ("signals.yaml", line)
