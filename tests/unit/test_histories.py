"""What a ticket's journals say that clocks count, and what is kept of it."""

from datetime import timedelta

from itsm_sync.desk.histories import (
    history,
    is_answered,
    is_explained,
    is_untouched,
    reading,
    shape,
)
from itsm_sync.model.histories import Deed, Event
from itsm_sync.model.tickets import (
    FieldChange,
    FieldName,
    Journal,
    Ref,
    StatusChange,
    Ticket,
    TrackerChange,
)
from tests.builders import BOT, NOON, SEOJUN, SUA, YUJIN, ticket

HOUR = timedelta(hours=1)
HIGH = Ref(id=3, name="높음")


def worked(**changes: object) -> Ticket:
    made: dict[str, object] = {"priority": HIGH, "created_on": NOON, "updated_on": NOON + 9 * HOUR}
    return ticket(7, **{**made, **changes})


def entry(number: int, by: Ref = SEOJUN, **changes: object) -> Journal:
    made: dict[str, object] = {"notes": "", "private": False, **changes}
    return Journal(id=number, author=by, at=NOON + number * HOUR, **made)  # type: ignore[arg-type]


def changed(field: FieldName, old: str, new: str) -> tuple[FieldChange, ...]:
    return (FieldChange(field=field, old=old, new=new),)


def moved(number: int, old: int, new: int, by: Ref = SEOJUN) -> Journal:
    changes = changed(FieldName.STATUS, str(old), str(new))
    return entry(number, by, changes=changes, status=StatusChange(old=old, new=new))


def test_what_a_ticket_was_made_with_is_what_its_first_changes_began_from() -> None:
    now = worked(status=Ref(id=5, name="완료"), tracker=Ref(id=4, name="사건"), assignee=SUA)
    said = history(
        now,
        [
            entry(
                1, changes=changed(FieldName.STATUS, "1", "2"), status=StatusChange(old=1, new=2)
            ),
            entry(2, changes=changed(FieldName.PRIORITY, "1", "3")),
            entry(3, tracker=TrackerChange(old=3, new=4)),
            entry(4, changes=changed(FieldName.ASSIGNEE, "", "12")),
            entry(
                5, changes=changed(FieldName.STATUS, "2", "5"), status=StatusChange(old=2, new=5)
            ),
        ],
    )
    assert (said.status, said.priority, said.tracker, said.assignee) == ("1", "1", "3", "")
    assert [(one.deed, one.old, one.new) for one in said.events] == [
        (Deed.STATUS, "1", "2"),
        (Deed.PRIORITY, "1", "3"),
        (Deed.TRACKER, "3", "4"),
        (Deed.ASSIGNEE, "", "12"),
        (Deed.STATUS, "2", "5"),
    ]
    assert {one.by for one in said.events} == {SEOJUN.id}
    assert (said.author, said.created_at, said.seen) == (now.author.id, NOON, NOON + 9 * HOUR)


def test_a_ticket_that_nobody_touched_was_made_as_it_is() -> None:
    said = history(worked(assignee=SUA), [])
    assert (said.status, said.priority, said.tracker, said.assignee) == ("1", "3", "1", "12")
    assert said.events == ()


def test_of_a_note_only_its_time_is_kept_and_of_a_private_one_nothing() -> None:
    said = history(
        worked(),
        [
            entry(1, notes="확인했습니다"),
            entry(2, notes="우리끼리", private=True),
            entry(3, changes=changed(FieldName.TEAM, "a", "b")),
            entry(4, changes=changed(FieldName.PRIORITY, "3", "3")),
        ],
    )
    assert said.events == (Event(deed=Deed.NOTE, at=NOON + HOUR, by=SEOJUN.id, journal=1),)


def test_an_answer_is_anothers_note_or_status_and_never_our_own() -> None:
    cases = (
        (entry(1, YUJIN, notes="급합니다"), False),  # who reported it
        (entry(1, BOT, notes="IT기획팀"), False),
        (moved(1, 1, 2, by=BOT), False),
        (entry(1, SEOJUN, changes=changed(FieldName.ASSIGNEE, "", "11")), False),
        (entry(1, SEOJUN, notes="봅니다"), True),
        (moved(1, 1, 2, by=SUA), True),
    )
    for journal, answered in cases:
        assert is_answered(history(worked(author=YUJIN), [journal]), BOT.id) is answered


def test_a_ticket_is_explained_until_something_moves_that_its_history_tells() -> None:
    kept = reading(worked(), [], BOT.id)
    assert is_explained(worked(updated_on=NOON + 20 * HOUR), kept)
    assert is_explained(worked(priority=None), kept)  # stored by an older program
    for other in (
        worked(status=Ref(id=2, name="진행")),
        worked(priority=Ref(id=4, name="긴급")),
        worked(tracker=Ref(id=2, name="새기능")),
        worked(assignee=SUA),
    ):
        assert not is_explained(other, kept)
        assert shape(other) != kept.shape


def test_only_a_ticket_whose_priority_is_known_and_that_nobody_touched_needs_no_reading() -> None:
    assert is_untouched(worked(updated_on=NOON))
    assert not is_untouched(worked())
    assert not is_untouched(worked(updated_on=NOON, priority=None))


def test_our_kept_notes_are_known_again_by_name() -> None:
    said = reading(
        worked(closed=True),
        [
            entry(1, BOT, notes="80%\n\nitsm-sync: sla_response_80", private=True),
            entry(2, SUA, notes="따라 씀\n\nitsm-sync: sla_response_100"),
        ],
        BOT.id,
    )
    assert said.notes == ("sla_response_80",)
    assert said.closed


def test_who_did_something_is_told_by_name_beside_the_history() -> None:
    said = [entry(1, SEOJUN, notes="봅니다"), entry(2, SUA, notes="감사합니다"), entry(3, SEOJUN)]
    assert reading(worked(), said, BOT.id).people == (SEOJUN, SUA)
