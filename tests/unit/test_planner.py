"""The planner: desired against what stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.desk.planner import plan, replaces, wants_group
from itsm_sync.desk.subject import Subject
from itsm_sync.desk.wording import values
from itsm_sync.locale import say
from itsm_sync.model.plans import Plan, Refusal
from itsm_sync.model.routing import Evidence
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from itsm_sync.routing.overrule import Overruled, follow
from tests.builders import (
    BOT,
    BUSINESS_GROUP,
    IT_GROUP,
    MATRIX,
    NOON,
    SEOJUN,
    SUA,
    change_routing,
    journal,
    policy,
    routing,
    subject,
    ticket,
    written,
)

TEAM = FieldName.TEAM


def planned(*subjects: Subject, **changes: object) -> Plan:
    return plan(list(subjects), MATRIX, policy(**changes), NOON)


def edited(made: Plan) -> dict[FieldName, str]:
    assert len(made.edits) == 1
    return {edit.name: edit.new for edit in made.edits[0].fields}


def filled(number: int = 1, **changes: str) -> dict[FieldName, str]:
    """Our fields as we would have written them for the default routing."""
    shown = {name.value: value for name, value in values(MATRIX, routing(number), "ko").items()}
    return {FieldName(name): value for name, value in (shown | changes).items()}


def settled(number: int = 1, **changes: object) -> Subject:
    """A ticket on which all we want stands already, as the ledger says."""
    shown = filled(number)
    now = ticket(number, fields=shown, assignee=Ref(id=IT_GROUP, name="IT기획팀"))
    ledger = written(number, **shown, assignee=str(IT_GROUP))
    return subject(replace(now, **changes), ledger=ledger)


def test_an_untouched_ticket_gets_process_team_role_responsibility_and_reason() -> None:
    new = edited(planned(subject()))
    assert new[FieldName.PROCESS] == "사건 관리"
    assert new[TEAM] == "IT기획팀"
    assert new[FieldName.ROLE] == "Incident Management (사건 관리)"
    assert "Incident Management (사건 관리) 책임" in new[FieldName.RESPONSIBILITY]
    assert "«서비스 장애»" in new[FieldName.REASON]
    assert new[FieldName.KEY] == "redmine:issue/1"
    assert new[FieldName.ASSIGNEE] == str(IT_GROUP)


def test_a_ticket_that_shows_what_is_wanted_is_not_edited() -> None:
    assert planned(settled()).edits == ()


def test_line_ends_of_a_web_form_are_no_difference() -> None:
    shown = filled()
    shown[FieldName.RESPONSIBILITY] = shown[FieldName.RESPONSIBILITY].replace("\n", "\r\n") + " "
    assert planned(settled(fields=shown)).edits == ()


def test_a_persons_team_is_never_overwritten_and_is_counted() -> None:
    now = ticket(fields=filled() | {TEAM: "신사업팀"})
    history = [journal(SUA, TEAM, "IT기획팀", "신사업팀")]
    made = planned(subject(now, history=history, ledger=written(**filled())))
    assert TEAM not in edited(made)
    (override,) = made.overrides
    assert (override.field, override.value, override.by) == (TEAM, "신사업팀", "강수아")
    assert override.chosen == "IT기획팀"


def test_what_depends_on_an_overruled_team_follows_it() -> None:
    now = ticket(fields={TEAM: "신사업팀"})
    chosen = change_routing(stage="assess")
    followed = follow(MATRIX, chosen, Overruled(team="business"))
    new = edited(planned(subject(now, chosen=chosen, routing=followed)))
    assert new[FieldName.ROLE] == "변경 관리자"
    assert new[FieldName.ASSIGNEE] == str(BUSINESS_GROUP)


def test_the_reason_says_what_people_decided_and_what_the_rules_would_say() -> None:
    now = ticket(fields={TEAM: "신사업팀"})
    followed = follow(MATRIX, routing(), Overruled(team="business"))
    text = edited(planned(subject(now, chosen=routing(), routing=followed)))[FieldName.REASON]
    assert text.startswith("사람이 정한 값: 담당 팀")
    assert "IT기획팀" in text


def test_an_emptied_decision_is_filled_again() -> None:
    shown = filled() | {TEAM: ""}
    assert edited(planned(settled(fields=shown))) == {TEAM: "IT기획팀"}


def test_a_pinned_ticket_is_left_alone() -> None:
    made = planned(subject(ticket(fields={FieldName.PIN: "1"})))
    assert made.edits == ()
    assert made.pinned == (1,)


def test_a_field_that_is_not_on_the_tracker_is_not_tried() -> None:
    bare = ticket()
    bare = replace(bare, fields={TEAM: ""}, field_ids={TEAM: 102})
    assert set(edited(planned(subject(bare)))) == {TEAM, FieldName.ASSIGNEE}


def test_somebody_who_took_the_ticket_keeps_it_and_is_no_override() -> None:
    made = planned(subject(ticket(assignee=SEOJUN)))
    assert FieldName.ASSIGNEE not in edited(made)
    assert made.overrides == ()


def test_the_group_we_assigned_moves_with_the_team() -> None:
    moved = replace(settled(), chosen=change_routing(), routing=change_routing())
    assert edited(planned(moved))[FieldName.ASSIGNEE] == str(BUSINESS_GROUP)


def test_nobody_is_assigned_where_the_settings_say_never() -> None:
    assert FieldName.ASSIGNEE not in edited(planned(subject(), assign=False))


def test_nobody_is_assigned_where_the_group_is_no_member() -> None:
    assert FieldName.ASSIGNEE not in edited(planned(subject(), groups={}))


def test_groups_are_asked_for_only_where_an_assignee_may_change() -> None:
    assert wants_group(subject(), MATRIX, policy())
    assert not wants_group(settled(), MATRIX, policy())
    assert not wants_group(subject(ticket(assignee=SEOJUN)), MATRIX, policy())


def test_a_decision_of_ours_is_replaced_where_the_rules_say_another() -> None:
    def told(one: Subject) -> bool:
        return replaces(one, MATRIX, policy(), NOON)

    moved = replace(settled(), routing=change_routing(), chosen=change_routing())
    assert told(moved)
    assert not told(settled())
    assert not told(subject())  # filling is not replacing
    assert not told(replace(moved, ticket=ticket(fields=filled(pin="1"))))


def test_our_own_older_wording_waits_for_the_next_real_edit() -> None:
    shown = filled(reason="옛 문장")
    ledger = written(**filled(), assignee=str(IT_GROUP)) | written(reason="옛 문장")
    now = ticket(fields=shown, assignee=Ref(id=IT_GROUP, name="IT기획팀"))
    assert planned(subject(now, ledger=ledger)).edits == ()
    also_team = replace(now, fields=shown | {TEAM: ""})
    assert set(edited(planned(subject(also_team, ledger=ledger)))) == {TEAM, FieldName.REASON}


def test_a_reason_that_a_person_changed_is_put_right() -> None:
    made = planned(settled(fields=filled(reason="제가 고쳤어요")))
    assert set(edited(made)) == {FieldName.REASON}


@pytest.mark.parametrize(
    ("changes", "tried"),
    [
        ({}, False),
        ({"value": "신사업팀"}, True),
        ({"circumstances": "1/1/2/abc123"}, True),
        ({"circumstances": "1/1/1/other"}, True),
        ({"at": NOON - timedelta(days=1, seconds=1)}, True),
        ({"at": NOON - timedelta(minutes=10)}, False),
        ({"at": NOON + timedelta(minutes=10)}, True),
        ({"at": NOON - timedelta(days=365)}, True),
        ({"at": NOON + timedelta(days=365)}, True),
    ],
    ids=[
        "same",
        "value",
        "status",
        "configuration",
        "a day later",
        "by a clock 10 minutes slow",
        "by a clock 10 minutes fast",
        "by a clock a year slow",
        "by a clock a year fast",
    ],
)
def test_a_refused_field_is_tried_again_only_when_something_changed(
    changes: dict[str, object], *, tried: bool
) -> None:
    refusal = Refusal(
        ticket=1,
        field=TEAM,
        value="IT기획팀",
        circumstances="1/1/1/abc123",
        reason=Message("read-only"),
        at=NOON,
    )
    made = planned(subject(refusals={TEAM: replace(refusal, **changes)}))
    assert (TEAM in edited(made)) is tried
    assert [left.field for left in made.withheld] == ([] if tried else [TEAM])


def test_a_value_that_comes_back_changed_three_times_a_day_is_left_alone() -> None:
    fought = subject(rewrites={(TEAM, "IT기획팀"): 3})
    made = planned(fought)
    assert TEAM not in edited(made)
    assert [left.field for left in made.withheld] == [TEAM]
    assert TEAM in edited(planned(subject(rewrites={(TEAM, "IT기획팀"): 2})))


def test_a_value_that_we_wrote_last_and_a_while_ago_is_known_to_come_again() -> None:
    def again(rewrites: int, last: str, shown: str = "사건") -> bool:
        now = ticket(fields={FieldName.STAGE: shown})
        wanted = edited(planned(subject(now)))[FieldName.STAGE]
        made = planned(
            subject(
                now,
                ledger=written(stage=last or wanted),
                rewrites={(FieldName.STAGE, wanted): rewrites},
            )
        )
        return next(f.again for f in made.edits[0].fields if f.name is FieldName.STAGE)

    assert again(1, "")
    assert not again(0, "")  # long ago
    assert not again(1, "사건")  # it was another of ours meanwhile


def test_the_reason_has_nothing_in_it_that_changes_by_itself() -> None:
    first = edited(planned(subject()))[FieldName.REASON]
    later = plan([subject()], MATRIX, policy(), NOON + timedelta(days=9))
    assert edited(later)[FieldName.REASON] == first
    assert "\n" not in first


def test_an_unsure_reason_says_so_and_names_the_rival() -> None:
    rival = Evidence(axis="process", answer="change", rule="변경 요청")
    unsure = routing(sure=False, alternatives=(rival,))
    text = edited(planned(subject(chosen=unsure)))[FieldName.REASON]
    assert text.startswith("확인 필요")
    assert "변경 관리" in text
    assert "변경 요청" in text


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [(TEAM, "신사업팀", False), (FieldName.APPROVING_TEAM, "신사업팀", True)],
)
def test_what_people_settled_is_not_to_be_confirmed_any_more(
    name: FieldName, value: str, asked: bool
) -> None:
    one = subject(ticket(fields={name: value}), chosen=routing(sure=False))
    text = edited(planned(one))[FieldName.REASON]
    assert text.startswith("사람이 정한 값")
    assert ("확인 필요" in text) is asked


def test_a_reason_quotes_a_ticket_without_marks_or_mentions() -> None:
    hostile = Evidence(
        axis="process",
        answer="incident",
        rule="서비스 장애",
        matched=(("title", "@admin #12 {{toc}} *x* <b>장애</b>"),),
    )
    text = edited(planned(subject(chosen=routing(evidence=(hostile,)))))[FieldName.REASON]
    assert not set("@#{}*<") & set(text)
    assert "장애" in text


NOTES = {"notes": "private", "notes_on": ("handover", "new"), "notes_since": NOON}


def test_a_hand_over_is_told_in_a_note() -> None:
    moved = replace(settled(), chosen=change_routing(), routing=change_routing())
    (edit,) = planned(moved, **NOTES).edits
    assert edit.note is not None
    assert edit.note.private
    assert "IT기획팀" in edit.note.text
    assert "신사업팀" in edit.note.text


def test_a_person_who_changes_the_team_hands_over_and_it_is_told_once() -> None:
    shown = filled() | {TEAM: "신사업팀"}
    now = ticket(fields=shown, assignee=Ref(id=IT_GROUP, name="IT기획팀"))
    ledger = written(**filled(), assignee=str(IT_GROUP))
    history = [journal(SUA, TEAM, "IT기획팀", "신사업팀")]
    followed = follow(MATRIX, routing(), Overruled(team="business"))
    taken = subject(now, ledger=ledger, history=history, chosen=routing(), routing=followed)
    (edit,) = planned(taken, **NOTES).edits
    assert edit.note is not None
    assert "IT기획팀" in edit.note.text
    assert "신사업팀" in edit.note.text
    assert "사람이 정한 값" in edit.note.text
    later = replace(now, fields=shown | {FieldName.ROLE: "변경 관리자"})
    again = subject(
        later,
        ledger=ledger | written(role="변경 관리자"),
        history=history,
        chosen=routing(),
        routing=follow(MATRIX, routing(), Overruled(row="owner")),
    )
    (edit,) = planned(again, **NOTES).edits
    assert FieldName.ROLE in {f.name for f in edit.fields}
    assert edit.note is None


def test_a_hand_over_that_follows_a_person_names_no_rule_for_it() -> None:
    process = values(MATRIX, change_routing(), "ko")[FieldName.PROCESS]
    now = subject(ticket(fields=filled(process=process)), ledger=written(**filled()))
    moved = replace(now, routing=change_routing())
    (edit,) = planned(moved, **NOTES).edits
    assert edit.note is not None
    reason = next(field.new for field in edit.fields if field.name is FieldName.REASON)
    assert reason.startswith("사람이 정한 값")
    assert edit.note.text.endswith(reason)
    assert {say(field.why, "ko") for field in edit.fields} == {"사람이 정한 값을 따릅니다: process"}


def test_a_new_ticket_of_a_person_is_greeted_once_and_old_ones_are_not() -> None:
    new = subject(ticket(created_on=NOON + timedelta(minutes=1)))
    assert planned(new, **NOTES).edits[0].note is not None
    assert planned(subject(), **NOTES).edits[0].note is None
    assert planned(new, **(NOTES | {"notes_since": None})).edits[0].note is None


def test_values_of_a_copied_ticket_are_nobodys_and_are_written_anew() -> None:
    origin = ticket(7, fields=filled(7) | {TEAM: "신사업팀"})
    copy = ticket(8, fields=filled(7) | {TEAM: "신사업팀"}, author=SUA, copied_from=7)
    made = planned(subject(copy, chosen=routing(8), origin=origin))
    assert made.overrides == ()
    assert edited(made)[TEAM] == "IT기획팀"
    assert edited(made)[FieldName.KEY] == "redmine:issue/8"


def test_a_decision_made_while_copying_is_a_persons() -> None:
    origin = ticket(7, fields=filled(7))
    copy = ticket(8, fields=filled(7) | {TEAM: "신사업팀"}, author=SUA, copied_from=7)
    (override,) = planned(subject(copy, chosen=routing(8), origin=origin)).overrides
    assert (override.value, override.by) == ("신사업팀", "강수아")


def test_values_that_only_the_history_knows_as_ours_are_ours() -> None:
    now = ticket(fields={TEAM: "신사업팀"})
    made = planned(subject(now, history=[journal(BOT, TEAM, "", "신사업팀")]))
    assert made.overrides == ()
    assert edited(made)[TEAM] == "IT기획팀"


def test_a_persons_value_that_our_write_replaced_is_planned_back() -> None:
    now = ticket(fields={TEAM: "IT기획팀"})
    lost = [journal(SUA, TEAM, "", "신사업팀"), journal(BOT, TEAM, "신사업팀", "IT기획팀")]
    made = planned(subject(now, history=lost))
    (override,) = made.overrides
    assert (override.value, override.by) == ("신사업팀", "강수아")
    assert edited(made)[TEAM] == "신사업팀"
    (team,) = (f for f in made.edits[0].fields if f.name is TEAM)
    assert team.theirs is not None


def test_a_hand_over_that_was_refused_is_not_told_again_every_day() -> None:
    moved = replace(settled(), chosen=change_routing(), routing=change_routing())
    refusal = Refusal(
        ticket=1,
        field=TEAM,
        value="신사업팀",
        circumstances="1/1/1/abc123",
        reason=Message("read-only"),
        at=NOON - timedelta(days=2),
    )
    (edit,) = planned(replace(moved, refusals={TEAM: refusal}), **NOTES).edits
    assert edit.note is None
