"""A stage begins: fields and assignee move, consulted teams watch, a note tells the hand-over."""

from dataclasses import replace

import pytest

from itsm_sync.clients.errors import ClientError, Forbidden, Unreachable
from itsm_sync.desk.planner import RETRY_REFUSED, plan, wants_group
from itsm_sync.desk.subject import Subject
from itsm_sync.desk.wording import note, values
from itsm_sync.desk.writer import Writer
from itsm_sync.model.plans import Edit, NoteEdit, Outcome, Refusal, Watch
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from tests.builders import (
    BOT,
    BUSINESS_GROUP,
    IT_GROUP,
    MATRIX,
    NOON,
    SUA,
    change_routing,
    journal,
    policy,
    subject,
    ticket,
    written,
)
from tests.shelf import Deaf
from tests.unit.test_writer import Redmine

APPROVE = replace(change_routing(), consulted=("change",))
ASSESS = replace(change_routing(stage="assess"), consulted=("owner",))
IT_WATCHES = Watch(process="change", stage="approve", team="it", group=IT_GROUP, name="IT기획팀")


def standing(before: Routing, now: Routing, **changes: object) -> Subject:
    """A ticket that shows the routing before, and is routed anew."""
    shown = values(MATRIX, before, "ko")
    group = {"it": IT_GROUP, "business": BUSINESS_GROUP}[before.responsible]
    fields = {name.value: value for name, value in shown.items()}
    return subject(
        ticket(fields=shown, assignee=Ref(id=group, name="그룹")),
        ledger=written(**fields, assignee=str(group)),
        chosen=now,
        **changes,
    )


def edited(one: Subject, **changes: object) -> Edit | None:
    wishes = {"watch": True, "notes": "private", "notes_on": ("handover", "new")} | changes
    return next(iter(plan([one], MATRIX, policy(**wishes), NOON).edits), None)


def test_a_stage_moves_fields_assignee_watchers_and_a_note_in_one_edit() -> None:
    made = edited(standing(ASSESS, APPROVE))
    assert made is not None
    new = {field.name: field.new for field in made.fields}
    assert new[FieldName.STAGE] == "승인"
    assert new[FieldName.TEAM] == "신사업팀"
    assert new[FieldName.ASSIGNEE] == str(BUSINESS_GROUP)
    assert made.watchers == (IT_WATCHES,)
    assert made.note is not None
    assert made.note.text.startswith("승인 단계. ")
    assert "IT기획팀" in made.note.text
    assert "신사업팀" in made.note.text


@pytest.mark.parametrize(("done", "again"), [(True, False), (False, True)])
def test_a_watcher_is_added_once_a_stage_and_tried_again_only_where_it_failed(
    done: bool, again: bool
) -> None:
    place = ("change", "approve", "it")
    one = replace(standing(APPROVE, APPROVE), watched={place: done})
    made = edited(one)
    assert (made is not None) is again
    if made is not None:
        assert (made.fields, made.watchers, made.note) == ((), (IT_WATCHES,), None)
    assert wants_group(one, MATRIX, policy(watch=True)) is again
    back = replace(standing(ASSESS, APPROVE), watched={place: True})
    moved = edited(back)
    assert moved is not None
    assert moved.watchers == ()


def test_a_group_that_cannot_be_read_when_the_stage_begins_watches_later() -> None:
    unread = {(1, "it"): None, (1, "business"): None}
    made = edited(standing(ASSESS, APPROVE), groups=unread)
    assert made is not None
    assert made.watchers == (replace(IT_WATCHES, group=None),)
    redmine = Watching({1: made.ticket})
    assert write(redmine, made) == (Outcome.APPLIED, ())
    later = replace(standing(APPROVE, APPROVE), watched={("change", "approve", "it"): False})
    assert edited(later, groups=unread) is None
    known = edited(later)
    assert known is not None
    assert known.watchers == (IT_WATCHES,)


def test_nobody_watches_where_no_stage_begins_or_the_settings_say_never() -> None:
    assert edited(standing(APPROVE, APPROVE)) is None
    made = edited(standing(ASSESS, APPROVE), watch=False)
    assert made is not None
    assert made.watchers == ()


def test_the_team_that_holds_the_ticket_does_not_watch_it() -> None:
    made = edited(standing(ASSESS, replace(APPROVE, consulted=("owner", "manager"))))
    assert made is not None
    assert made.watchers == ()


def test_within_a_team_a_stage_hands_over_from_role_to_role() -> None:
    review = replace(ASSESS, stage="none", row="desk")
    made = edited(standing(ASSESS, review))
    assert made is not None
    assert made.note is not None
    assert "Change Management (변경 관리)" in made.note.text
    assert "서비스 데스크 운영" in made.note.text


def test_another_role_in_the_same_stage_is_no_hand_over() -> None:
    made = edited(standing(ASSESS, replace(ASSESS, row="desk")))
    assert made is not None
    assert made.note is None


def test_a_persons_team_stays_in_the_next_stage_and_the_note_says_what_rules_would_say() -> None:
    shown = values(MATRIX, ASSESS, "ko") | {FieldName.TEAM: "신사업팀"}
    ledger = written(**{n.value: v for n, v in values(MATRIX, ASSESS, "ko").items()})
    one = subject(
        ticket(fields=shown, assignee=Ref(id=IT_GROUP, name="그룹")),
        ledger=ledger,
        history=(journal(SUA, FieldName.TEAM, "IT기획팀", "신사업팀"),),
        chosen=replace(ASSESS, stage="none"),
        routing=replace(ASSESS, stage="none", responsible="business"),
    )
    made = edited(one)
    assert made is not None
    assert FieldName.TEAM not in {field.name for field in made.fields}
    assert made.note is not None
    assert "사람이 정한 대로 신사업팀" in made.note.text
    assert "IT기획팀" in made.note.text
    refused = Refusal(
        ticket=1,
        field=FieldName.STAGE,
        value="해당 없음",
        circumstances="",
        reason=Message("dropped"),
        at=NOON - RETRY_REFUSED,
    )
    again = edited(replace(one, refusals={FieldName.STAGE: refused}))
    assert again is not None
    assert again.note is None


class Watching(Redmine):
    """Also takes watchers; refuses those of the group named."""

    refused = 0
    why: ClientError = Unreachable(Message("lost"), system="redmine")

    def watch(self, ticket: int, group: int) -> None:
        self.log.append(f"watch {ticket} {group}")
        if group == self.refused:
            raise self.why


def write(redmine: Watching, edit: Edit) -> tuple[Outcome, tuple[Watch, ...]]:
    writer = Writer(
        counter=redmine, bot=BOT.id, configuration="x", clock=lambda: NOON, observer=Deaf()
    )
    (result,) = writer.apply([edit])
    return result.outcome, result.watched


def test_watchers_come_after_the_fields_stand() -> None:
    redmine = Watching({1: ticket()})
    made = edited(subject(chosen=APPROVE))
    assert made is not None
    assert write(redmine, made) == (Outcome.APPLIED, (IT_WATCHES,))
    assert redmine.log == ["look", "put 1", "read 1", f"watch 1 {IT_GROUP}"]


def test_a_watcher_that_fails_takes_nothing_back_and_an_edit_of_watchers_alone_puts_nothing() -> (
    None
):
    redmine = Watching({1: ticket()})
    redmine.refused = IT_GROUP
    made = edited(subject(chosen=APPROVE))
    assert made is not None
    assert write(redmine, made) == (Outcome.PARTLY, ())
    redmine.refused, redmine.log = 0, []
    alone = replace(made, ticket=redmine.tickets[1], fields=(), note=None)
    assert write(redmine, alone) == (Outcome.APPLIED, (IT_WATCHES,))
    assert redmine.log == ["look", f"watch 1 {IT_GROUP}"]


def test_a_watcher_that_redmine_forbids_is_not_tried_again_for_a_day() -> None:
    redmine = Watching({1: ticket()})
    redmine.refused = IT_GROUP
    made = edited(subject(chosen=APPROVE))
    assert made is not None
    found = []
    for why in (redmine.why, Forbidden(Message("403"), system="redmine")):
        redmine.why = why
        alone = replace(made, fields=(), note=None)
        writer = Writer(
            counter=redmine, bot=BOT.id, configuration="x", clock=lambda: NOON, observer=Deaf()
        )
        found += [result.watch_again for result in writer.apply([alone])]
    assert found == [None, NOON + RETRY_REFUSED]


def test_a_watcher_that_an_earlier_stage_lacks_is_asked_for_no_more() -> None:
    missing = {("change", "assess", "business"): False}
    assert not wants_group(
        replace(standing(APPROVE, APPROVE), watched=missing), MATRIX, policy(watch=True)
    )


def test_nobody_watches_what_was_not_written() -> None:
    redmine = Watching({})
    made = edited(subject(chosen=APPROVE))
    assert made is not None
    assert made.note is None or isinstance(made.note, NoteEdit)
    outcome, watched = write(redmine, made)
    assert (outcome, watched) == (Outcome.FAILED, ())


def test_a_hand_over_within_a_team_is_told_from_role_to_role() -> None:
    row = MATRIX.row(ASSESS.row)
    told = [
        note(MATRIX, ASSESS, before=before, why="왜.", language="ko", stage=True)
        for before in ("신사업팀", "사건 관리")
    ]
    assert told == [
        f"평가 단계. 담당 팀이 바뀌었습니다: 신사업팀 → IT기획팀({row.name['ko']}). 왜.",
        f"평가 단계. IT기획팀 안에서 담당 역할이 바뀌었습니다: 사건 관리 → {row.name['ko']}. 왜.",
    ]
