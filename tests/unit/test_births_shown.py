"""Tickets to be opened, as people and programs read them, and what became of them."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from itsm_sync.cycle import Summary
from itsm_sync.desk.caps import Measure, check
from itsm_sync.desk.quiet import ruby
from itsm_sync.desk.signals.openings import birth
from itsm_sync.model.caps import Cap, Caps
from itsm_sync.model.openings import Opened, OpeningOutcome
from itsm_sync.model.plans import Birth, Born, Edit, FieldEdit, Outcome, Plan, Result
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations import summary
from itsm_sync.operations.cycles import fingerprint, read_plan, write_plan
from tests.builders import BOT, IT_GROUP, NOON
from tests.matters import DONE, KEY, MANNER, closed, kept, matter, opened, remark, ticketed, told
from tests.unit.test_documents import MADE

WHY = Message("rule «{rule}»", {"rule": "장애"})


def wanted(key: str = KEY, process: str = "incident") -> Birth:
    telling = told(remarks=(remark("closed@1", "끝"),), due=NOON.date())
    made = birth(matter(episode=closed(count=2), telling=telling), MANNER, NOON)
    assert made is not None
    return replace(made, episode=key, process=process)


def cycle(*births: Birth, **changes: object) -> Summary:
    """A cycle that planned these births and nothing else, and went well."""
    nothing = replace(MADE, plan=Plan(births=births), results=(), sources={})
    return replace(nothing, **changes)  # type: ignore[arg-type]


def born(one: Birth, outcome: OpeningOutcome = OpeningOutcome.OPENED, **changes: object) -> Born:
    number = 7 if outcome in (OpeningOutcome.OPENED, OpeningOutcome.NEUTRAL) else None
    why = Message("it went wrong")
    what = Born(birth=one, opened=Opened(outcome=outcome, number=number, why=why))
    return replace(what, **changes)  # type: ignore[arg-type]


def test_a_plan_shows_a_ticket_to_be_opened_without_a_number() -> None:
    (line,) = summary.plan_json(Plan(births=(wanted(),)), "ko")
    assert (line["ticket"], line["key"], line["kept"]) == (None, KEY, "")
    values = {name: field["new"] for name, field in line["fields"].items()}
    assert values == {
        "subject": "abc/deploy/main fails",
        "description": wanted().opening.description,
        "priority": "2",
        "due_date": "2026-03-02",
        "assignee": str(IT_GROUP),
        "status": str(DONE.id),
        "team": "IT기획팀",
        "key": KEY,
        "reason": "까닭",
    }
    assert all(field["old"] == "" for field in line["fields"].values())
    assert line["fields"]["subject"]["why"] == "신호 builds"
    assert line["note"] == {"text": "끝", "private": False}
    assert line["keeps"] == {"live": kept().text}
    assert json.loads(json.dumps(line)) == line


def test_people_read_names_and_not_numbers() -> None:
    out = StringIO()
    summary.show_plan(Plan(births=(wanted(),)), {}, Console(file=out, width=200), "ko")
    told = out.getvalue()
    assert "새 일감" in told
    assert "abc/deploy/main fails" in told
    assert told.count("IT기획팀") == 2
    assert DONE.name in told


def test_a_status_is_told_by_name() -> None:
    status = FieldEdit(name=FieldName.STATUS, old="1", new="5", why=WHY, old_name="신규",
                       new_name="완료")  # fmt: skip
    edit = Edit(ticket=opened(), key="k", fields=(status,), kept=(kept(),), related=(3,))
    out = StringIO()
    summary.show_plan(Plan(edits=(edit,)), {}, Console(file=out, width=200), "ko")
    assert "신규" in out.getvalue()
    assert "완료" in out.getvalue()
    assert "두 번 실패" in out.getvalue()
    (line,) = summary.plan_json(Plan(edits=(edit,)), "ko")
    assert line["fields"]["status"]["new_name"] == "완료"
    assert (line["keeps"], line["relates"]) == ({"live": kept().text}, [3])


def test_a_plan_file_names_births_by_key_and_knows_them_again(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_plan(cycle(wanted()), "ko", file)
    read = read_plan(file)
    assert read == {KEY: fingerprint(wanted())}
    other = replace(wanted(), opening=replace(wanted().opening, subject="다른 제목"))
    assert fingerprint(other) != read[KEY]


def test_births_of_urgent_processes_are_capped_with_incidents_and_others_with_what_is_new() -> None:
    births = (
        *(wanted(f"a/{n}") for n in range(4)),
        *(wanted(f"b/{n}", "change") for n in range(4)),
    )
    caps = Caps(incidents=3, new=2, urgent=("incident",))
    made = check(Plan(births=births), caps, Measure(routed=0, teams={}))
    assert made.unborn == {"a/3", "b/2", "b/3"}
    assert [birth.episode for birth in made.ready] == ["a/0", "a/1", "a/2", "b/0", "b/1"]
    assert [over.cap for over in made.over] == [Cap.INCIDENTS, Cap.NEW]
    (line, *_) = summary.plan_json(replace(made, births=births[3:4]), "ko")
    assert line["kept"] == "waiting"


def test_edits_of_incidents_come_before_tickets_that_are_not_there_yet() -> None:
    edit = Edit(ticket=opened(), key="k", fields=(), process="incident", routed=True)
    caps = Caps(incidents=1, urgent=("incident",))
    made = check(Plan(edits=(edit,), births=(wanted(),)), caps, Measure(routed=0, teams={}))
    assert (made.free, made.ready) == ((edit,), ())


def test_tickets_are_counted_by_what_became_of_them() -> None:
    status = FieldEdit(name=FieldName.STATUS, old="1", new="5", why=WHY)

    def moved(ticket_closed: bool) -> Result:
        edit = Edit(ticket=opened(closed=ticket_closed), key="k", fields=(status,))
        return Result(edit=edit, outcome=Outcome.APPLIED, written={FieldName.STATUS: "x"})

    made = cycle(
        *(wanted(f"a/{n}") for n in range(4)),
        born=(
            born(wanted()),
            born(wanted(), found=True),
            born(wanted(), OpeningOutcome.REFUSED),
            born(wanted(), OpeningOutcome.UNKNOWN),
        ),
        followed=(moved(False),),
        results=(moved(False), moved(True)),
    )
    shown = summary.as_json(made)
    assert shown["tickets"] == {"opened": 1, "updated": 2, "closed": 2, "reopened": 1}
    assert shown["births"] == {"planned": 4, "opened": 1, "found": 1, "refused": 1, "unknown": 1,
                               "waiting": 0}  # fmt: skip
    assert summary.exit_status(made) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 0),
        ({"born": (born(wanted()),)}, 0),
        ({"born": (born(wanted(), OpeningOutcome.NEUTRAL),)}, 1),
        ({"born": (born(wanted(), OpeningOutcome.REFUSED),)}, 1),
        ({"plan": Plan(births=(wanted(),), unborn=frozenset({KEY}))}, 1),
    ],
)
def test_the_exit_status_tells_what_was_not_opened(changes: dict[str, object], status: int) -> None:
    assert summary.exit_status(cycle(wanted(), **changes)) == status


def test_people_read_what_was_opened_and_what_was_not() -> None:
    out = StringIO()
    made = cycle(wanted(), born=(born(wanted(), OpeningOutcome.REFUSED),))
    summary.show(made, Console(file=out, width=200), "ko")
    assert "새로 만들 일감 1건" in out.getvalue()
    assert f"{KEY}: 거부됨: it went wrong" in out.getvalue()


def test_a_script_without_mail_leaves_out_what_signals_say() -> None:
    edit = ticketed(episode=closed())
    status = FieldEdit(name=FieldName.STATUS, old="1", new="5", why=WHY)
    team = FieldEdit(name=FieldName.TEAM, old="", new="IT기획팀", why=WHY)
    assert edit.ticket is not None
    both = Edit(ticket=edit.ticket, key="k", fields=(status, team))
    script = ruby([both, replace(both, fields=(status,))], BOT.id)
    assert script.count('"id": 7') == 1
    assert '"status"' not in script
