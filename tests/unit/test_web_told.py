"""What a page that anybody may read tells of findings, errors and dead letters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import itsm_sync
from itsm_sync.desk.refusing import OTHER, REASONS, reason
from itsm_sync.locale import say
from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.findings import Finding
from itsm_sync.model.words import Message
from itsm_sync.web.page import told

ROOT = Path(str(itsm_sync.__file__)).parent
WORDS = "somebody's own words"


def finding(kind: str, message: Message) -> str:
    return say(told.finding(Finding(key="x", kind=kind, message=message)), "en")


def test_our_own_sentences_are_told_with_tickets_and_places() -> None:
    text = Message("#{ticket}: its history can't be read, so it is left alone", {"ticket": 7})
    assert finding("cycle.history", text) == str(text)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("cycle.field", Message("{why}", {"why": Message("{reasons}", {"reasons": WORDS})})),
        ("cycle.source", Message("{error}", {"error": f"ValueError: {WORDS}"})),
        ("cycle.source", Message("{source}: {error}", {"source": "alarms:x", "error": WORDS})),
        ("cycle.source", Message("{one}; {other}", {"one": Message("{what}: {error}", {
            "what": f"redmine:wiki/abc/{WORDS}", "error": WORDS}), "other": "-"})),
        ("somebodys.own", Message("{text}", {"text": WORDS})),
    ],
)  # fmt: skip
def test_what_others_say_in_them_is_not(kind: str, message: Message) -> None:
    for language in ("ko", "en"):
        made = told.finding(Finding(key="x", kind=kind, message=message))
        assert WORDS not in say(made, language)


def test_the_error_of_a_source_of_another_package_is_its_own_wording() -> None:
    assert told.error("alarms:seoul", Message(WORDS)) is NEUTRAL
    assert told.error("jenkins:ci", None) is None
    down = Message("{system} answered no JSON at {path}", {"system": "Jenkins", "path": "/x"})
    assert told.error("jenkins:ci", down) == down


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("redmine:issue/42", "redmine:issue/42"),
        ("github:abc/portal/issues/7", "github:abc/portal/issues/7"),
        ("github:abc/portal/runs/?", "github:abc/portal/runs/?"),
        ("jenkins:ci:abc/deploy/portal#17@1", "jenkins:ci:abc/deploy/portal#17@1"),
        ("builds:abc/test/unit", "builds:abc/test/unit"),
        (f"redmine:wiki/abc/{WORDS}", "redmine:wiki/abc/…"),
        (f"github:abc/portal/wiki/{WORDS}", "github:abc/portal/wiki/…"),
        ("github:abc/portal/tag/secret-name", "github:abc/portal/tag/…"),
        (f"alarms:{WORDS}", "alarms:…"),
        (WORDS, "…"),
        ("", "…"),
    ],
)
def test_a_key_is_told_as_far_as_it_is_no_words(key: str, shown: str) -> None:
    assert told.key(key) == shown


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("KeyError: 'created_on'", "KeyError"),
        ("ValidationError", "ValidationError"),
        (f"ValueError: {WORDS}", "ValueError"),
        ("TypeError, items.py:40", "TypeError, items.py:40"),
        (WORDS, "?"),
        ("Secret plan of somebody", "?"),
        ("", "?"),
    ],
)
def test_a_cause_is_an_errors_class(error: str, cause: str) -> None:
    assert told.cause(error) == cause


@pytest.mark.parametrize(
    ("name", "number"),
    [("redmine:issue/42", 42), (42, 42), ("builds/00/20260302T120000Z", None), ("9" * 30, None)],
)
def test_a_ticket_is_known_by_its_key(name: str | int, number: int | None) -> None:
    assert told.ticket(name) == number


# ------------------------------------------------------------------------------ reasons


def texts() -> Iterator[str]:
    """Answer every text of a message in the desk and the clients."""
    for room in ("desk", "clients"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                    yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant))


def test_each_reason_is_one_that_the_desk_gives() -> None:
    given = {reason(Message(text)) for text in texts()}
    assert given == set(REASONS)


def test_another_sentence_is_another_reason() -> None:
    assert reason(Message(WORDS)) == reason(None) == OTHER
