"""Webhooks: whose they are, what they make due, and which came before."""

import logging
from base64 import b64encode
from typing import Any

import pytest
from sandbox.configuration import copy

from itsm_sync.app.logs import LEVELS
from itsm_sync.settings import Settings
from itsm_sync.sources.github.conversing import ISSUES
from itsm_sync.sources.github.feeds import FEEDS
from itsm_sync.sources.github.source import BRANCH, REPOSITORY
from itsm_sync.web.webhooks.payloads import (
    GITHUB_EVENTS,
    REDMINE_EVENTS,
    Due,
    github,
    jenkins,
    redmine,
)
from itsm_sync.web.webhooks.replays import Replays, names_of
from itsm_sync.web.webhooks.signing import signature, signed
from itsm_sync.web.webhooks.warning import PAUSE, Warnings
from tests.premises import Heard, configured

BODY = b'{"a": 1}'
# RFC 4231, test case 2: key "Jefe".
RFC_KEY, RFC_TEXT = b"Jefe", b"what do ya want for nothing?"
RFC_SUM = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two controllers, and repositories with capitals."""

    def two(value: dict[str, Any]) -> None:
        first = value["jenkins"][0]
        value["jenkins"] = [
            {**first, "name": "ci", "url": "https://ci.example.com", "jobs": ["abc", "free"]},
            {**first, "name": "lab", "url": "https://ci.example.com/lab"},
        ]
        value["github"]["repositories"] = ["Abc/Portal"]

    addresses = {s: f"https://{s}.example.com" for s in ("redmine", "jenkins", "github")}
    folder = tmp_path_factory.mktemp("hooks") / "config"
    return configured(copy(folder, addresses=addresses, change=two))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    addresses = {"redmine": "https://r.example.com", "jenkins": "http://jenkins:8080/ci"}
    folder = tmp_path_factory.mktemp("alone") / "config"
    return configured(copy(folder, addresses=addresses))


# -------------------------------------------------------------------------------- warnings


def test_unsigned_webhooks_are_warned_of_at_once_and_then_with_their_number() -> None:
    heard = Heard()
    warnings = Warnings(heard)
    for system in ("github", "github", "github", "jenkins"):
        warnings.unsigned(system, "10.0.0.9")
    told = [(one["system"], one["sender"], one["times"]) for one in heard.named("web.unsigned")]
    assert told == [("github", "10.0.0.9", 1), ("jenkins", "10.0.0.9", 1)]
    at_once = Warnings(heard := Heard(), pause=0)
    for _ in range(3):
        at_once.unsigned("redmine", "10.0.0.9")
    assert [one["times"] for one in heard.named("web.unsigned")] == [1, 1, 1]


def test_a_warning_after_a_pause_counts_those_between(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("itsm_sync.web.webhooks.warning.monotonic", lambda: now[0])
    warnings = Warnings(heard := Heard())
    for _ in range(1_000):
        warnings.unsigned("github", "10.0.0.9")
    now[0] += PAUSE
    warnings.unsigned("github", "10.0.0.9")
    assert [one["times"] for one in heard.named("web.unsigned")] == [1, 1_000]


def test_it_is_a_warning_of_the_log() -> None:
    assert LEVELS["web.unsigned"] == logging.WARNING
    assert LEVELS["web.turned_away"] == logging.DEBUG


# ------------------------------------------------------------------------------ signatures


def test_a_signature_is_the_hmac_that_the_standard_says() -> None:
    assert signature(RFC_KEY, RFC_TEXT) == f"sha256={RFC_SUM}"


@pytest.mark.parametrize(
    ("system", "header"),
    [("github", "x-hub-signature-256"), ("redmine", "x-redmine-signature-256")],
)
def test_only_the_whole_signature_of_the_very_body_counts(system: str, header: str) -> None:
    good = signature("비밀".encode(), BODY)
    assert signed(system, "비밀", {header: good}, BODY)
    for given, body in (
        (good, BODY + b" "),
        (good.upper(), BODY),
        (good[:-1], BODY),
        (good.removeprefix("sha256="), BODY),
        ("", BODY),
    ):
        assert not signed(system, "비밀", {header: given}, body)
    assert not signed(system, "", {header: signature(b"", BODY)}, BODY)


def test_jenkins_is_known_by_a_token_or_a_password() -> None:
    def known(value: str) -> bool:
        return signed("jenkins", "s3cret", {"authorization": value}, BODY)

    assert known("Bearer s3cret")
    assert known("bearer  s3cret ")
    assert known("Basic " + b64encode(b"anybody:s3cret").decode())
    assert known("Basic " + b64encode(b":s3cret").decode())
    for wrong in ("s3cret", "Bearer", "Bearer s3cre", "Basic s3cret", "Basic !", "Digest s3cret",
                  "Basic " + b64encode(b"s3cret").decode(), "Bearer s3crét"):  # fmt: skip
        assert not known(wrong), wrong


# ------------------------------------------------------------------------------ replays


def test_a_delivery_is_known_by_its_id_and_by_what_it_says() -> None:
    replays = Replays()
    replays.remember(names_of("github", "one", b"a"))
    assert replays.known(names_of("github", "one", b"b"))
    assert replays.known(names_of("github", "two", b"a"))
    assert not replays.known(names_of("github", "two", b"b"))
    assert not replays.known(names_of("redmine", "", b"a"))


def test_the_oldest_deliveries_give_way() -> None:
    replays = Replays(most=3)
    for text in (b"a", b"b", b"c", b"d"):
        replays.remember(names_of("redmine", "", text))
    assert not replays.known(names_of("redmine", "", b"a"))
    assert replays.known(names_of("redmine", "", b"b"))


# ------------------------------------------------------------------------------ what is due


def test_a_repository_is_known_whatever_its_capitals(settings: Settings) -> None:
    payload = {"repository": {"full_name": "abc/portal"}}
    assert github(payload, "release", settings) == Due("github", "Abc/Portal/releases")


def test_the_streams_are_those_that_the_source_reads() -> None:
    read = {ISSUES, BRANCH, REPOSITORY, *(feed.name for feed in FEEDS)}
    assert set(GITHUB_EVENTS.values()) == read


@pytest.mark.parametrize("payload", [{}, {"repository": []}, {"repository": {"full_name": None}}])
def test_an_event_without_a_repository_is_nobodys(settings: Settings, payload: Any) -> None:
    assert github(payload, "issues", settings) is None


def test_a_run_that_ends_makes_its_stream_due_and_a_part_of_it_does_not(
    settings: Settings,
) -> None:
    event = {"action": "completed", "workflow_run": {"id": 1},
             "repository": {"id": 1, "full_name": "Abc/Portal", "private": True}}  # fmt: skip
    assert github(event, "workflow_run", settings) == Due("github", "Abc/Portal/runs")
    assert github(event, "workflow_job", settings) is None


@pytest.mark.parametrize(
    ("address", "due"),
    [
        ("https://ci.example.com/job/abc/job/portal/17/", Due("jenkins:ci", "builds:abc/portal")),
        ("https://CI.example.com/job/free/1/", Due("jenkins:ci", "builds:free")),
        ("https://ci.example.com/lab/job/any/3/", Due("jenkins:lab", "builds:any")),
        ("https://ci.example.com/job/abc/job/feature%252Fx/2/",
         Due("jenkins:ci", "builds:abc/feature%2Fx")),
        ("https://ci.example.com/job/other/1/", None),  # the settings read only two folders of it
        ("https://elsewhere.example.com/job/abc/1/", None),
        ("https://ci.example.com/view/all/", None),
        ("https://ci.example.com", None),
        ("http://[", None),
        ("", None),
        (7, None),
    ],
)  # fmt: skip
def test_a_build_is_of_the_job_at_its_address(
    settings: Settings, address: Any, due: Due | None
) -> None:
    assert jenkins({"name": "portal", "build": {"full_url": address}}, "", settings) == due


@pytest.mark.parametrize(
    "payload",
    [
        {"build": {"full_url": "http://jenkins:8080/ci/job/a/job/b/1/"}},
        {"build": {"full_url": "https://jenkins.public.example.com/job/a/job/b/1/"}},
        {"url": "job/a/job/b/", "build": {"url": "job/a/job/b/1/"}},
        {"buildUrl": "http://my-jenkins/job/a/job/b/16/", "event": "success"},
        {"url": "http://localhost:9090/job/a/job/b/5/", "eventType": "completed"},
    ],
)
def test_one_controller_alone_is_meant_by_whatever_name(alone: Settings, payload: Any) -> None:
    assert jenkins(payload, "", alone) == Due("jenkins", "builds:a/b")


def test_redmine_says_issues_and_wikis(settings: Settings) -> None:
    assert redmine({"type": "issue.updated"}, "", settings) == Due("redmine", "issues")
    assert redmine({"type": "issue.deleted"}, "", settings) == Due("redmine", "vanished")
    assert redmine({"type": "wiki_page.updated"}, "", settings) == Due("redmine", "wiki:*")
    for kind in ("news.created", None, ["issue.created"], {}):
        assert redmine({"type": kind}, "", settings) is None
    assert all(kind.startswith(("issue.", "wiki_page.")) for kind in REDMINE_EVENTS)


def test_nothing_of_github_is_due_where_it_is_not_read(alone: Settings) -> None:
    assert github({"repository": {"full_name": "a/b"}}, "issues", alone) is None
