"""A note that should be private is never sent where Redmine would publish it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from itsm_sync.clients.errors import Forbidden
from itsm_sync.clients.redmine import Account
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.rights import SET_PRIVATE
from itsm_sync.model.plans import Edit, NoteEdit
from itsm_sync.model.words import Message
from tests.builders import BOT, ticket

ROLE = 7
PROJECT = ticket().project.id


class Redmine:
    """Answers who the bot is, and what its role may do."""

    def __init__(self, *rights: str, hidden: bool = False) -> None:
        self.rights = frozenset(rights)
        self.hidden = hidden
        self.asked: list[int] = []

    def known_as(self) -> Account:
        return Account(id=BOT.id, login="itsm-sync", name=BOT.name, admin=False)

    def roles(self) -> Mapping[int, tuple[int, ...]]:
        return {PROJECT: (ROLE,)}

    def permissions(self, role: int) -> frozenset[str]:
        self.asked.append(role)
        if self.hidden:
            raise Forbidden(Message("no"), system="redmine")
        return self.rights


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def saw(self, event: str, /, **details: object) -> None:
        self.events.append(event)


def desk(redmine: Redmine, listener: Listener | None = None) -> Desk:
    opened = Desk(redmine, {}, listener or Listener())  # type: ignore[arg-type]
    opened.open()
    return opened


def edit(*, private: bool = True) -> Edit:
    note = NoteEdit(text="안에서만", private=private)
    return Edit(ticket=ticket(), key="redmine:issue/1", fields=(), note=note)


def test_a_private_note_goes_where_the_role_may_hide_it() -> None:
    assert desk(Redmine("edit_issues", SET_PRIVATE)).allowed(edit()) == edit()


@pytest.mark.parametrize("redmine", [Redmine("edit_issues"), Redmine(SET_PRIVATE, hidden=True)])
def test_a_private_note_without_the_right_is_left_out_and_told(redmine: Redmine) -> None:
    """Redmine fact 17: 204, and the note is public."""
    listener = Listener()

    assert desk(redmine, listener).allowed(edit()) == replace(edit(), note=None)
    assert listener.events == ["note.withheld"]


def test_a_bot_that_is_no_member_writes_no_private_note() -> None:
    elsewhere = replace(edit(), ticket=ticket(project=replace(ticket().project, id=PROJECT + 1)))

    assert desk(Redmine(SET_PRIVATE)).allowed(elsewhere).note is None


def test_a_public_note_asks_for_no_right() -> None:
    redmine = Redmine()

    assert desk(redmine).allowed(edit(private=False)) == edit(private=False)
    assert redmine.asked == []


def test_a_role_is_asked_once() -> None:
    redmine = Redmine(SET_PRIVATE)
    opened = desk(redmine)

    opened.allowed(edit())
    opened.allowed(edit())

    assert redmine.asked == [ROLE]
