"""Webhooks as GitHub really sent them: each says which stream it is of, or is passed over."""

import json
from pathlib import Path
from typing import Any

import pytest
from sandbox.configuration import copy

from itsm_sync.settings import Settings
from itsm_sync.web.webhooks.payloads import GITHUB_EVENTS, github
from tests.premises import configured


@pytest.fixture
def examples(recordings: Path) -> dict[str, list[Any]]:
    file = recordings / "github/octokit_webhook_examples.json"
    found: dict[str, list[Any]] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def settings(examples: dict[str, list[Any]], tmp_path: Path) -> Settings:
    """Settings that read every repository of the examples."""
    every = [payload for payloads in examples.values() for payload in payloads]
    names = {payload["repository"]["full_name"] for payload in every if "repository" in payload}

    def all_of_them(value: dict[str, Any]) -> None:
        value["github"]["repositories"] = sorted(names)

    addresses = {"github": "https://api.github.com"}
    return configured(copy(tmp_path / "config", addresses=addresses, change=all_of_them))


def test_each_recorded_event_is_understood(
    examples: dict[str, list[Any]], settings: Settings
) -> None:
    followed = set()
    for event, payloads in examples.items():
        for payload in payloads:
            due = github(payload, event, settings)
            if event in GITHUB_EVENTS:
                assert due is not None, event
                name = f"{payload['repository']['full_name']}/{GITHUB_EVENTS[event]}"
                assert due.stream.casefold() == name.casefold()
                followed.add(event)
            else:
                assert due is None, event
    assert followed >= {"issues", "pull_request", "workflow_run", "release", "dependabot_alert"}
