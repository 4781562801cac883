"""No secret reaches a log."""

import ast
import io
import json
import logging
import re
from pathlib import Path

import structlog

import itsm_sync
from itsm_sync.app.logs import HIDDEN, LEVELS, LogObserver, configure, redactor
from itsm_sync.model.plans import Outcome

ROOT = Path(str(itsm_sync.__file__)).parent


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    redact = redactor(["s3cret-key"])
    said = {"url": "http://h/?k=s3cret-key", "n": 1, "list": ["s3cret-key"]}
    event = redact(None, "", said | {"error": ValueError("s3cret-key rejected")})
    assert "s3cret-key" not in json.dumps(event)
    assert event["n"] == 1


def test_values_named_like_secrets_are_hidden_even_when_unknown() -> None:
    event = redactor([])(None, "", {"headers": {"X-Redmine-API-Key": "zzz"}, "password": "p"})
    assert event["headers"] == {"X-Redmine-API-Key": HIDDEN}
    assert "p" not in event.values() or event["password"] == HIDDEN


def test_a_line_is_json_with_event_time_level_and_cycle() -> None:
    stream = io.StringIO()
    configure(stream, logging.INFO, ["s3cret-key"])
    structlog.contextvars.bind_contextvars(cycle="c1")
    try:
        LogObserver().saw("edit.refused", ticket=5, reason="s3cret-key")
        LogObserver().saw("http.answered", path="/")  # below the level
    finally:
        structlog.contextvars.clear_contextvars()
        structlog.reset_defaults()
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert said["event"] == "edit.refused"
    assert (said["level"], said["cycle"], said["ticket"]) == ("warning", "c1", 5)
    assert "s3cret-key" not in line


def emitted() -> set[str]:
    """Answer the names of all events that the rooms report."""
    names: set[str] = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "saw":
                names |= named(node.args[0])
    return names


def named(argument: ast.expr) -> set[str]:
    if isinstance(argument, ast.Constant):
        return {str(argument.value)}
    # the one name that is put together: what became of an edit
    return (
        {f"edit.{outcome}" for outcome in Outcome} if isinstance(argument, ast.JoinedStr) else set()
    )


def test_every_event_of_the_level_table_is_reported_somewhere() -> None:
    assert set(LEVELS) - emitted() == set()


def test_events_have_a_room_and_a_word() -> None:
    assert {name for name in emitted() if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)} == set()
