"""The daemon tells reports on time: made by a process of their own, once, also after crashes."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sandbox.daemon import Daemon, schedule

from itsm_sync.store import Store
from tests.mailbox import PASSWORD, Mailbox, serving

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
REPORTS = """\
targets:
  folder: {folder: {path: told}}
  mail: {mail: {to: [all@abc.example]}}
reports:
  weekly:
    title: {ko: 주간 보고, en: Weekly}
    period: week
    forms: [html]
    sections: [tickets]
    deliver: [folder, mail]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A daemon's configuration and database; no system answers."""

    environment: dict[str, str]
    mailbox: Mailbox
    folder: Path
    made: Path
    database: str

    def owe(self) -> None:
        """Let the clock have been heeded long ago, as when nobody was there since."""
        with Store.open(self.database) as store:
            store.heed("weekly", LONG_AGO)

    def call(self, *arguments: str) -> Any:
        """Call a command; answer what it printed as JSON, if it is."""
        command = [sys.executable, "-m", "itsm_sync", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return json.loads(done.stdout) if "--json" in arguments else None

    def tell(self) -> None:
        """Let a daemon work until it delivered what is due."""
        with Daemon.started(self.environment) as daemon:
            folder = daemon.heard("report.delivered", target="folder")
            daemon.heard("task.finished", after=folder, task="reports")
            daemon.send(signal.SIGTERM)
            assert daemon.ended() == 0

    def told(self) -> list[str]:
        return sorted(file.name for file in self.folder.glob("*"))


@pytest.fixture
def house(configuration: Callable[..., Path], tmp_path: Path) -> Iterator[House]:
    with serving(tmp_path / "secrets") as mailbox:

        def change(settings: dict[str, Any]) -> None:
            settings["mail"] = mailbox.settings()

        directory = configuration(addresses={"redmine": "http://127.0.0.1:9"}, change=change)
        (directory / "reports.yaml").write_text(REPORTS, encoding="utf-8")
        schedule(directory, cycle={"every": "1h", "stale_after": "2h"},
                 reports=[{"report": "weekly", "cron": "0 7 * * mon"}])  # fmt: skip
        made = tmp_path / "made"
        made.mkdir()
        database = f"sqlite:///{tmp_path}/itsm-sync.db"
        environment = {
            "PATH": os.environ["PATH"],
            "ITSM_SYNC_CONFIG": str(directory),
            "ITSM_SYNC_DATABASE": database,
            "REDMINE_API_KEY": "0" * 40,
            "TMPDIR": str(made),
            "ITSM_SYNC_MAIL_PASSWORD": PASSWORD,
        }
        yield House(
            environment=environment,
            mailbox=mailbox,
            folder=tmp_path / "told",
            made=made,
            database=database,
        )


def test_what_fell_due_while_nobody_was_there_is_told_once(house: House) -> None:
    house.owe()
    with Daemon.started(house.environment) as daemon:
        begun = daemon.heard("report.begun", report="weekly")
        folder = daemon.heard("report.delivered", after=begun, target="folder")
        daemon.heard("report.delivered", after=folder, target="mail")
        daemon.send(signal.SIGTERM)
        assert daemon.ended() == 0
    (file,) = house.folder.glob("*")
    assert file.name.startswith("weekly.")
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(house.mailbox.messages) == 1
    with Daemon.started(house.environment) as daemon:
        daemon.heard("task.finished", task="reports")
        daemon.send(signal.SIGKILL)
        daemon.ended()
    assert daemon.said("report.begun") == []
    assert len(house.mailbox.messages) == 1


def test_a_daemon_that_is_killed_while_a_report_is_made_leaves_it_to_the_next(
    house: House,
) -> None:
    house.owe()
    with Daemon.started(house.environment) as daemon:
        daemon.heard("report.begun", report="weekly")
        daemon.send(signal.SIGKILL)
        daemon.ended()
    assert house.mailbox.messages == []
    (folder,) = house.made.iterdir()
    with (folder / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until who was at it has ended, too
    with Daemon.started(house.environment) as daemon:
        daemon.heard("report.swept", folders=1)
        assert not folder.exists()
        daemon.heard("report.delivered", target="mail")
        daemon.send(signal.SIGTERM)
        assert daemon.ended() == 0
    assert list(house.made.iterdir()) == []
    assert len(house.mailbox.messages) == 1
    assert len(house.told()) == 1


def test_mail_that_went_after_the_backup_is_not_sent_again_by_whoever_restores_it(
    house: House, tmp_path: Path
) -> None:
    house.owe()
    file = str(tmp_path / "state.backup")
    house.call("backup", file)
    house.tell()
    assert len(house.mailbox.messages) == 1
    for lost in tmp_path.glob("itsm-sync.db*"):
        lost.unlink()
    assert house.call("restore", file, "--json")["letters"] == 1
    house.tell()
    assert len(house.mailbox.messages) == 1
    assert len(house.told()) == 1
    (letter,) = house.call("letters", "--json")["letters"]
    assert letter["given_up"]
    house.call("letters", "retry", "--all", "--json")
    first, second = house.mailbox.messages  # a person wanted it
    assert first["Message-ID"] == second["Message-ID"]
