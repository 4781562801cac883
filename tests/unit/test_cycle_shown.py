"""What a cycle did, as people read it."""

from datetime import timedelta
from io import StringIO

from rich.console import Console

from itsm_sync.cycle import Summary
from itsm_sync.cycle.deciding import Decided
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Edit, Outcome, Plan, Refusal, Result
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations import summary
from tests.builders import NOON, ticket


def refused(number: int) -> Result:
    why = Message("Redmine rejects it: {why}", {"why": "not in the list"})
    names = (FieldName.TEAM, FieldName.ROLE)
    return Result(
        edit=Edit(ticket=ticket(number), key=f"redmine:issue/{number}", fields=()),
        outcome=Outcome.REFUSED,
        refused=tuple(
            Refusal(ticket=number, field=n, value="x", circumstances="", reason=why, at=NOON)
            for n in names
        ),
    )


def shown(tickets: int) -> list[str]:
    made = Summary(
        cycle=Cycle(id="c1", started_at=NOON, configuration="x"),
        finished_at=NOON + timedelta(seconds=1),
        sources={},
        decided=Decided(subjects=(), routed=0, unrouted=0, unsure=0),
        plan=Plan(edits=(), overrides=(), pinned=()),
        results=tuple(refused(number) for number in range(1, tickets + 1)),
    )
    out = StringIO()
    summary.show(made, Console(file=out, width=200), "en")
    return [line for line in out.getvalue().splitlines() if "#" in line or "…" in line]


def test_fields_refused_for_one_reason_are_one_line() -> None:
    assert shown(1) == ["#1 team, role: refused: Redmine rejects it: not in the list"]


def test_a_cycle_that_was_refused_everything_is_told_on_a_screen() -> None:
    lines = shown(100)

    assert len(lines) == summary.LINES + 1
    assert "80 more" in lines[-1]
