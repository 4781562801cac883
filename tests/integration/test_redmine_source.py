"""Pulling a real Redmine with the bot's own rights. Requests are counted by a proxy."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import SecretStr
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.server import Request

from itsm_sync.clients.errors import ClientError, Unauthorised, Unreachable
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.model.cycles import Batch, Health
from itsm_sync.model.items import Audience
from itsm_sync.model.tickets import FieldName
from itsm_sync.settings import Settings
from itsm_sync.sources.redmine import RedmineSource
from itsm_sync.sources.redmine.again import VANISHED
from tests.shelf import Shelf

# 150 tickets, 110 of them changed within one second, in the order of
# fractions that Redmine does not show; a closed project; a project that is not configured, and one
# that the bot can't see.
_TICKETS = """
project = Project.find('abc-app')
legacy = Project.find('abc-legacy')
other = Project.create!(identifier: 'other', name: '다른 프로젝트', trackers: Tracker.all.to_a,
                        enabled_module_names: %w[issue_tracking])
Project.create!(identifier: 'sealed', name: '숨은 프로젝트', trackers: Tracker.all.to_a,
                is_public: false, enabled_module_names: %w[issue_tracking])
author = User.find_by_login('yujin')
tied = Time.utc(2026, 1, 5, 3, 0, 0)
rows = (1..150).map do |n|
  home = n % 20 == 0 ? legacy : (n % 33 == 0 ? other : project)
  at = n <= 110 ? tied + (n * 7919 % 1000) / 1000.0 : Time.utc(2026, 1, 6) + n * 3600
  { project_id: home.id, tracker_id: Tracker.first.id, subject: "티켓 #{n}", description: '',
    status_id: IssueStatus.first.id, priority_id: IssuePriority.first.id, author_id: author.id,
    created_on: at - 3600, updated_on: at, lock_version: 0, root_id: n, lft: 1, rgt: 2, id: n }
end
Issue.insert_all!(rows)
legacy.close
"""


class Silent:
    def saw(self, event: str, /, **details: object) -> None:
        """Hear nothing."""


@dataclass(kw_only=True)
class Abc:
    """The office's Redmine behind a proxy, a source that reads it, and what is stored of it."""

    office: Office
    proxy: Proxy
    shelf: Shelf
    source: RedmineSource

    def pull(self) -> list[Batch]:
        self.proxy.forget_requests()
        return self.shelf.keep(self.source.pull(self.shelf))

    def truth(self) -> dict[int, str]:
        """Every ticket of the ABC projects with its time, by Redmine's own database."""
        question = (
            "SELECT i.id, substr(i.updated_on, 1, 19) FROM issues i JOIN projects p"
            " ON p.id = i.project_id WHERE p.identifier LIKE 'abc%'"
        )
        with closing(sqlite3.connect(self.database)) as connection:
            return dict(connection.execute(question).fetchall())

    def stored(self) -> dict[int, str]:
        return {
            int(key.rpartition("/")[2]): item.updated_at.strftime("%Y-%m-%d %H:%M:%S")
            for key, item in self.shelf.items.items()
            if item.kind == "issue"
        }

    def change(self, statement: str, *values: object) -> None:
        """Change Redmine's database behind its back."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute(statement, values)

    @property
    def database(self) -> Path:
        return self.office.redmine.root / "redmine.sqlite3"

    @contextmanager
    def at_request(self, number: int, path: str, hook: Callable[[], object]) -> Iterator[None]:
        """Run `hook` before the request of that number, from 1, to that path is forwarded."""
        seen = 0

        def before(request: Request) -> None:
            nonlocal seen
            if path in request.path:
                seen += 1
                if seen == number:
                    hook()

        self.proxy.before = before
        try:
            yield
        finally:
            self.proxy.before = None
        assert seen >= number, "the hook never ran"


@pytest.fixture(scope="module")
def full(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A Redmine with 230 tickets, shared by this module."""
    with Office.open(tmp_path_factory.mktemp("full"), template) as office:
        office.redmine.runner(_TICKETS)
        yield office


@pytest.fixture
def abc(full: Office, shipped: Settings) -> Iterator[Abc]:
    with Proxy(full.redmine.url) as proxy:
        client = _client(shipped, proxy.url, full.keys["itsm-sync"])
        source = RedmineSource(client, shipped.redmine, lambda: datetime.now(UTC))
        yield Abc(office=full, proxy=proxy, shelf=Shelf(), source=source)
        client.close()


def _client(shipped: Settings, url: str, key: str, timeout: int = 30) -> RedmineClient:
    changes = {"url": url, "api_key": SecretStr(key), "timeout": timeout}
    return RedmineClient(shipped.redmine.model_copy(update=changes), Silent())


def test_a_cold_pull_has_every_ticket_closed_projects_too(abc: Abc) -> None:
    """Redmine facts 1, 7 and 33."""
    abc.pull()
    assert abc.stored() == abc.truth()
    assert len(abc.stored()) > 130
    legacy = abc.shelf.items["redmine:issue/20"]
    assert legacy.facts["projects"] == ("abc", "abc-legacy")


def test_an_unchanged_redmine_gets_one_question_for_tickets(abc: Abc) -> None:
    abc.pull()
    abc.pull()
    asked = [(r.method, r.path) for r in abc.proxy.requests]
    assert asked == [("GET", "/my/account.json"), ("GET", "/issues.json")]


def test_pulling_writes_nothing(abc: Abc) -> None:
    abc.pull()
    assert {r.method for r in abc.proxy.requests} == {"GET"}


def test_a_person_s_edit_while_pages_are_read_is_read_too(abc: Abc) -> None:
    with abc.at_request(3, "/issues.json", lambda: abc.office.update("admin", 2, subject="바뀜")):
        abc.pull()
    assert abc.stored() == abc.truth()
    assert abc.shelf.items["redmine:issue/2"].title == "바뀜"


def test_a_new_ticket_and_an_edit_come_with_one_question(abc: Abc) -> None:
    abc.pull()
    team = {FieldName.TEAM: "IT기획팀"}
    made = abc.office.create("admin", "로그인이 안 됩니다", fields=team, is_private=True)
    abc.office.update("admin", 3, notes="확인했습니다")
    abc.pull()
    assert abc.proxy.asked("GET", "/issues.json") == 1
    item = abc.shelf.items[f"redmine:issue/{made}"]
    assert item.audience is Audience.PRIVATE
    assert item.ticket is not None
    assert item.ticket.value(FieldName.TEAM) == "IT기획팀"
    assert not any(name.startswith("field.") for name in item.facts)
    assert abc.stored() == abc.truth()


def test_a_new_subproject_is_read_without_being_named(abc: Abc) -> None:
    abc.pull()
    root = abc.office.number("projects", "ABC시스템")
    body = {"name": "ABC 새 것", "identifier": "abc-new", "parent_id": root, "is_public": True}
    abc.office.ask(
        "admin", "POST", "/projects.json", {"project": {**body, "inherit_members": True}}
    )
    made = abc.office.create("yujin", "새 프로젝트의 티켓", project="abc-new")
    abc.pull()
    assert abc.shelf.items[f"redmine:issue/{made}"].facts["projects"] == ("abc", "abc-new")
    assert abc.stored() == abc.truth()


def test_a_wiki_s_index_is_read_and_a_deleted_page_is_gone(abc: Abc) -> None:
    """Redmine fact 34."""
    path = "/projects/abc-app/wiki/운영_안내.json"
    abc.office.ask("admin", "PUT", path, {"wiki_page": {"text": "h1. 운영 안내"}})
    abc.pull()
    key = "redmine:wiki/abc-app/운영_안내"
    assert abc.shelf.items[key].facts["version"] == 1
    abc.office.ask("admin", "DELETE", path)
    abc.shelf.cursors.pop("wiki:abc-app")
    abc.pull()
    assert key in abc.shelf.gone


def test_a_deleted_ticket_is_not_there_any_more(abc: Abc) -> None:
    """Redmine fact 9."""
    gone = abc.office.create("yujin", "지울 티켓")
    abc.pull()
    before = abc.shelf.known("issue", state="open")
    abc.office.ask("admin", "DELETE", f"/issues/{gone}.json")
    abc.shelf.cursors[VANISHED] = {"read": "2026-01-01T00:00:00+00:00"}
    abc.pull()
    after = abc.shelf.known("issue", state="open")
    assert set(before) - set(after) == {f"redmine:issue/{gone}"}


def test_closed_tickets_are_looked_for_once_a_day_and_hidden_ones_stay(abc: Abc) -> None:
    """Redmine fact 9. Its CSV is as long as a setting says, and is read on by number."""
    done = abc.office.number("issue_statuses", "완료")
    gone, hidden = (abc.office.create("admin", f"끝난 티켓 {n}") for n in range(2))
    for ticket in (gone, hidden):
        abc.office.update("admin", ticket, status_id=done)
    abc.pull()
    abc.office.ask("admin", "DELETE", f"/issues/{gone}.json")
    moved = abc.office.create("yujin", "남의 것이 될 티켓")
    abc.pull()
    for ticket, where in ((hidden, "sealed"), (moved, "other")):
        project = "SELECT id FROM projects WHERE identifier = ?"
        abc.change(f"UPDATE issues SET project_id = ({project}) WHERE id = ?", where, ticket)
    before = set(abc.shelf.known("issue"))
    abc.office.redmine.runner("Setting.issues_export_limit = 60")
    try:
        looked = {"read": "2026-01-01T00:00:00+00:00", "all": datetime.now(UTC).isoformat()}
        for cursor, lost in ((looked, {moved}), ({**looked, "all": None}, {gone})):
            abc.shelf.cursors[VANISHED] = cursor
            abc.pull()
            after = set(abc.shelf.known("issue"))
            assert before - after == {f"redmine:issue/{ticket}" for ticket in lost}
            before = after
        asked = abc.proxy.asked("GET", "/issues.csv")
    finally:
        abc.office.redmine.runner("Setting.issues_export_limit = 500")
    assert asked == len(abc.truth()) // 60 + 1
    abc.pull()
    assert abc.proxy.asked("GET", "/issues.csv") == 0


def test_where_redmine_makes_no_list_tickets_are_asked_for_by_number(abc: Abc) -> None:
    gone = abc.office.create("yujin", "목록 없이 지울 티켓")
    abc.pull()
    abc.office.ask("admin", "DELETE", f"/issues/{gone}.json")
    abc.proxy.misbehave("issues.csv", kind="html", status=200, times=9)
    abc.shelf.cursors[VANISHED] = {"read": "2026-01-01T00:00:00+00:00"}
    abc.pull()
    assert f"redmine:issue/{gone}" in abc.shelf.gone


def test_a_wrong_key_reads_nothing_though_redmine_answers_200(abc: Abc, shipped: Settings) -> None:
    """Redmine fact 3."""
    url = abc.office.redmine.url
    answer = requests.get(f"{url}/issues.json", headers={"X-Redmine-API-Key": "f" * 40}, timeout=5)
    assert answer.status_code == 200
    wrong = RedmineSource(
        _client(shipped, url, "f" * 40), shipped.redmine, lambda: datetime.now(UTC)
    )
    with pytest.raises(Unauthorised):
        abc.shelf.keep(wrong.pull(abc.shelf))
    assert (abc.shelf.items, abc.shelf.cursors) == ({}, {})


def test_a_key_revoked_in_mid_pull_moves_no_cursor(abc: Abc) -> None:
    """Redmine fact 3: the private tickets vanish from the pages, and 200 is answered."""
    key = abc.office.keys["itsm-sync"]
    hidden = abc.office.create("admin", "비공개", is_private=True)

    def revoke() -> None:
        abc.change("UPDATE tokens SET value = ? WHERE value = ?", "revoked", key)

    try:
        with abc.at_request(3, "/issues.json", revoke), pytest.raises(Unauthorised):
            abc.pull()
    finally:
        abc.change("UPDATE tokens SET value = ? WHERE value = ?", key, "revoked")
    assert hidden not in abc.stored()
    abc.pull()
    assert abc.stored() == abc.truth()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html", "status": 503},
        {"kind": "status", "status": 500},
        {"kind": "cut"},
        {"kind": "json"},
        {"kind": "drop"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_page_that_fails_is_a_failed_stream_and_the_next_pull_goes_on(
    abc: Abc, fault: dict[str, Any]
) -> None:
    def misbehave() -> None:
        abc.proxy.misbehave(match="/issues.json", **fault)

    with abc.at_request(2, "/issues.json", misbehave):  # from the page after it on
        batches = abc.pull()
    issues = [b for b in batches if b.stream == "issues"]
    assert issues[-1].health is Health.FAILED
    assert issues[-1].error is not None
    assert len(abc.stored()) > 50, "what was read is kept"
    abc.proxy.behave()
    abc.pull()
    assert abc.stored() == abc.truth()


def test_a_redmine_that_keeps_silent_is_unreachable_after_the_timeout(
    abc: Abc, shipped: Settings
) -> None:
    """python-redmine's own timeout has no effect."""
    key = abc.office.keys["itsm-sync"]
    client = _client(shipped, abc.proxy.url, key, timeout=1)
    abc.proxy.misbehave(kind="slow", seconds=1.5, times=3)
    with pytest.raises(Unreachable):
        client.me()
    assert client.me().login == "itsm-sync"


def test_a_redmine_that_is_down_is_unreachable(abc: Abc) -> None:
    abc.proxy.stop()
    with pytest.raises(Unreachable) as caught:
        abc.pull()
    assert abc.office.keys["itsm-sync"] not in str(caught.value)


def test_a_starting_page_at_the_door_is_no_answer(abc: Abc) -> None:
    abc.proxy.misbehave(kind="html", status=503)
    with pytest.raises(ClientError) as caught:
        abc.pull()
    assert caught.value.retryable


def test_tickets_that_changed_within_one_second_are_all_read(abc: Abc) -> None:
    abc.pull()
    now = (datetime.now(UTC) - timedelta(seconds=5)).strftime("%Y-%m-%d %H:%M:%S")
    abc.change(
        "UPDATE issues SET updated_on = ? || '.' || printf('%06d', id * 7919 % 1000000)"
        " WHERE id BETWEEN 20 AND 139",
        now,
    )
    late = abc.office.create("yujin", "그 뒤의 티켓")
    abc.pull()
    assert abc.stored() == abc.truth()
    assert late in abc.stored()
