"""A verdict counts only from somebody of the accountable team."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.desk.approvals import Meanings, approval
from itsm_sync.model.approvals import Approval, Verdict
from itsm_sync.model.tickets import FieldName, Journal, Ref, StatusChange, Ticket
from itsm_sync.settings import Approvals
from tests.builders import BOT, NOON, SEOJUN, SUA, YUJIN, journal, ticket

FIELD = FieldName.APPROVAL
NEW, REVIEW, WAITING, APPROVED, DOING, BACK = 1, 2, 3, 4, 5, 6
STATUSES = {
    NEW: "신규",
    REVIEW: "검토",
    WAITING: "승인 대기",
    APPROVED: "승인",
    DOING: "실행",
    BACK: "반려",
}
MEANINGS = Meanings.of(Approvals())
MEMBERS = frozenset({SUA.id})


def said(number: int, who: Ref, old: str, new: str) -> Journal:
    return journal(who, FIELD, old, new, id=number, at=NOON + timedelta(minutes=number))


def moved(number: int, who: Ref, old: int, new: int) -> Journal:
    return Journal(
        id=number,
        author=who,
        at=NOON + timedelta(minutes=number),
        notes="",
        private=False,
        status=StatusChange(old=old, new=new),
    )


def shown(value: str = "", status: int = NEW, **changes: object) -> Ticket:
    ref = Ref(id=status, name=STATUSES[status])
    return ticket(fields={FIELD: value}, status=ref, **changes)


def heard(now: Ticket, *history: Journal, known: Approval | None = None) -> Approval:
    return approval(
        now, history, meanings=MEANINGS, statuses=STATUSES, members=MEMBERS, known=known
    )


def test_a_member_of_the_accountable_team_approves_by_the_field() -> None:
    found = heard(shown("승인"), said(1, SUA, "", "승인"))
    assert found.verdict is Verdict.APPROVED
    assert found.stands is not None
    assert (found.stands.by, found.stands.journal) == (SUA.name, 1)
    assert found.unheard is None


@pytest.mark.parametrize("who", [SEOJUN, YUJIN, BOT], ids=["other team", "reporter", "bot"])
def test_nobody_else_approves_by_field_or_status(who: Ref) -> None:
    by_field = heard(shown("승인"), said(1, who, "", "승인"))
    by_status = heard(shown(status=APPROVED), moved(1, who, WAITING, APPROVED))
    for found in (by_field, by_status):
        assert found.unheard is not None
        assert (found.unheard.by, found.unheard.verdict) == (who.name, Verdict.APPROVED)
    assert by_field.verdict is None
    assert by_status.verdict is Verdict.AWAITING  # it was made so, and anyone may ask


def test_an_approval_by_status_stays_when_the_work_goes_on() -> None:
    found = heard(
        shown(status=DOING),
        moved(1, SEOJUN, REVIEW, WAITING),
        moved(2, SUA, WAITING, APPROVED),
        moved(3, SEOJUN, APPROVED, DOING),
    )
    assert found.verdict is Verdict.APPROVED
    assert found.unheard is None


def test_an_unheard_verdict_is_forgotten_once_the_ticket_no_longer_shows_it() -> None:
    history = [moved(1, SEOJUN, WAITING, APPROVED), moved(2, SEOJUN, APPROVED, DOING)]
    assert heard(shown(status=APPROVED), history[0]).unheard is not None
    assert heard(shown(status=DOING), *history).unheard is None


def test_a_verdict_that_counts_ends_one_before_it_that_does_not() -> None:
    status = moved(1, SEOJUN, WAITING, APPROVED)
    found = heard(shown("승인", APPROVED), status, said(2, SUA, "", "승인"))
    assert found.verdict is Verdict.APPROVED
    assert found.unheard is None
    asked = heard(shown("대기", APPROVED), status, said(2, YUJIN, "", "대기"))
    assert asked.unheard is not None


def test_an_unheard_verdict_leaves_the_one_before_it_standing() -> None:
    found = heard(shown("반려"), said(1, SUA, "", "승인"), said(2, SEOJUN, "승인", "반려"))
    assert found.verdict is Verdict.APPROVED
    assert found.unheard is not None
    assert found.unheard.verdict is Verdict.REJECTED


def test_asking_anew_ends_an_approval_whoever_asks() -> None:
    found = heard(shown("대기"), said(1, SUA, "", "승인"), said(2, YUJIN, "승인", "대기"))
    assert found.verdict is Verdict.AWAITING


def test_emptying_the_field_takes_its_verdict_back_but_not_that_of_a_status() -> None:
    by_field = heard(shown(""), said(1, SUA, "", "승인"), said(2, SUA, "승인", ""))
    by_status = heard(
        shown("", DOING), said(1, YUJIN, "", "대기"), moved(2, SUA, WAITING, APPROVED),
        said(3, YUJIN, "대기", ""),
    )  # fmt: skip
    assert by_field.verdict is None
    assert by_status.verdict is Verdict.APPROVED


def test_a_rejection_stands_after_the_ticket_went_back_to_review() -> None:
    found = heard(
        shown(status=REVIEW), moved(1, SUA, WAITING, BACK), moved(2, SEOJUN, BACK, REVIEW)
    )
    assert found.verdict is Verdict.REJECTED


def test_who_made_the_ticket_so_has_said_so() -> None:
    assert heard(shown("승인", author=SUA)).verdict is Verdict.APPROVED
    by_reporter = heard(shown("승인", author=YUJIN))
    assert by_reporter.verdict is None
    assert by_reporter.unheard is not None


def test_what_came_along_with_a_copy_nobody_said() -> None:
    found = heard(shown("승인", author=SUA, copied_from=7))
    assert found.verdict is None
    assert found.unheard is not None


def test_a_verdict_once_heard_stays_when_its_author_leaves_the_group() -> None:
    history = (said(1, SUA, "", "승인"),)
    before = heard(shown("승인"), *history)
    now = approval(
        shown("승인"), history, meanings=MEANINGS, statuses=STATUSES, members=(), known=before
    )
    assert now.verdict is Verdict.APPROVED
    again = said(3, SUA, "대기", "승인")
    later = approval(
        shown("승인"),
        (*history, said(2, YUJIN, "승인", "대기"), again),
        meanings=MEANINGS,
        statuses=STATUSES,
        members=(),
        known=before,
    )
    assert later.verdict is Verdict.AWAITING
    assert later.unheard is not None


def test_a_web_form_that_sends_the_same_value_again_says_nothing() -> None:
    found = heard(shown("승인"), said(1, SUA, "", "승인"), said(2, SEOJUN, "승인", "승인 "))
    assert found.verdict is Verdict.APPROVED
    assert found.unheard is None


def test_asking_for_approval_gives_none_by_another_change_of_the_same_moment() -> None:
    both = replace(moved(1, SEOJUN, REVIEW, APPROVED), changes=said(1, SEOJUN, "", "대기").changes)
    now = shown("대기", APPROVED)
    first = heard(now, both)
    assert first.verdict is Verdict.AWAITING
    again = heard(now, both, known=first)
    assert again.verdict is Verdict.AWAITING
    assert again.unheard == first.unheard
    assert again.unheard is not None


def test_a_verdict_that_a_ticket_was_made_with_stays_when_its_author_leaves_the_group() -> None:
    made = shown("승인", author=SUA)
    later = approval(made, (), meanings=MEANINGS, statuses=STATUSES, members=(), known=heard(made))
    assert later.verdict is Verdict.APPROVED


def test_what_came_along_with_a_copy_without_a_link_nobody_said() -> None:
    copied = journal(BOT, FieldName.KEY, "redmine:issue/7", "redmine:issue/1", id=1)
    for history, key in (((), "redmine:issue/7"), ((copied,), "redmine:issue/1")):
        now = ticket(1, fields={FIELD: "승인", FieldName.KEY: key}, author=SUA)
        found = heard(now, *history)
        assert found.verdict is None
        assert found.unheard is not None
