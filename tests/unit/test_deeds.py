"""What people did to a signal's ticket is read from its history."""

from datetime import timedelta
from typing import Any

import pytest

from itsm_sync.desk.signals.deeds import deeds
from itsm_sync.model.signals import Act, Deed
from itsm_sync.model.tickets import FieldChange, FieldName, Journal, Ref, StatusChange
from tests.builders import BOT, IT_GROUP, NOON, SEOJUN, SUA

KEY = "builds/0123456789/20260302T090000Z"
NEW, BUSY, DONE, ENDED, REJECTED = 1, 2, 5, 7, 6
CLOSED = (DONE, ENDED, REJECTED)


def entry(by: Ref = SEOJUN, number: int = 1, **changes: Any) -> Journal:
    """An entry of the history in which nothing of ours changed."""
    at = NOON + timedelta(hours=number)
    values: dict[str, Any] = {"id": number, "author": by, "at": at, "notes": "", "private": False}
    return Journal(**(values | changes))


def status(old: int, new: int, by: Ref = SEOJUN, number: int = 1, **changes: Any) -> Journal:
    return entry(by, number, status=StatusChange(old=old, new=new), **changes)


def assigned(old: str, new: str, by: Ref = SEOJUN, **changes: Any) -> Journal:
    change = FieldChange(field=FieldName.ASSIGNEE, old=old, new=new)
    return entry(by, changes=(change,), **changes)


def done(*journals: Journal) -> tuple[Act, ...]:
    return deeds(KEY, journals, bot=BOT.id, closed_statuses=CLOSED, wont_fix=(REJECTED,))


@pytest.mark.parametrize(
    ("journal", "found"),
    [
        (status(NEW, DONE), [Deed.CLOSED]),
        (status(REJECTED, DONE), [Deed.CLOSED]),
        (status(DONE, ENDED), []),
        (status(BUSY, REJECTED), [Deed.REJECTED]),
        (status(DONE, REJECTED), [Deed.REJECTED]),
        (status(DONE, NEW), [Deed.REOPENED]),
        (status(REJECTED, BUSY), [Deed.REOPENED]),
        (status(NEW, BUSY), [Deed.TAKEN]),
        (assigned("", str(SUA.id)), [Deed.TAKEN]),
        (assigned(str(SEOJUN.id), str(IT_GROUP)), [Deed.TAKEN]),
        (assigned(str(SEOJUN.id), ""), []),
        (entry(notes="제가 봅니다"), [Deed.TAKEN]),
        (entry(notes="제가 봅니다", private=True), [Deed.TAKEN]),
        (entry(notes=" \r\n"), []),
        (entry(other_changes=("due_date", "relation")), []),
        (status(NEW, DONE, notes="고쳤습니다"), [Deed.CLOSED]),
        (status(DONE, NEW, notes="아직 실패합니다"), [Deed.REOPENED]),
    ],
)
def test_what_an_entry_of_the_history_says(journal: Journal, found: list[Deed]) -> None:
    assert [act.deed for act in done(journal)] == found


def test_a_deed_is_that_of_a_person_at_a_time_on_an_episode() -> None:
    assert done(status(NEW, DONE, by=SUA)) == (
        Act(episode=KEY, deed=Deed.CLOSED, at=NOON + timedelta(hours=1), by="강수아"),
    )


@pytest.mark.parametrize(
    "journal",
    [
        status(NEW, DONE, by=BOT),
        status(DONE, NEW, by=BOT, notes="다시 실패합니다"),
        status(NEW, BUSY, by=BOT),
        assigned("", str(IT_GROUP), by=BOT),
        entry(BOT, notes="빌드 세 번 실패"),
    ],
)
def test_what_the_bot_wrote_is_no_deed(journal: Journal) -> None:
    assert done(journal) == ()


def test_who_reopens_a_ticket_and_takes_it_has_done_both() -> None:
    both = assigned("", str(SEOJUN.id), status=StatusChange(old=DONE, new=NEW))
    assert [act.deed for act in done(both)] == [Deed.REOPENED, Deed.TAKEN]


def test_a_person_who_closes_what_the_bot_reopened_has_closed_it() -> None:
    history = (
        status(NEW, DONE, number=1),
        status(DONE, NEW, by=BOT, number=2),
        status(NEW, DONE, by=SUA, number=3),
    )
    assert [(act.deed, act.by) for act in done(*history)] == [
        (Deed.CLOSED, "김서준"),
        (Deed.CLOSED, "강수아"),
    ]


def test_within_one_second_the_last_status_counts() -> None:
    at = NOON + timedelta(hours=1)
    history = (
        status(NEW, DONE, number=1, at=at),
        status(DONE, NEW, number=2, at=at),
        status(NEW, REJECTED, number=3, at=at),
        entry(number=4, at=at, notes="이번 분기에는 고치지 않습니다"),
    )
    found = done(*reversed(history))
    assert [act.deed for act in found] == [Deed.REJECTED, Deed.TAKEN]
