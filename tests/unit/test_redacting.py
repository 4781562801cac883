"""No secret reaches a log, whatever was made of it on the way."""

import base64
import html
import json
import re
import traceback
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from itsm_sync.app.redacting import HIDDEN, redactor
from itsm_sync.app.secrets import secrets_around, secrets_of

SECRET = 'p&ss/w"ord+é 7=Zq'


def basic(user: str, secret: str) -> str:
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in an address": lambda secret: f"https://h/?key={quote(secret, safe='')}&x=1",
    "in an address, small letters": lambda secret: re.sub(
        "%..", lambda found: found[0].lower(), quote(secret, safe="")
    ),
    "in a form": quote_plus,
    "in a list": lambda secret: repr([secret]),
    "in JSON": lambda secret: json.dumps({"a": secret}),
    "in a page": html.escape,
    "in hex": lambda secret: secret.encode().hex(),
    "basic, user of 1": lambda secret: f"Basic {basic('u', secret)}",
    "basic, user of 2": lambda secret: f"Basic {basic('me', secret)}",
    "basic, user of 3": lambda secret: f"token {basic('bot', secret)}!",
    "for addresses": lambda secret: base64.urlsafe_b64encode(f"a:{secret}:b".encode()).decode(),
}


def told(secret: str, value: object) -> str:
    event = redactor([secret])(None, "", {"event": "edit.failed", "text": value})
    return json.dumps(event, ensure_ascii=False)


@pytest.mark.parametrize("form", FORMS)
def test_a_known_secret_is_hidden_in_every_form(form: str) -> None:
    made = FORMS[form](SECRET)
    line = told(SECRET, f"before {made} after")

    assert HIDDEN in line
    assert SECRET not in line
    assert made not in line
    assert "before" in line
    assert "after" in line


@given(
    st.text(min_size=8, max_size=40).filter(lambda text: text.strip() == text),
    st.text("abc", max_size=5),
    st.text("abc", max_size=5),
)
def test_no_secret_survives_base64_whatever_stands_around_it(
    secret: str, before: str, after: str
) -> None:
    coded = base64.b64encode(f"{before}{secret}{after}".encode()).decode()
    line = told(secret, f"<{coded}>")

    assert HIDDEN in line
    assert coded[4:-4] not in line


@pytest.mark.parametrize(
    "value",
    [
        {"url": f"http://h/?k={SECRET}", "deep": [{"list": (SECRET, {SECRET})}]},
        {SECRET: 1},
        SECRET.encode(),
        bytearray(SECRET.encode()),
        [b"\xff" + SECRET.encode()],
        ValueError(f"{SECRET} rejected"),
        ExceptionGroup("all", [KeyError(SECRET)]),
        SecretStr(SECRET),
    ],
)
def test_a_known_secret_is_hidden_wherever_it_stands(value: object) -> None:
    line = told(SECRET, value)

    assert SECRET not in line
    assert json.dumps(SECRET)[1:-1] not in line
    assert repr(SECRET)[1:-1] not in line


def test_what_is_deep_or_holds_itself_is_told_without_secrets() -> None:
    deep: list[object] = [SECRET]
    for _ in range(50):
        deep = [deep]
    endless: list[object] = [SECRET]
    endless.append(endless)

    for value in (deep, endless):
        line = told(SECRET, value)
        assert SECRET not in line
        assert repr(SECRET)[1:-1] not in line


def test_a_trace_has_no_secret() -> None:
    try:
        try:
            raise ConnectionError(f"GET https://bot:{quote(SECRET, safe='')}@h/ failed")
        except ConnectionError as error:
            raise RuntimeError(f"header {{'X-Redmine-API-Key': {SECRET!r}}}") from error
    except RuntimeError as error:
        line = told(SECRET, "".join(traceback.format_exception(error)))

    assert "ConnectionError" in line
    assert "RuntimeError" in line
    assert "p&ss" not in line
    assert "p%26ss" not in line


def test_values_named_like_secrets_are_hidden_even_when_unknown() -> None:
    said = {"headers": {"X-Redmine-API-Key": "zzz"}, "password": "p", "ticket_key": "k", "n": 1}
    event = redactor([])(None, "", said)

    assert event["headers"] == {"X-Redmine-API-Key": HIDDEN}
    assert (event["password"], event["ticket_key"], event["n"]) == (HIDDEN, "k", 1)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic dXNlcjpodW50ZXIy",
        "postgresql://itsm:hunter2@db/itsm",
        "cloned with ghp_hunter2hunter2hunter2hunter2",
        "--password hunter2",
    ],
)
def test_what_has_a_secrets_shape_is_hidden_even_when_unknown(text: str) -> None:
    line = told("another", text)

    assert "hunter2" not in line
    assert "dXNlcjpodW50ZXIy" not in line


def test_event_and_level_stay_and_short_words_are_no_secrets() -> None:
    event = redactor(["in", ""])(None, "", {"event": "token.made", "level": "info", "text": "in"})

    assert event == {"event": "token.made", "level": "info", "text": "in"}


class Controller(BaseModel):
    token: SecretStr = SecretStr("jenkins-token")


class Whole(BaseModel):
    database: str = "postgresql+psycopg://itsm:d%21b-pass@db/itsm"
    controllers: tuple[Controller, ...] = (Controller(),)
    github: Controller | None = None
    beat: SecretStr = SecretStr(
        "https://bot:userinfo@hc.example.com/ping/0b5c6a3e-8f0e?rid=query-token"
    )
    hooks: dict[str, SecretStr] = {"ci": SecretStr("hook-secret")}


def test_every_secret_of_settings_is_found_wherever_it_stands() -> None:
    found = set(secrets_of(Whole()))

    assert {"jenkins-token", "hook-secret", "d%21b-pass", "d!b-pass"} <= found
    assert {"userinfo", "0b5c6a3e-8f0e", "query-token", "/ping/0b5c6a3e-8f0e"} <= found
    assert "ping" not in found


def test_an_environments_secrets_are_known_before_the_settings_are() -> None:
    environment = {
        "REDMINE_API_KEY": "k" * 20,
        "REDMINE_API_KEY_FILE": "/etc/secret",
        "ITSM_SYNC_DATABASE": "postgresql://u:pass@[::1]/d",
        "SORT_KEY": "name",
        "HOME": "/root",
        "BAD": "http://u@[x",
    }

    assert set(secrets_around(environment)) == {"k" * 20, "pass"}
