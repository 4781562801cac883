"""What is forked, its code loaded before, is as what is started."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from sandbox.nursery import Twins, started
from sandbox.office import Office

LATE = {"LANG": "C.UTF-8"}  # Python heeds it when it starts


def test_each_forked_redmine_keeps_what_is_its_own(template: Path, tmp_path: Path) -> None:
    with (
        Office.open(tmp_path / "one", template) as one,
        Office.open(tmp_path / "other", template) as other,
    ):
        one.redmine.runner("Setting.app_title = 'One'")
        ticket = one.create("yujin", "한쪽에만 있습니다")
        one.update("seojun", ticket, notes="확인했습니다")
        sent = requests.post(
            f"{one.redmine.url}/uploads.json?filename=a.txt",
            data=b"abc",
            headers={
                "X-Redmine-API-Key": one.keys["yujin"],
                "Content-Type": "application/octet-stream",
            },
            timeout=30,
        )
        assert sent.status_code == 201

        count = "print Setting.app_title, ' ', Issue.count"
        assert one.redmine.runner(count) == "One 1"
        assert other.redmine.runner(count) == "Redmine 0"
        assert "One" in requests.get(f"{one.redmine.url}/login", timeout=30).text
        assert one.mails()
        assert other.mails() == []
        assert ("PUT", f"/issues/{ticket}.json") in one.requests()
        assert {method for method, _ in other.requests()} == {"GET"}
        stored = [
            [file for file in (office.redmine.root / "files").rglob("*") if file.is_file()]
            for office in (one, other)
        ]
        assert [len(files) for files in stored] == [1, 0]
        assert one.redmine.stop()
        assert not one.redmine.running
        assert other.redmine.running


def test_a_script_that_fails_within_redmine_is_told(office: Office) -> None:
    with pytest.raises(Exception, match="no such thing"):
        office.redmine.runner("raise 'no such thing'")
    with pytest.raises(Exception, match="failed"):
        office.redmine.runner("exit 3")
    assert office.redmine.runner("print 'and on'") == "and on"


@pytest.mark.parametrize(
    "arguments",
    [("rules", "lint", "--json"), ("rules", "lint"), ("sync", "--no-such"), ("sync", "--json"), ()],
    ids=" ".join,
)
def test_a_forked_program_says_what_a_started_one_says(
    configuration: Callable[..., Path], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "ITSM_SYNC_CONFIG": str(configuration()),
        "ITSM_SYNC_DATABASE": f"sqlite:///{tmp_path}/itsm-sync.db",
    }
    twins = Twins()
    try:
        said = [twins.run(arguments, environment) for _ in range(2)]
        assert len(twins.nurseries) == 2
    finally:
        twins.close()
    assert said == [started(arguments, environment)] * 2


def test_what_python_heeds_at_its_start_is_not_forked() -> None:
    twins = Twins()
    assert twins.run(("--help",), {"PATH": os.environ["PATH"], **LATE}).status == 0
    assert twins.nurseries == []
