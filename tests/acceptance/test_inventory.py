"""The inventory of the ABC world, over a real Redmine and both stand-ins."""

from pathlib import Path
from typing import Any

from tests.acceptance.conftest import Said, Town

LEGACY = "drift/repository/abc/legacy-billing/no-job"


def drift(status: Said) -> dict[str, Any]:
    return {f["key"]: f["since"] for f in status.json["findings"] if f["kind"].startswith("drift.")}


def test_the_abc_world_is_in_the_inventory_and_drifts_where_nothing_builds(
    town: Town, tmp_path: Path
) -> None:
    program = town.program
    assert program.sync().status == 0
    found = drift(program.run("status", "--json"))
    assert list(found) == [LEGACY]

    town.jenkins.delete_job("abc/security/zap-scan")
    second = program.sync()
    assert second.json["edits"]["planned"] == 0
    later = drift(program.run("status", "--json"))
    assert later.pop("drift/job/*:abc/security/zap-scan/missing")
    assert later == found, "what stood stands since then"

    items = {item["key"]: item for item in program.run("inventory", "--json").json["items"]}
    assert items["redmine:project/abc-app"]["team"] == "it-planning"
    assert items["jenkins:ci:abc/security/zap-scan"]["state"] == "vanished"
    picture = tmp_path / "abc.svg"
    assert program.run("inventory", "--format", "svg", "--out", str(picture)).status == 0
    assert "ABC 애플리케이션" in picture.read_text(encoding="utf-8")
