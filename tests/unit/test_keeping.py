"""Notes of ours that are kept up are known again by the line that ends them."""

from itsm_sync.desk.keeping import kept_notes
from itsm_sync.model.tickets import Journal, Ref
from tests.builders import BOT, NOON, SUA


def journal(number: int, author: Ref, notes: str, *, private: bool = False) -> Journal:
    return Journal(id=number, author=author, at=NOON, notes=notes, private=private)


def test_a_note_of_ours_is_known_by_the_line_that_ends_it() -> None:
    history = [
        journal(1, BOT, "실패 3번\r\n\r\nitsm-sync: live\r\n", private=True),
        journal(2, BOT, "PR 병합\n\nitsm-sync: deliveries"),
        journal(3, BOT, "다시 성공했습니다."),
    ]
    found = kept_notes(history, BOT.id)
    assert {name: (one.journal, one.private) for name, one in found.items()} == {
        "live": (1, True),
        "deliveries": (2, False),
    }
    assert found["live"].text == "실패 3번\n\nitsm-sync: live"


def test_what_a_person_writes_is_no_note_of_ours() -> None:
    assert kept_notes([journal(1, SUA, "x\n\nitsm-sync: live")], BOT.id) == {}


def test_the_line_must_be_the_last_and_name_no_episode() -> None:
    history = [
        journal(1, BOT, "itsm-sync: live\n다음 줄"),
        journal(2, BOT, "itsm-sync: builds/1f0c9a77e2/20260302T120000Z"),
    ]
    assert kept_notes(history, BOT.id) == {}


def test_of_two_the_oldest_is_the_one() -> None:
    history = [journal(n, BOT, f"{n}\n\nitsm-sync: live") for n in (4, 5)]
    assert kept_notes(history, BOT.id)["live"].journal == 4
