"""Service levels on a real Redmine: the fields, the notes, and what is read and written."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.app.clock import utc_now
from itsm_sync.app.wiring import start
from itsm_sync.cycle import Summary
from itsm_sync.locale import say
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations import cycles
from itsm_sync.store import Store
from tests.acceptance.conftest import Program

pytestmark = pytest.mark.timeout(900)
STATE, DUE, PIN, TEAM = FieldName.SLA_STATE, FieldName.SLA_DUE, FieldName.PIN, FieldName.TEAM
MINUTE = timedelta(minutes=1)
OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"
LEVELS = """
pauses: [의견]
resolved: [해결]
at_risk: 75%
escalations: [{at: 75%}, {at: 100%}]
targets: [{response: 40m, resolution: 8h, hours: 24x7}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """The program with service levels, in this process: its cycles may run at a time to come."""

    program: Program

    def sync(self, later: timedelta = timedelta()) -> Summary:
        program = self.program
        program.proxy.forget_requests()
        with start(program.configuration, program.environment, stream=StringIO()) as app:
            now = utc_now() + later
            road = replace(app.road(), clock=lambda: now)
            return cycles.sync(road, app.settings, replace(app.cycle(), started_at=now))

    def quiet(self, later: timedelta = timedelta()) -> None:
        """A cycle that reads no journal and writes nothing."""
        assert self.sync(later).plan.edits == ()
        proxy = self.program.proxy
        assert not [one for one in proxy.requests if "journals" in one.query]
        assert proxy.asked("PUT") == proxy.asked("POST") == 0

    def told(self, ticket: int, login: str = "admin") -> list[dict[str, Any]]:
        journals = self.program.office.read(ticket, login)["journals"]
        return [one for one in journals if "itsm-sync: sla_" in (one["notes"] or "")]

    def shown(self, ticket: int) -> tuple[str | None, str | None]:
        office = self.program.office
        return office.value(ticket, STATE), office.value(ticket, DUE)


@pytest.fixture
def levelled(program: Program, configuration: Callable[..., Path]) -> Levelled:
    """A first cycle has been, so that the policy is in force."""
    addresses = {"redmine": program.proxy.url}
    program.configuration = configuration("levelled", addresses=addresses, levels=True)
    program.environment["ITSM_SYNC_CONFIG"] = str(program.configuration)
    (program.configuration / "sla.yaml").write_text(LEVELS, encoding="utf-8")
    made = Levelled(program=program)
    made.sync()
    return made


def minute(text: str) -> datetime:
    return datetime.strptime(f"{text} +0900", "%Y-%m-%d %H:%M %z")


def test_the_fields_follow_the_clocks_and_each_share_is_told_once_also_by_a_new_database(
    levelled: Levelled, tmp_path: Path
) -> None:
    office = levelled.program.office
    number = office.create("yujin", OUTAGE)
    pinned = office.create("yujin", f"{OUTAGE} (고정)", fields={PIN: "1"})
    levelled.sync()
    made = datetime.fromisoformat(office.read(number)["created_on"])
    for ticket in (number, pinned):
        state, due = levelled.shown(ticket)
        assert state == "지킴"
        assert timedelta() <= made + 40 * MINUTE - minute(str(due)) <= 2 * MINUTE
    assert office.value(pinned, TEAM) == ""
    levelled.quiet()

    levelled.sync(31 * MINUTE)
    for ticket in (number, pinned):
        assert levelled.shown(ticket)[0] == "임박"
        (note,) = levelled.told(ticket)
        assert note["private_notes"]
        assert "75퍼센트" in note["notes"]
        assert levelled.told(ticket, "yujin") == []  # no matter of the reporter's
        assert len(levelled.told(ticket, "seojun")) == 1
    levelled.quiet(32 * MINUTE)

    levelled.program.environment["ITSM_SYNC_DATABASE"] = f"sqlite:///{tmp_path}/anew.db"
    said = levelled.program.run("adopt", "--json")
    assert said.status == 0, said.err
    levelled.sync(32 * MINUTE)
    assert [len(levelled.told(ticket)) for ticket in (number, pinned)] == [1, 1]
    levelled.quiet(33 * MINUTE)

    office.update("seojun", number, notes="보고 있습니다")
    levelled.sync(41 * MINUTE)
    assert levelled.shown(number)[0] == "지킴"  # the resolution: eight hours
    assert levelled.shown(pinned)[0] == "위반"
    assert [len(levelled.told(ticket)) for ticket in (number, pinned)] == [1, 2]
    levelled.quiet(42 * MINUTE)


def test_a_closed_ticket_is_left_and_its_clock_goes_on_when_it_is_opened_again(
    levelled: Levelled,
) -> None:
    office = levelled.program.office
    number = office.create("yujin", OUTAGE)
    status = {name: office.number("issue_statuses", name) for name in ("의견", "완료", "진행")}
    levelled.sync()
    office.update("admin", number, status_id=status["의견"])
    levelled.sync(MINUTE)
    assert levelled.shown(number) == ("지킴", "")  # it waits for its requester
    levelled.quiet(600 * MINUTE)
    office.update("admin", number, status_id=status["완료"])
    before = office.read(number)
    done = levelled.sync(601 * MINUTE)
    assert done.plan.edits == ()
    assert office.read(number) == before
    levelled.quiet(602 * MINUTE)
    office.update("admin", number, status_id=status["진행"])
    levelled.sync()
    state, due = levelled.shown(number)
    assert state == "지킴"
    assert minute(str(due)) > utc_now()
    levelled.quiet()


def test_a_status_that_is_renamed_and_a_field_that_is_hidden_are_told_and_pause_on(
    levelled: Levelled,
) -> None:
    program, office = levelled.program, levelled.program.office
    waiting = office.number("issue_statuses", "의견")
    number = office.create("yujin", OUTAGE)
    levelled.sync()
    office.update("admin", number, status_id=waiting)
    levelled.sync(MINUTE)
    assert levelled.shown(number) == ("지킴", "")
    assert findings(program) == {}
    office.redmine.runner(f"IssueStatus.find({waiting}).update!(name: '고객 대기')")
    levelled.sync(26 * 60 * MINUTE)  # rules name statuses, too: the stage may be another
    for _ in range(2):
        assert levelled.shown(number) == ("지킴", "")
        assert levelled.told(number) == []
        (told,) = findings(program).values()
        assert "“고객 대기”" in told
        levelled.quiet(26 * 60 * MINUTE)
    file = program.configuration / "sla.yaml"
    file.write_text(LEVELS.replace("[의견]", "[고객 대기]"))
    levelled.quiet(26 * 60 * MINUTE)
    assert (levelled.shown(number), findings(program)) == (("지킴", ""), {})

    due = office.fields[DUE]
    office.redmine.runner(
        f"field = IssueCustomField.find({due}); field.visible = false;"
        " field.roles = [Role.find_by!(name: '개발자')]; field.save!"
    )
    office.update("admin", number, notes="아직입니다")
    for _ in range(2):
        levelled.quiet(26 * 60 * MINUTE)
        assert [*findings(program)] == ["absent/sla_due"]
    office.redmine.runner(f"IssueCustomField.find({due}).update!(visible: true)")
    office.update("admin", number, notes="이제 보입니다")
    levelled.quiet(26 * 60 * MINUTE)
    assert findings(program) == {}


def findings(program: Program) -> dict[str, str]:
    """Answer what stands, by key."""
    with Store.open(program.environment["ITSM_SYNC_DATABASE"]) as store:
        return {one.finding.key: say(one.finding.message, "ko") for one in store.open_findings()}


def test_explain_status_and_summary_tell_how_service_levels_stand(levelled: Levelled) -> None:
    program = levelled.program
    number = program.office.create("yujin", OUTAGE)
    said = program.sync()
    told = said.json["service_levels"]
    assert told["open"]["kept"] == 1
    assert (told["unknown"], told["histories_missing"]) == (0, 0)
    clocks = program.run("explain", str(number), "--json").json["service_level"]
    assert [(one["aim"], one["level"]) for one in clocks] == [
        ("response", "kept"),
        ("resolution", "kept"),
    ]
    shown = program.run("explain", str(number)).out
    assert "응답: 지킴" in shown
    assert program.run("status", "--json").json["service_levels"] == told
    assert "지킴 1" in program.run("status").out


def test_a_ticket_that_was_closed_before_a_cycle_saw_it_has_its_clocks_all_the_same(
    levelled: Levelled, tmp_path: Path
) -> None:
    program, office = levelled.program, levelled.program.office
    number = office.create("yujin", OUTAGE)
    office.update("seojun", number, notes="확인했습니다")
    office.update("admin", number, status_id=office.number("issue_statuses", "완료"))
    for database in (program.environment["ITSM_SYNC_DATABASE"], f"sqlite:///{tmp_path}/anew.db"):
        program.environment["ITSM_SYNC_DATABASE"] = database
        levelled.sync()
        levelled.quiet()  # by now its history is read
        clocks = program.run("explain", str(number), "--json").json["service_level"]
        assert [(one["level"], one["target"]) for one in clocks] == [("kept", 1), ("kept", 1)]
        assert all(one["stopped_at"] for one in clocks)
        assert "약속 없음" not in program.run("explain", str(number)).out
