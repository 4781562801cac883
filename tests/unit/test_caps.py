"""The plan checked as a whole: what goes, what is held for a person, what waits its turn."""

from dataclasses import replace
from typing import Any

import pytest

from itsm_sync.desk.caps import Measure, check, counted, of_clocks
from itsm_sync.model.caps import Cap, Caps
from itsm_sync.model.plans import Edit, FieldEdit, KeptNote, NoteEdit, Plan
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Caps as Shipped
from tests.builders import ticket

TEAM, PROCESS, STAGE = FieldName.TEAM, FieldName.PROCESS, FieldName.STAGE
SHIPPED = Caps(**Shipped().model_dump())
NONE = Caps(urgent=("incident",))


def edit(number: int, *changed: FieldName, **changes: Any) -> Edit:
    """An edit of a ticket already routed; another team takes it unless fields are named."""
    fields = [
        FieldEdit(name=name, old="x", new="y", why=Message("rule «{rule}»", {"rule": "r"}))
        for name in changed or (TEAM,)
    ]
    values = {"rule": "r", "process": "change", "team": "it", "routed": True}
    key = f"redmine:issue/{number}"
    made = Edit(ticket=ticket(number), key=key, fields=tuple(fields))
    return replace(made, **(values | changes))


def edits(count: int, first: int = 1, **changes: Any) -> tuple[Edit, ...]:
    return tuple(edit(number, **changes) for number in range(first, first + count))


def checked(caps: Caps, *planned: Edit, routed: int = 1000, mails: int = 0, **more: Any) -> Plan:
    return check(Plan(edits=planned), caps, Measure(routed=routed, mails=mails, teams={}), **more)


def over(made: Plan) -> list[Cap]:
    return [found.cap for found in made.over]


def test_without_caps_everything_goes() -> None:
    planned = (*edits(999), *edits(999, 1000, routed=False))
    assert checked(NONE, *planned, mails=99999).free == planned


@pytest.mark.parametrize(
    ("name", "caps", "other"),
    [
        ("rule", replace(NONE, rule=3), {"rule": "another"}),
        ("team", replace(NONE, team=3), {"team": "another"}),
    ],
)
def test_a_rules_and_a_teams_cap_hold_the_edits_that_they_count(
    name: str, caps: Caps, other: dict[str, str]
) -> None:
    rest = edits(3, 100, **other)
    assert checked(caps, *edits(3), *rest).held == frozenset()
    made = checked(caps, *edits(4), *rest)
    assert over(made) == [Cap(name)]
    assert (made.over[0].number, made.over[0].most) == (4, 3)
    assert made.free == rest


@pytest.mark.parametrize(
    ("cap", "caps", "mails"),
    [
        (Cap.CYCLE, replace(NONE, cycle=3), 0),
        (Cap.SHARE, replace(NONE, share=10, floor=3), 0),
        (Cap.MAILS, replace(NONE, mails=3), 4),
    ],
)
def test_the_cycles_caps_hold_all_edits_of_tickets_already_routed(
    cap: Cap, caps: Caps, mails: int
) -> None:
    routed = (*edits(2, rule="a", team="a"), *edits(2, 10, rule="b", team="b"))
    others = (
        *edits(9, 100, routed=False, backfill=True),
        *edits(9, 200, routed=False),
        edit(300, STAGE, process="incident"),
        edit(301, process="incident", routed=False),
    )
    made = checked(caps, *routed, *others, routed=30, mails=mails)
    assert over(made) == [cap]
    assert made.free == others
    assert counted(made.edits, caps) == routed


def test_a_small_installation_is_not_held_by_its_share() -> None:
    caps = replace(NONE, share=10, floor=20)
    assert checked(caps, *edits(20), routed=25).held == frozenset()
    assert checked(caps, *edits(21), routed=25).held
    assert checked(caps, *edits(100), routed=1000).held == frozenset()
    assert checked(caps, *edits(101), routed=1000).held


def test_a_ticket_that_only_becomes_an_incident_is_held_with_the_others() -> None:
    caps = replace(NONE, cycle=3)
    made = checked(caps, *(edit(n, PROCESS, process="incident") for n in range(4)))
    assert len(made.held) == 4


def test_incidents_that_change_hands_by_a_rule_are_held_by_its_cap_alone() -> None:
    moved = [edit(n, TEAM, process="incident") for n in range(4)]
    stage = edit(9, STAGE, process="incident")
    assert checked(replace(NONE, cycle=3), *moved, stage).held == frozenset()
    made = checked(replace(NONE, rule=3), *moved, stage)
    assert over(made) == [Cap.RULE]
    assert made.free == (stage,)


def test_what_goes_on_has_its_turn_the_backfill_last() -> None:
    caps = replace(NONE, new=3, incidents=2)
    old = edits(3, 1, routed=False, backfill=True)
    outages = edits(2, 10, routed=False, backfill=True, process="incident")
    new = edits(2, 20, routed=False)
    outage = edit(30, routed=False, process="incident")
    made = checked(caps, *old, *outages, *new, outage)
    assert made.held == frozenset()
    assert over(made) == [Cap.INCIDENTS, Cap.NEW]
    assert made.waiting == {11, 2, 3}
    assert made.free == (old[0], outages[0], *new, outage)


def test_what_a_person_lets_go_is_no_caps_matter() -> None:
    caps = replace(NONE, rule=3, cycle=3)
    planned = edits(9)
    made = checked(caps, *planned, let_go=frozenset(range(1, 7)))
    assert (made.held, made.over) == (frozenset(), ())
    assert len(checked(caps, *planned, let_go=frozenset(range(1, 6))).held) == 4


def test_as_shipped_a_first_start_goes_and_200_moved_tickets_are_held() -> None:
    assert checked(SHIPPED, *edits(166, routed=False, backfill=True), routed=0).over == ()
    assert len(checked(SHIPPED, *edits(200), routed=10_000).held) == 200


def clocks(*numbers: int, **changes: Any) -> tuple[Edit, ...]:
    return tuple(edit(number, FieldName.SLA_STATE, **changes) for number in numbers)


def test_what_clocks_alone_tell_holds_nobody_up_and_takes_turns() -> None:
    caps = replace(NONE, rule=1, team=1, cycle=1, floor=1, share=1, clocks=3)
    made = checked(caps, *clocks(*range(1, 6)), edit(9), routed=10)
    assert (made.held, made.waiting) == (frozenset(), {4, 5})
    assert over(made) == [Cap.CLOCKS]
    assert (made.over[0].number, made.over[0].most) == (5, 3)
    assert {one.ticket.id for one in made.free} == {1, 2, 3, 9}


def test_notes_that_time_runs_out_go_before_fields() -> None:
    note = KeptNote(name="sla_response_75", text="x", private=True)
    later = edit(5, FieldName.SLA_STATE, kept=(note,))
    assert [one.ticket.id for one in of_clocks((*clocks(1, 2), later))] == [5, 1, 2]
    made = checked(replace(NONE, clocks=2), *clocks(1, 2), later)
    assert made.waiting == {2}


def test_clocks_wait_where_their_mails_have_no_room() -> None:
    measure = Measure(routed=9, turns=2, teams={})
    assert check(Plan(edits=clocks(1, 2, 3)), NONE, measure).waiting == {3}
    assert check(Plan(edits=clocks(1, 2, 3)), NONE, replace(measure, turns=None)).waiting == set()


def test_an_edit_with_anything_else_in_it_is_not_of_clocks_alone() -> None:
    note = KeptNote(name="sla_response_75", text="x", private=True)
    assert edit(1, FieldName.SLA_DUE, kept=(note,)).is_of_clocks
    for other in (
        edit(1, FieldName.SLA_DUE, TEAM),
        edit(1, FieldName.SLA_DUE, note=NoteEdit(text="x", private=True)),
        edit(1, FieldName.SLA_DUE, kept=(KeptNote(name="live", text="x"),)),
        edit(1, FieldName.SLA_DUE, episode="builds/0/1"),
        edit(1, FieldName.SLA_DUE, related=(3,)),
    ):
        assert not other.is_of_clocks
