"""Reports by mail, as the program sends them: to each team its own, once, whatever happens."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sandbox.canaries import found, found_in_files

from tests.mailbox import PASSWORD, Mailbox, serving

IT, BUSINESS, ALL = "it@abc.example", "business@abc.example", "all@abc.example"
REPORTS = f"""\
targets:
  teams:
    mail:
      teams: {{it-planning: [{IT}], new-business: [{BUSINESS}]}}
  all:
    mail: {{to: [{ALL}], attach: []}}
reports:
  digest:
    title: {{ko: 팀별 요약, en: Digest by team}}
    period: day
    audience: team
    forms: [html, md]
    sections: [digest]
    deliver: [teams]
"""


@dataclass(slots=True, kw_only=True)
class Sender:
    """The program, with a mail server and no other."""

    environment: dict[str, str]
    mailbox: Mailbox
    said: str = ""

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "itsm_sync", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, Any]:
        """Answer the exit status and what was said as JSON."""
        with self.start(*arguments, "--json") as process:
            out, err = process.communicate(timeout=120)
        assert "Traceback" not in err, err
        self.said += out + err
        return process.returncode, json.loads(out)

    def publish(self, *more: str) -> tuple[int, list[dict[str, Any]]]:
        status, said = self.run(
            "report", "digest", "--publish", "--from", "2026-05-31", "--to", "2026-05-31", *more
        )
        deliveries: list[dict[str, Any]] = said["deliveries"]
        return status, deliveries

    def letters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run("letters")[1]["letters"]
        return found


@pytest.fixture
def sender(configuration: Callable[..., Path], tmp_path: Path) -> Iterator[Sender]:
    with serving(tmp_path / "secrets") as mailbox:

        def change(settings: dict[str, Any]) -> None:
            settings["mail"] = mailbox.settings()

        directory = configuration(change=change)
        (directory / "reports.yaml").write_text(REPORTS, encoding="utf-8")
        (directory / "schedules.yaml").unlink()
        sender = Sender(
            environment={
                "PATH": os.environ["PATH"],
                "ITSM_SYNC_CONFIG": str(directory),
                "ITSM_SYNC_DATABASE": f"sqlite:///{tmp_path}/itsm-sync.db",
                "REDMINE_API_KEY": "0" * 40,
                "ITSM_SYNC_MAIL_PASSWORD": PASSWORD,
            },
            mailbox=mailbox,
        )
        yield sender
        assert found([PASSWORD], sender.said) == []
        assert found_in_files([PASSWORD], tmp_path, but=[tmp_path / "secrets"]) == {}
        received = b"".join(bytes(one.content or b"") for one in mailbox.envelopes)
        assert found([PASSWORD], received) == []


def names(message: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in message.iter_attachments()]


def test_each_team_gets_its_own_digest_once(sender: Sender) -> None:
    status, deliveries = sender.publish()
    assert (status, [one["stand"] for one in deliveries]) == (0, ["done", "done"])
    by_address = {str(m["To"]): m for m in sender.mailbox.messages}
    assert set(by_address) == {IT, BUSINESS}
    mine = by_address[IT]
    assert mine["Subject"] == "팀별 요약 · IT기획팀 · 2026-05-31"
    assert mine["Auto-Submitted"] == "auto-generated"
    text, page = mine.get_body(("plain",)), mine.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "IT기획팀" in text.get_content()
    assert "IT기획팀" in page.get_content()
    assert "신사업팀" not in page.get_content()
    stem = "digest.it-planning.20260531.ko"
    assert names(mine) == [f"{stem}.html", f"{stem}.md"]
    ids = {str(m["Message-ID"]) for m in sender.mailbox.messages}
    assert len(ids) == 2

    status, deliveries = sender.publish()
    assert (status, [one["now"] for one in deliveries]) == (0, [False, False])
    assert len(sender.mailbox.messages) == 2
    for _ in range(2):
        status, deliveries = sender.publish("--language", "en")
        assert (status, {one["language"] for one in deliveries}) == (0, {"en"})
    english = sender.mailbox.messages[2:]
    assert {str(m["Content-Language"]) for m in english} == {"en"}
    assert len(ids | {str(m["Message-ID"]) for m in english}) == 4
    status, _ = sender.publish("--again")  # a person wants it once more
    assert status == 0
    again = {str(m["Message-ID"]) for m in sender.mailbox.messages[4:]}
    assert len(again) == 2
    assert not again & ids


def test_one_who_gets_all_gets_each_part_and_no_files_where_none_are_wanted(
    sender: Sender,
) -> None:
    status, _ = sender.publish("--target", "all")
    assert status == 0
    assert [str(m["To"]) for m in sender.mailbox.messages] == [ALL, ALL]
    assert [names(m) for m in sender.mailbox.messages] == [[], []]


def test_mail_that_may_have_arrived_is_not_sent_again_until_a_person_says_so(
    sender: Sender,
) -> None:
    sender.mailbox.silent = True
    with sender.start("report", "digest", "--publish", "--team", "it-planning",
                      "--from", "2026-05-31", "--to", "2026-05-31") as process:  # fmt: skip
        assert sender.mailbox.came.wait(120)
        process.send_signal(signal.SIGKILL)  # between the sending and the record of it
        process.communicate()
    sender.mailbox.over.set()
    sender.mailbox.silent = False
    status, deliveries = sender.publish("--team", "it-planning")
    assert (status, [one["stand"] for one in deliveries]) == (1, ["sending"])
    assert len(sender.mailbox.messages) == 1
    (letter,) = sender.letters()
    assert (letter["kind"], letter["source"]) == ("delivery", "reports")
    assert (letter["given_up"], letter["next_at"]) == (True, None)
    assert letter["key"] == f"report:digest:ko/2026-05-31/teams/it-planning {IT}"

    status, said = sender.run("letters", "retry", letter["key"])
    assert (status, said["resolved"], said["failed"]) == (0, [letter["key"]], [])
    first, second = sender.mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]  # so that who gets both can tell
    assert sender.letters() == []


@pytest.mark.parametrize("answer", ["451 come again", "550 no such user"])
def test_what_is_refused_is_a_letter_and_the_others_get_theirs(sender: Sender, answer: str) -> None:
    sender.mailbox.refuse[BUSINESS] = answer
    status, deliveries = sender.publish()
    assert (status, [one["stand"] for one in deliveries]) == (1, ["done", "failed"])
    (letter,) = sender.letters()
    assert answer[4:] in letter["cause"]
    assert (letter["times"], letter["given_up"]) == (1, False)
    status, said = sender.run("letters", "retry", "--all")
    assert (status, said["failed"]) == (1, [letter["key"]])
    assert sender.letters()[0]["times"] == 2

    sender.mailbox.refuse.clear()
    assert sender.run("letters", "retry", "--source", "reports")[0] == 0
    assert [str(m["To"]) for m in sender.mailbox.messages] == [IT, BUSINESS]
    assert sender.letters() == []


def test_who_only_watches_sends_nothing(sender: Sender) -> None:
    settings = Path(sender.environment["ITSM_SYNC_CONFIG"]) / "settings.yaml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before.replace("write: on", "write: observe"), encoding="utf-8")
    status, deliveries = sender.publish()
    assert (status, [one["stand"] for one in deliveries]) == (1, ["held", "held"])
    settings.write_text(before, encoding="utf-8")
    sender.run("pause")
    assert [one["stand"] for one in sender.publish()[1]] == ["held", "held"]
    assert sender.mailbox.messages == []
    sender.run("resume")
    assert sender.publish()[0] == 0
    assert len(sender.mailbox.messages) == 2


def test_teams_whose_ids_are_korean_words_get_their_own_part_too(
    sender: Sender, tmp_path: Path
) -> None:
    for file in Path(sender.environment["ITSM_SYNC_CONFIG"]).glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        text = text.replace("it-planning", "기획팀").replace("new-business", "신사업 팀")
        file.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    sender.mailbox.refuse[BUSINESS] = "451 come again"
    status, deliveries = sender.publish("--out", str(out))
    assert (status, [one["stand"] for one in deliveries]) == (1, ["done", "failed"])
    pages = [file.read_text(encoding="utf-8") for file in sorted(out.glob("*.html"))]
    assert sorted("IT기획팀" in page for page in pages) == [False, True]  # none replaced another
    assert sorted("신사업팀" in page for page in pages) == [False, True]

    sender.mailbox.refuse.clear()
    assert sender.run("letters", "retry", "--all")[0] == 0
    by_address = {str(m["To"]): str(m["Subject"]) for m in sender.mailbox.messages}
    assert by_address == {
        IT: "팀별 요약 · IT기획팀 · 2026-05-31",
        BUSINESS: "팀별 요약 · 신사업팀 · 2026-05-31",
    }
    assert len({names(m)[0] for m in sender.mailbox.messages}) == 2


def test_a_fault_in_one_place_keeps_no_other_from_its_report_and_is_a_letter(
    sender: Sender, tmp_path: Path
) -> None:
    reports = Path(sender.environment["ITSM_SYNC_CONFIG"]) / "reports.yaml"
    text = REPORTS.replace("targets:\n", "targets:\n  here: {folder: {path: told}}\n")
    reports.write_text(text, encoding="utf-8")
    sender.environment["ITSM_SYNC_MAIL_PASSWORD"] = "비밀-" + PASSWORD
    status, deliveries = sender.publish("--target", "teams", "--target", "here")
    stands = {(one["target"], one["stand"]) for one in deliveries}
    assert (status, stands) == (1, {("teams", "failed"), ("here", "done")})
    assert len(list((tmp_path / "told").iterdir())) == 4
    letters = sender.letters()
    assert [one["times"] for one in letters] == [1, 1]
    assert "`password` of `mail` has characters" in letters[0]["cause"]
