"""check as people and programs read it."""

from io import StringIO

from rich.console import Console

from itsm_sync.model.words import Message
from itsm_sync.operations.check_lines import Level, Line, as_json, show

FINE = Message("the bot's role has every right it needs")
WRITABLE = Message("writable; transitions: 진행; mark-up: textile")
NOTHING = Message("no open ticket to look at, so rights are not known")
LINES = [
    Line(level=Level.OK, subject="abc", message=FINE),
    Line(level=Level.UNKNOWN, subject="abc", tracker="결함", message=NOTHING),
    Line(level=Level.OK, subject="abc", tracker="사건", message=WRITABLE),
    Line(level=Level.UNKNOWN, subject="abc", tracker="문제", message=NOTHING),
    Line(level=Level.UNKNOWN, subject="abc-app", tracker="문제", message=NOTHING),
]


def shown() -> list[str]:
    out = StringIO()
    show(LINES, Console(file=out, width=200), "en")
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_what_trackers_of_a_project_have_in_common_is_one_line() -> None:
    assert shown()[1:] == [
        f"ok abc {FINE.text}",
        f"not known abc · 결함, 문제 {NOTHING.text}",
        f"ok abc · 사건 {WRITABLE.text}",
        f"not known abc-app · 문제 {NOTHING.text}",
    ]


def test_programs_get_a_line_for_each_tracker() -> None:
    subjects = [check["subject"] for check in as_json(LINES)["checks"]]

    assert subjects == ["abc", "abc · 결함", "abc · 사건", "abc · 문제", "abc-app · 문제"]


def test_a_long_list_is_cut_for_people() -> None:
    lacks = Message(
        "the list {field} lacks: {values}", {"field": "담당 팀", "values": "가, " * 200}
    )
    out = StringIO()

    show([Line(level=Level.FAILED, subject="abc", message=lacks)], Console(file=out), "ko")

    assert len(out.getvalue().splitlines()) < 7
