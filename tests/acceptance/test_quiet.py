"""The script for `rails runner`: the fields of many tickets, without a mail, as the bot."""

import json
from pathlib import Path
from typing import Any

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

TEAM, PROCESS, PIN, REASON = FieldName.TEAM, FieldName.PROCESS, FieldName.PIN, FieldName.REASON
# In a process that sends what it is asked to before it ends.
INLINE = """
ActiveJob::Base.queue_adapter = :inline
ActionMailer::MailDeliveryJob.queue_adapter = :inline
"""
SILENCE = "ActionMailer::Base.perform_deliveries = false"
# The control: the same process, the same tickets, the same mail; only not as the script does it.
CONTROL = """
mails = lambda do
  Dir[File.join(ENV['MAILS'], '*')].sum { |file| File.binread(file).scan(/^Message-ID:/).size }
end
before = mails.call
issue = Issue.find(ENV['CONTROL'])
issue.init_journal(User.find_by_login('itsm-sync'), 'x')
issue.save!
puts mails.call - before
"""
HOSTILE = "프린터 '\"`#{exit} $(id) \\n @PLAN@ {{toc}} <<ITSM_SYNC_PLAN \u2028 %<x>s"


def script(program: Program, file: Path) -> str:
    said = program.run("plan", "--format", "rails", "--out", str(file))
    assert said.status == 0, said.err
    assert program.proxy.asked("PUT") == 0
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_text(encoding="utf-8")


def carried_out(program: Program, text: str) -> dict[str, Any]:
    """Run a script in Redmine; answer what it says."""
    return dict(json.loads(program.office.redmine.runner(text).strip().splitlines()[-1]))


def test_300_tickets_are_set_without_a_mail_and_the_next_sync_finds_nothing_to_do(
    program: Program, tmp_path: Path
) -> None:
    office = program.office
    numbers = office.fill("yujin", [f"프린터 {n}호기가 필요합니다" for n in range(299)] + [HOSTILE])
    text = script(program, tmp_path / "quiet.rb")
    assert text.count(SILENCE) == 1
    loud = INLINE + text.replace(SILENCE, "") + CONTROL  # its journals alone must keep silent
    before = len(office.mails())
    mails = office.redmine.root / "mails"
    told = office.redmine.runner(loud, {"CONTROL": str(numbers[0]), "MAILS": str(mails)})
    said, control = told.strip().splitlines()[-2:]

    assert json.loads(said) == {"written": numbers, "moved": {}, "refused": {}, "failed": {}}
    assert int(control) > 0
    assert len(office.mails()) - before == int(control), "the script mailed"

    issue = office.read(numbers[-1])
    (journal,) = issue["journals"]
    assert "itsm-sync" in journal["user"]["name"]
    assert issue["assigned_to"]["id"] == office.groups["IT기획팀"]
    assert issue["watchers"] == []
    assert "프린터" in str(office.value(numbers[-1], REASON))

    first = program.sync()
    assert first.status == 0, first.out
    assert (first.json["edits"]["planned"], first.json["overrides"]) == (0, 0)
    assert program.proxy.asked("PUT") == 0
    second = program.sync()
    assert (second.json["edits"]["planned"], second.json["overrides"]) == (0, 0)
    assert not [r for r in program.proxy.requests if "journals" in r.query]
    sent = len(office.mails())
    office.update("sua", numbers[1], notes="확인했습니다")  # an ordinary PUT does mail
    assert len(office.mails()) > sent


def test_what_moved_since_the_plan_is_left_and_what_redmine_rejects_stops_no_other(
    program: Program, tmp_path: Path
) -> None:
    office = program.office
    names = ("plain", "decided", "closed", "pinned", "rejected", "forbidden")
    of = {name: office.create("yujin", f"프린터가 필요합니다 ({name})") for name in names}
    office.update("admin", of["forbidden"], tracker_id=office.number("trackers", "지원"))
    text = script(program, tmp_path / "quiet.rb")
    office.update("sua", of["decided"], fields={TEAM: "신사업팀"})
    office.update("sua", of["pinned"], fields={PIN: "1"})
    office.update("admin", of["closed"], status_id=office.number("issue_statuses", "완료"))
    office.redmine.runner(
        f"""
        role = Role.find_by!(name: 'ITSM 동기화')
        tracker = Tracker.find_by!(name: '지원')
        IssueStatus.all.each do |status|
          WorkflowPermission.create!(role_id: role.id, tracker_id: tracker.id,
            old_status_id: status.id, field_name: '{office.fields[TEAM]}', rule: 'readonly')
        end
        """
    )
    # As if the list had lost the value since: nothing of that ticket is taken.
    values = json.loads(text.partition("<<'ITSM_SYNC_PLAN')\n")[2].partition("\nITSM_SYNC_PLAN")[0])
    wanted = next(t for t in values["tickets"] if t["id"] == of["rejected"])
    wanted["fields"][TEAM]["value"] = "없는 팀"
    head, _, rest = text.partition("<<'ITSM_SYNC_PLAN')\n")
    edited = f"{head}<<'ITSM_SYNC_PLAN')\n{json.dumps(values)}\nITSM_SYNC_PLAN\n"
    said = carried_out(program, INLINE + edited + rest.partition("\nITSM_SYNC_PLAN\n")[2])

    assert said["written"] == [of["plain"], of["forbidden"]]
    assert said["moved"] == {
        str(of["decided"]): [TEAM],
        str(of["closed"]): ["closed"],
        str(of["pinned"]): ["pinned"],
    }
    assert said["refused"] == {str(of["forbidden"]): [TEAM]}
    assert "담당 팀" in said["failed"][str(of["rejected"])][0]
    assert office.value(of["rejected"], PROCESS) == ""
    assert office.value(of["forbidden"], PROCESS) == "서비스 요청 관리"
    assert office.value(of["decided"], TEAM) == "신사업팀"
    again = carried_out(program, INLINE + text)
    assert again["written"] == [of["rejected"]]
    assert set(again["moved"]) == {str(n) for name, n in of.items() if name != "rejected"}


def test_the_script_on_standard_output_is_only_the_script(program: Program) -> None:
    program.office.create("yujin", "프린터가 필요합니다")
    said = program.run("plan", "--format", "rails")
    assert said.out.startswith("# ")
    assert carried_out(program, said.out)["written"]
    assert program.run("plan", "--format", "json").json["plan"] == []
    refused = program.run("plan", "--format", "rails", "--json")
    assert refused.status == 2
    assert "--out" in refused.json["error"]
