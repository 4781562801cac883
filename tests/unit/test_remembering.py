"""What a ticket and its history tell of us after a lost database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.desk.signals.remembering import kept_there, words_there
from itsm_sync.model.signals import Tally, kept_mark, kept_name, kept_tally
from itsm_sync.model.tickets import FieldName, Journal
from tests.builders import BOT, NOON, SUA, journal
from tests.matters import kept, opened

SUBJECT, PRIORITY = FieldName.SUBJECT, FieldName.PRIORITY
SHOWN = opened()


def note(number: int, text: str, **changes: object) -> Journal:
    made = Journal(id=number, author=BOT, at=NOON, notes=text, private=False)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (kept().text, "live"),
        (f"글\r\n\r\n{kept_mark('deliveries')}\r\n", "deliveries"),
        (kept_mark("live"), "live"),
        (f"{kept_mark('live')}\n글", ""),
        (f"글 {kept_mark('live')}", ""),
        ("글", ""),
        ("", ""),
    ],
)
def test_a_kept_note_is_known_by_its_last_line(text: str, name: str) -> None:
    assert kept_name(text) == name


def test_notes_that_are_kept_up_are_found_in_the_history() -> None:
    history = [
        note(1, kept("남의 것").text, author=SUA),
        note(2, kept("우리 것").text),
        note(3, kept("두 번째").text),
        note(4, "끝"),
    ]
    (found,) = kept_there(history, BOT.id).values()
    assert (found.name, found.journal, found.text) == ("live", 2, kept("우리 것").text)


def test_words_that_nobody_changed_since_are_ours() -> None:
    found = words_there(SHOWN, (), BOT.id)
    assert found[SUBJECT] == SHOWN.subject
    assert found[PRIORITY] == "2"
    assert FieldName.STATUS not in found


def test_words_that_a_person_changed_are_theirs_until_we_write_them() -> None:
    theirs = journal(SUA, SUBJECT, "빌드 실패", SHOWN.subject)
    assert SUBJECT not in words_there(SHOWN, [theirs], BOT.id)
    ours = journal(BOT, SUBJECT, "x", SHOWN.subject, id=2)
    assert SUBJECT in words_there(SHOWN, [theirs, ours], BOT.id)
    nothing = journal(SUA, SUBJECT, "a\nb", "a\r\nb")  # a comment by the web form
    assert SUBJECT in words_there(SHOWN, [nothing], BOT.id)


def test_of_a_ticket_that_somebody_else_opened_nothing_is_ours() -> None:
    assert words_there(opened(author=SUA), (), BOT.id) == {}


def test_a_tally_comes_back_to_the_microsecond() -> None:
    tally = Tally(5, NOON + timedelta(microseconds=123456))
    text = f"글\n\n{kept_mark('live', tally)}"
    assert (kept_name(text), kept_tally(text)) == ("live", tally)


@pytest.mark.parametrize(
    "text",
    ["글", kept_mark("live"), f"{kept_mark('live')} 5/20261399T000000.000000Z"],
)
def test_a_note_without_a_true_tally_tells_none(text: str) -> None:
    assert kept_tally(text) is None
