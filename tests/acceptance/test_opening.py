"""Tickets are opened with one POST; a private one shows no word before it is truly private."""

import email
from dataclasses import dataclass, field
from email import policy
from pathlib import Path
from typing import Any

import pytest
from sandbox.office import Office, RefusedByRedmine
from sandbox.standins.server import Request

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.desk.opening import Opener
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.markup import Markup, Rendering
from itsm_sync.model.openings import Opened, Opening, OpeningOutcome
from itsm_sync.model.tickets import FieldName
from itsm_sync.settings import load
from tests.acceptance.conftest import Program

SECRET = "극비취약점"
NEUTRAL = "보안 점검이 필요합니다"
KEY = f"github:abc/{SECRET}/dependabot/7"
FIELDS = {
    FieldName.PROCESS: "사건 관리",
    FieldName.TEAM: "IT기획팀",
    FieldName.REASON: f"규칙 {SECRET}",
    FieldName.KEY: KEY,
}


@dataclass(kw_only=True)
class Counter:
    """The program's own desk over the recording proxy."""

    program: Program
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def office(self) -> Office:
        return self.program.office

    def saw(self, event: str, /, **details: object) -> None:
        assert SECRET not in str(details)

    def open(self, wanted: Opening, rendering: Rendering | None = None) -> Opened:
        """Open a ticket in a cycle of its own; `sent` has the writes."""
        settings = load(self.program.configuration, self.program.environment).redmine
        client = RedmineClient(settings, self)
        desk = Desk(client, settings.fields, self)
        desk.open()
        self.sent.clear()
        before = self.program.proxy.before

        def note(request: Request) -> None:
            if request.method in ("POST", "PUT"):
                body = request.body.decode("unicode-escape")
                self.sent.append((request.method, request.path, body))
            if before is not None:
                before(request)

        self.program.proxy.before = note
        opener = Opener(counter=desk, observer=self, rendering=rendering or Rendering())
        opened = opener.open(wanted)
        client.close()
        return opened

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.sent]

    def leaks(self) -> list[str]:
        """Where in Redmine the secret stands: files of its database, mails."""
        root = self.office.redmine.root
        files = [*root.glob("redmine.sqlite3*"), *(root / "mails").iterdir()]
        return [f.name for f in files if SECRET in f.read_bytes().decode("utf-8", "replace")
                or SECRET in _decoded(f)]  # fmt: skip


def _decoded(mail: Path) -> str:
    if mail.parent.name != "mails":
        return ""
    parts = mail.read_text("utf-8", "replace").split("\nDate: ")
    told = []
    for text in parts:
        message = email.message_from_string(f"Date: {text}", policy=policy.default)
        told.append(str(message["Subject"] or ""))
        told += [p.get_content() for p in message.walk() if p.get_content_maintype() == "text"]
    return "".join(told)


@pytest.fixture
def counter(program: Program) -> Counter:
    return Counter(program=program)


def wanted(office: Office, **changes: Any) -> Opening:
    values: dict[str, Any] = {
        "project": office.number("projects", "ABC 애플리케이션"),
        "tracker": office.number("trackers", "결함"),
        "subject": f"{SECRET} 발견",
        "description": f"{SECRET}: @yujin #1 {{{{toc}}}} *굵게*",
        "group": office.groups["IT기획팀"],
        "priority": office.number("enumerations/issue_priorities", "높음"),
        "fields": FIELDS,
        "field_ids": office.fields,
        "private": True,
        "neutral": NEUTRAL,
    }
    return Opening(**(values | changes))


def test_a_private_ticket_gets_its_words_when_it_is_private(counter: Counter) -> None:
    office = counter.office
    opened = counter.open(wanted(office))
    assert (opened.outcome, opened.dropped) == (OpeningOutcome.OPENED, ())
    assert opened.number is not None
    assert counter.methods() == ["POST", "PUT"]
    post = counter.sent[0][2]
    assert SECRET not in post
    assert NEUTRAL in post
    assert f'"assigned_to_id": {office.groups["IT기획팀"]}' in post
    shown = office.read(opened.number, "haeun")  # of the group
    assert shown["is_private"]
    assert shown["subject"] == f"{SECRET} 발견"
    assert "&#64;yujin" in shown["description"]
    assert shown["priority"]["name"] == "높음"
    assert office.value(opened.number, FieldName.KEY) == KEY
    with pytest.raises(RefusedByRedmine, match="403"):
        office.read(opened.number, "yujin")
    assert office.mails().count("yujin@example.com") == 0
    # Where the secret may be, it is found: the database, and mails to the group.
    assert {"redmine.sqlite3", "haeun@example.com"} <= set(counter.leaks())


def test_without_the_right_nothing_is_opened(counter: Counter) -> None:
    counter.office.redmine.runner(
        "Role.find_by!(name: 'ITSM 동기화').remove_permission!(:set_issues_private,"
        " :set_own_issues_private)"
    )
    opened = counter.open(wanted(counter.office))
    assert opened.outcome is OpeningOutcome.REFUSED
    assert str(opened.why) == "the bot may not make private tickets in this project"
    assert counter.sent == []
    assert counter.leaks() == []


def test_the_right_to_ones_own_tickets_is_enough(counter: Counter) -> None:
    counter.office.redmine.runner(
        "role = Role.find_by!(name: 'ITSM 동기화'); role.remove_permission!(:set_issues_private);"
        " role.add_permission!(:set_own_issues_private)"
    )
    assert counter.open(wanted(counter.office)).outcome is OpeningOutcome.OPENED


READ_ONLY = """
role = Role.find_by!(name: 'ITSM 동기화')
IssueStatus.find_each do |status|
  WorkflowPermission.create!(tracker: Tracker.find_by!(name: '결함'), old_status: status,
                             role: role, field_name: 'is_private', rule: 'readonly')
end
"""


def test_a_ticket_that_redmine_made_public_stays_neutral(counter: Counter) -> None:
    """Redmine fact 17: 201, and the ticket is public."""
    counter.office.redmine.runner(READ_ONLY)
    opened = counter.open(wanted(counter.office))
    assert opened.outcome is OpeningOutcome.NEUTRAL
    assert str(opened.why) == "Redmine made it public"
    assert counter.methods() == ["POST"]
    assert opened.number is not None
    shown = counter.office.read(opened.number, "yujin")
    assert (shown["subject"], shown["description"]) == (NEUTRAL, None)
    assert counter.leaks() == []


def test_a_ticket_that_somebody_makes_public_meanwhile_stays_neutral(counter: Counter) -> None:
    office = counter.office

    def publish(request: Request) -> None:
        if request.method == "PUT":
            number = int(request.path.rpartition("/")[2].removesuffix(".json"))
            office.update("admin", number, is_private=False)

    counter.program.proxy.before = publish
    opened = counter.open(wanted(office))
    assert opened.outcome is OpeningOutcome.NEUTRAL
    assert counter.methods() == ["POST", "PUT"]
    assert opened.ticket is not None
    assert not opened.ticket.private
    assert counter.leaks() == []


@pytest.mark.parametrize("private", [True, False])
def test_a_tracker_without_the_key_field_is_told(counter: Counter, *, private: bool) -> None:
    """Redmine fact 28."""
    counter.office.redmine.runner(
        "Tracker.find_by!(name: '결함').custom_fields.delete("
        "IssueCustomField.find_by!(name: '동기화 키'))"
    )
    opened = counter.open(wanted(counter.office, private=private))
    assert opened.outcome is OpeningOutcome.OPENED
    assert opened.dropped == (FieldName.KEY,)


@pytest.mark.parametrize("private", [True, False])
def test_a_lost_answer_is_no_reason_for_a_second_ticket(counter: Counter, *, private: bool) -> None:
    counter.program.proxy.misbehave("/issues.json", kind="cut")
    opened = counter.open(wanted(counter.office, private=private))
    counter.program.proxy.behave()
    assert opened.outcome is OpeningOutcome.UNKNOWN
    assert opened.number is None
    assert "is not known" in str(opened.why)
    assert counter.methods() == ["POST"]
    told = counter.office.redmine.runner("puts Issue.pluck(:subject).inspect")
    assert told.strip() == f'["{NEUTRAL if private else f"{SECRET} 발견"}"]'
    assert not private or counter.leaks() == []


def test_a_public_ticket_is_one_post_and_its_text_reads_as_itself(counter: Counter) -> None:
    office = counter.office
    text = "<b>로그</b> @yujin #1 {{toc}} *굵게*"
    one = wanted(office, private=False, neutral="", subject="빌드 #12 실패", description=text)
    opened = counter.open(one, Rendering(markup=Markup.TEXTILE))
    assert (opened.outcome, opened.dropped) == (OpeningOutcome.OPENED, ())
    assert counter.methods() == ["POST"]
    assert opened.number is not None
    shown = office.read(opened.number)
    assert shown["subject"] == "빌드 #12 실패"
    assert "&#64;yujin" in shown["description"]
    assert not [mail for mail in office.mails() if mail.startswith("yujin")]


def test_what_redmine_replaces_silently_is_told(counter: Counter) -> None:
    """Redmine fact 16: a tracker that is not allowed becomes the first that is."""
    office = counter.office
    office.redmine.runner("Project.find('abc-app').trackers.delete(Tracker.find_by!(name: '지원'))")
    opened = counter.open(wanted(office, tracker=office.number("trackers", "지원")))
    assert opened.outcome is OpeningOutcome.OPENED
    assert "tracker" in opened.dropped


def test_what_redmine_rejects_is_told_with_its_reason(counter: Counter) -> None:
    opened = counter.open(wanted(counter.office, fields={FieldName.TEAM: "없는 팀"}))
    assert opened.outcome is OpeningOutcome.REFUSED
    assert "담당 팀" in str(opened.why)
    assert counter.methods() == ["POST"]
    assert counter.leaks() == []
