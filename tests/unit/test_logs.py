"""No secret reaches a log."""

import io
import json
import logging

import structlog

from itsm_sync.app.logs import HIDDEN, LogObserver, configure, redactor


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
