"""The plan as people read it."""

from io import StringIO

from rich.console import Console

from itsm_sync.model.plans import Edit, FieldEdit, Plan
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations.summary import show_plan
from tests.builders import IT_GROUP, SEOJUN, ticket

WHY = Message("rule «{rule}»", {"rule": "장애"})


def shown(edit: Edit) -> str:
    out = StringIO()
    show_plan(Plan(edits=(edit,)), {}, Console(file=out, width=200), "ko")
    return out.getvalue()


def test_an_assignee_is_told_by_name() -> None:
    group = FieldEdit(name=FieldName.ASSIGNEE, old="5", new=str(IT_GROUP), why=WHY)
    team = FieldEdit(name=FieldName.TEAM, old="", new="IT기획팀", why=WHY)
    now = ticket(assignee=SEOJUN)

    told = shown(Edit(ticket=now, key="redmine:issue/1", fields=(team, group)))

    assert SEOJUN.name in told
    assert told.count("IT기획팀") == 2
    assert str(IT_GROUP) not in told


def test_the_team_that_stands_already_names_the_group() -> None:
    group = FieldEdit(name=FieldName.ASSIGNEE, old="", new=str(IT_GROUP), why=WHY)
    now = ticket(fields={FieldName.TEAM: "IT기획팀"})

    assert "IT기획팀" in shown(Edit(ticket=now, key="redmine:issue/1", fields=(group,)))
