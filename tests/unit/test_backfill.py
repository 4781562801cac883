"""Tickets that were there before the first cycle: which are written, and how quietly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.desk.backfill import Backfill, Which, backfilled
from itsm_sync.model.plans import Edit, FieldEdit, NoteEdit, Watch
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from tests.builders import IT_GROUP, NOON, ticket

DAY = timedelta(days=1)
WHY = Message("rule «{rule}»", {"rule": "r"})
TEAM = FieldEdit(name=FieldName.TEAM, old="", new="IT기획팀", why=WHY)
GROUP = FieldEdit(name=FieldName.ASSIGNEE, old="", new=str(IT_GROUP), why=WHY)
WATCH = Watch(process="change", stage="assess", team="it", group=IT_GROUP, name="IT기획팀")


def edit(number: int, made: timedelta, changed: timedelta | None = None, **changes: object) -> Edit:
    """An edit of a ticket made and last changed so long after the first cycle began."""
    now = ticket(number, created_on=NOON + made, updated_on=NOON + (changed or made), **changes)
    return Edit(
        ticket=now,
        key=f"redmine:issue/{number}",
        fields=(TEAM, GROUP),
        note=NoteEdit(text="x", private=True),
        watchers=(WATCH,),
    )


OLD, TOUCHED, SETTLED = edit(1, -9 * DAY), edit(2, -9 * DAY, DAY), edit(3, -DAY)
NEW = edit(4, DAY)
EDITS = (OLD, TOUCHED, SETTLED, NEW)


def let_through(which: Which, since: timedelta | None = None) -> list[int]:
    wanted = Backfill(which=which, since=None if since is None else NOON + since)
    return [made.ticket.id for made in backfilled(EDITS, wanted, NOON)]


@pytest.mark.parametrize(
    ("which", "since", "tickets"),
    [
        (Which.OPEN, None, [1, 2, 3, 4]),
        (Which.ALL, None, [1, 2, 3, 4]),
        (Which.SINCE, -2 * DAY, [2, 3, 4]),
        (Which.NONE, None, [2, 4]),
    ],
)
def test_the_settings_say_which_old_tickets_are_written(
    which: Which, since: timedelta | None, tickets: list[int]
) -> None:
    assert let_through(which, since) == tickets


def test_an_old_ticket_is_written_without_note_and_watchers_and_a_new_one_as_planned() -> None:
    old, *_, new = backfilled(EDITS, Backfill(), NOON)
    assert (old.backfill, old.note, old.watchers, old.fields) == (True, None, (), (TEAM, GROUP))
    assert new == NEW


def test_a_ticket_of_the_second_in_which_the_first_cycle_began_is_new() -> None:
    began = NOON + timedelta(milliseconds=900)
    (made,) = backfilled((edit(1, timedelta(0)),), Backfill(which=Which.NONE), began)
    assert not made.backfill


def test_a_ticket_once_routed_is_no_matter_of_the_backfill() -> None:
    routed = replace(OLD, routed=True)
    assert backfilled((routed,), Backfill(which=Which.NONE), NOON) == (routed,)


def test_a_closed_ticket_is_given_to_nobody() -> None:
    (made,) = backfilled((edit(1, -DAY, closed=True),), Backfill(which=Which.ALL), NOON)
    assert made.fields == (TEAM,)


def test_an_old_ticket_that_would_only_be_watched_is_left_alone() -> None:
    assert backfilled((replace(OLD, fields=()),), Backfill(), NOON) == ()
