"""A console's text as people read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.text import clean
from itsm_sync.sources.jenkins.console import lines_of
from itsm_sync.sources.jenkins.normalising import LIMIT
from itsm_sync.sources.jenkins.troubles import LINE_LIMIT, LOG_LIMIT, LOG_LINES, trouble


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_marks_for_terminals_and_jenkins_own_notes_are_left_out(ends: str) -> None:
    console = ends.join(
        [
            "\x1b[8mha:////4AAAAKkAAABq==\x1b[0mRunning on \x1b[8mha:////x=\x1b[0magent-02 in /ws",
            "\x1b[1;31mERROR\x1b[0m: boom\x1b[K",
            " 10 %\r 60 %\r100 %",
            "\x1b]8;;https://example.com\x07link\x1b]8;;\x07",
            "",
        ]
    )
    lines = ("Running on agent-02 in /ws", "ERROR: boom", "100 %", "link")
    assert lines_of(console) == lines


def test_words_of_commits_stay_out() -> None:
    """A job says nothing of who may see the repository."""
    console = 'Checking out Revision a1\nCommit message: "Plan B"\n[a] Commit message: "C"\nend'
    assert lines_of(console) == ("Checking out Revision a1", "end")


def test_half_a_line_at_the_beginning_is_left_out() -> None:
    """It may be the half of a secret."""
    assert lines_of("SyZ8kQ== end\nERROR: boom\n", whole=False) == ("ERROR: boom",)
    assert lines_of("SyZ8kQ== no line's end at all", whole=False) == ()


# What a console is made of when a program writes what it likes.
scraps = st.sampled_from(
    ("\x1b[31m", "\x1b[8mha:", "\x1b]8;;", "\x1b", "\x07", "\r", "\n", "\r\n", "\x00", "\ufffd",
     "ERROR: ", "fatal: ", "* What went wrong:", "java.lang.Error", "\tat a.B(", "[Pipeline] ",
     "Connection refused", "password=", "-----BEGIN KEY-----", "오류: ", "<n>", "#12 3.4 ")
)  # fmt: skip
consoles = st.lists(st.one_of(scraps, st.text(max_size=40)), max_size=80).map("".join)


@given(consoles, st.booleans(), st.booleans())
def test_of_any_console_something_short_and_clean_is_told(
    console: str, whole: bool, tests_failed: bool
) -> None:
    found = trouble(lines_of(console, whole=whole), tests_failed=tests_failed)
    assert len(found.line) <= LINE_LIMIT
    assert len(found.error) <= LIMIT
    assert len(found.log) <= LOG_LIMIT
    assert found.log.count("\n") < LOG_LINES
    for text in (found.line, found.error, found.log):
        assert text == clean(text)
        assert "\r" not in text
