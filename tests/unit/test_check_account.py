"""check: whose key it is."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.clients.errors import Missing
from itsm_sync.clients.redmine import Account, Project
from itsm_sync.locale import say
from itsm_sync.model.words import Message
from itsm_sync.operations.check import check
from itsm_sync.operations.check_lines import Level
from itsm_sync.settings import Settings, load

SHIPPED = Path(__file__).parents[2] / "config"


class Redmine:
    """Shows its account and no project."""

    def __init__(self, **account: Any) -> None:
        known = {"id": 90, "login": "itsm-sync", "name": "itsm-sync 봇", "admin": False}
        self.account = Account(**(known | account))

    def me(self) -> Account:
        return self.account

    def roles(self) -> Mapping[int, tuple[int, ...]]:
        return {}

    def projects(self) -> tuple[Project, ...]:
        return ()

    def project(self, name: str) -> Project:
        raise Missing(Message("no such project"), system="redmine", status=404)


@cache
def shipped() -> Settings:
    return load(SHIPPED, {}, secrets=False)


def warnings(redmine: Redmine) -> list[str]:
    lines = check(shipped(), redmine, {})  # type: ignore[arg-type]
    return [say(line.message, "en") for line in lines if line.level is Level.WARNING]


def test_a_bot_of_its_own_is_fine() -> None:
    assert warnings(Redmine()) == []


def test_an_administrators_key_is_warned_of() -> None:
    """Redmine fact 20: it may do everything, so nothing shows what the bot may do."""
    (told,) = warnings(Redmine(admin=True))

    assert "administrator" in told


@pytest.mark.parametrize("account", [{"login": "seojun"}, {"name": "김서준"}])
def test_a_persons_account_is_warned_of(account: dict[str, str]) -> None:
    (told,) = warnings(Redmine(**account))

    assert "is also a person's" in told


def test_which_redmine_was_looked_at_is_told() -> None:
    (first, *_) = check(shipped(), Redmine(), {})  # type: ignore[arg-type]

    assert say(first.message, "en") == f"the key at {shipped().redmine.url} is itsm-sync 봇's"
