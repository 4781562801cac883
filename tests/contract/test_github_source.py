"""The GitHub source through the real client against the stand-in."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import SecretStr
from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.standins.server import Answer, Request
from sandbox.world.github import TOKEN, documents
from sandbox.world.spine import build

from itsm_sync.clients.errors import Throttled, Unauthorised, Unreachable
from itsm_sync.clients.github import GitHubClient
from itsm_sync.clients.waiting import Pace
from itsm_sync.locale import say
from itsm_sync.model.cycles import Batch, Health
from itsm_sync.model.items import Audience, Item
from itsm_sync.settings import GitHub
from itsm_sync.sources.github.source import GitHubSource
from tests.pace import Hourglass
from tests.shelf import Deaf, Shelf

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
APP = "abc/app"
ALERTS = ("dependabot", "code-scanning", "secret-scanning")


def ago(**before: float) -> str:
    return f"{NOW - timedelta(**before):%Y-%m-%dT%H:%M:%SZ}"


class Pulling:
    """A source, its server and its store."""

    def __init__(
        self,
        server: GitHubStandIn,
        token: str = TOKEN,
        pace: Pace | None = None,
        **settings: Any,
    ) -> None:
        settings = {"url": server.url, "repositories": (APP,), "timeout": 5, **settings}
        self.settings = GitHub(token=SecretStr(token), **settings)
        self.server = server
        self.store = Shelf()
        client = GitHubClient(self.settings, Deaf(), pace=pace)
        self.source = GitHubSource(client, self.settings, lambda: NOW)

    def pull(self) -> list[Batch]:
        self.server.forget_requests()
        return self.store.keep(self.source.pull(self.store))

    def again(self) -> list[str]:
        """Pull; answer the keys of what came, without the repository's prefix."""
        found = [item.key for batch in self.pull() for item in batch.items]
        return [key.removeprefix(f"github:{APP}/") for key in found]

    def item(self, rest: str) -> Item:
        return self.store.items[f"github:{APP}/{rest}"]

    def asked(self, part: str) -> list[int]:
        """The statuses of the requests whose path and query have `part`."""
        return [r.status for r in self.server.requests if part in f"{r.path}?{r.query}"]


@pytest.fixture
def server() -> Iterator[GitHubStandIn]:
    world = {
        "tokens": {TOKEN: "itsm-sync-bot"},
        "repositories": {
            APP: new_repository(APP, at=ago(days=900)),
            "abc/other": new_repository("abc/other", at=ago(days=900)),
        },
        "moved": {},
    }
    with GitHubStandIn(world) as server:
        fill(server)
        yield server


def fill(server: GitHubStandIn) -> None:
    """One of each kind."""
    server.add(APP, "issues", rows.issue(APP, 1, at=ago(days=3), body="see #42"))
    pull = rows.pull(APP, 2, at=ago(days=2), title="로그인 수정 #42", fork_deleted=True)
    server.add(APP, "pulls", pull)
    documents = server.repository(APP)
    documents["reviews"]["2"] = [rows.review(APP, 2, at=ago(days=1))]
    documents["files"]["2"] = [rows.file(APP, "src/login.py", "0" * 40)]
    server.add(APP, "releases", rows.release(APP, 10, at=ago(days=5)))
    server.add(APP, "deployments", rows.deployment(APP, 20, at=ago(days=4)))
    documents["statuses"]["20"] = [
        rows.status(APP, 20, "in_progress", at=ago(days=4)),
        rows.status(APP, 20, "success", at=ago(days=3.9)),
    ]
    server.add(APP, "runs", rows.run(APP, 30, at=ago(days=1)))
    server.add(APP, "dependabot", rows.dependabot_alert(APP, 1, at=ago(days=400)))
    server.add(APP, "code-scanning", rows.code_scanning_alert(APP, 1, at=ago(days=8)))
    server.add(APP, "secret-scanning", rows.secret_scanning_alert(APP, 1, at=ago(days=8)))
    server.add(APP, "events", rows.wiki_event(APP, 40, at=ago(days=1), page="운영-절차"))


@pytest.fixture
def pulling(server: GitHubStandIn) -> Pulling:
    return Pulling(server)


@pytest.fixture
def pulled(pulling: Pulling) -> Pulling:
    """Everything was pulled once."""
    batches = pulling.pull()
    assert [batch for batch in batches if batch.health is not Health.OK] == []
    return pulling


def healths(batches: Iterable[Batch]) -> dict[str, Health]:
    return {
        batch.stream.removeprefix(f"{APP}/"): batch.health
        for batch in batches
        if batch.health is not Health.OK
    }


def test_every_kind_of_thing_becomes_an_item(pulled: Pulling) -> None:
    kinds = Counter(item.kind for item in pulled.store.items.values())
    assert set(kinds) == {
        "repository", "issue", "pull", "release", "deployment", "workflow_run",
        "dependabot_alert", "code_scanning_alert", "secret_scanning_alert", "wiki_edit",
    }  # fmt: skip
    assert pulled.item("deployment/20").state == "success"
    assert pulled.store.items[f"github:{APP}"].facts["protected"] is True


def test_a_pull_request_comes_with_reviews_paths_and_tickets(pulled: Pulling) -> None:
    # GitHub facts 4 and 5: found in the issue list, read whole
    facts = pulled.item("pull/2").facts
    assert facts["approvals"] == 1
    assert facts["paths"] == ("src/login.py",)
    assert facts["references"] == ("redmine:issue/42",)
    assert facts["branch"] == "feature/2"
    assert f"github:{APP}/issue/2" not in pulled.store.items


def test_a_second_pull_of_an_unchanged_world_asks_each_stream_once_and_all_is_304(
    pulled: Pulling,
) -> None:
    # GitHub fact 3
    before = pulled.server.remaining
    assert pulled.again() == []
    assert [r.status for r in pulled.server.requests] == [304] * 10
    assert pulled.server.remaining == before


def test_the_abc_world_is_read_whole_and_then_rests() -> None:
    world = documents(build(now=NOW))
    with GitHubStandIn(world) as server:
        pulling = Pulling(server, repositories=tuple(world["repositories"]))
        assert sum(len(batch.rejected) for batch in pulling.pull()) == 0
        kinds = Counter(item.kind for item in pulling.store.items.values())
        kept = world["repositories"].values()
        assert kinds["pull"] == sum(len(r["pulls"]) for r in kept)
        assert kinds["issue"] == sum(len(r["issues"]) for r in kept)
        assert kinds["workflow_run"] == sum(len(r["runs"]) for r in kept)
        assert kinds["deployment"] == sum(len(r["deployments"]) for r in kept)
        assert sum(kinds[f"{k}_alert"] for k in ("dependabot", "code_scanning")) == sum(
            len(r["dependabot"]) + len(r["code-scanning"]) for r in kept
        )
        assert pulling.again() == []
        statuses = Counter(r.status for r in server.requests)
        assert statuses == {304: 67, 403: 1, 404: 2}


def test_a_new_pull_request_is_found_and_nothing_else_is_read(pulled: Pulling) -> None:
    pulled.server.add(APP, "pulls", rows.pull(APP, 3, at=ago(minutes=5)))
    assert pulled.again()[-1] == "pull/3"
    assert pulled.asked("/pulls/3") == [200, 200, 200]
    assert pulled.asked("/pulls/2") == []


def test_an_updated_pull_request_is_read_again(pulled: Pulling) -> None:
    # GitHub fact 5: an old one shows in the issue list
    pulled.server.change(
        APP, "pulls", 2, state="closed", merged_at=ago(minutes=3), updated_at=ago(minutes=3)
    )
    assert "pull/2" in pulled.again()
    item = pulled.item("pull/2")
    assert (item.state, item.facts["merged"]) == ("merged", True)
    assert pulled.asked("/issues?") == [200]  # once
    assert pulled.again() == []
    assert pulled.asked("/issues?") == [304]


def test_what_a_pull_request_touches_is_read_with_each_change(pulled: Pulling) -> None:
    # also where its commits are the same: its base took over some of them
    pulled.server.change(APP, "pulls", 2, updated_at=ago(minutes=3))
    pulled.server.repository(APP)["files"]["2"] = [rows.file(APP, "src/logout.py", "f" * 40)]
    assert "pull/2" in pulled.again()
    assert pulled.item("pull/2").facts["paths"] == ("src/logout.py",)


def test_a_list_that_has_grown_is_asked_for_from_a_later_time_on(pulled: Pulling) -> None:
    for number in range(200, 240):
        pulled.server.add(APP, "issues", rows.issue(APP, number, at=ago(minutes=300 - number)))
    assert len(pulled.again()) == 40
    assert pulled.asked("/issues?") == [200, 200]
    pulled.server.change(APP, "issues", 239, title="?", updated_at=ago(minutes=5))
    assert pulled.again() == ["issue/239"]
    assert pulled.again() == []
    (last,) = [r for r in pulled.server.requests if "/issues" in r.path]
    assert f"since={ago(minutes=62)}" in unquote(last.query)


def test_many_changed_pull_requests_are_read_by_the_list(pulled: Pulling) -> None:
    for number in range(100, 110):
        pulled.server.add(APP, "pulls", rows.pull(APP, number, at=ago(minutes=number - 90)))
    assert len(pulled.again()) == 10
    assert len(pulled.asked("/pulls?")) == 1
    single = [r for r in pulled.server.requests if r.path.rpartition("/")[2].isdecimal()]
    assert single == []


@pytest.mark.parametrize("kind", ["runs", "releases", "deployments", "dependabot"])
def test_a_list_is_read_down_to_where_the_last_pull_began(kind: str, pulling: Pulling) -> None:
    # GitHub fact 5: newest first, and stop at the cursor
    make = {
        "runs": rows.run,
        "releases": rows.release,
        "deployments": rows.deployment,
        "dependabot": rows.dependabot_alert,
    }[kind]
    for number in range(1000, 1250):
        pulling.server.add(APP, kind, make(APP, number, at=ago(days=2, hours=number - 1000)))
    done = {str(n): [rows.status(APP, n, "success", at=ago(days=1))] for n in range(1000, 1250)}
    pulling.server.repository(APP)["statuses"] |= done
    pulling.pull()
    newest = make(APP, 2000, at=ago(minutes=1))
    pulling.server.add(APP, kind, newest)
    # Of releases, whose times do not tell each change, the page is handed over as it is.
    assert len(pulling.again()) == (100 if kind == "releases" else 1)
    pages = [r for r in pulling.server.requests if r.path.endswith((f"/{kind}", f"/{kind}/alerts"))]
    assert len(pages) == 1


def test_a_first_read_goes_back_as_far_as_configured(server: GitHubStandIn) -> None:
    server.add(APP, "issues", rows.issue(APP, 5, at=ago(days=40)))
    server.add(APP, "runs", rows.run(APP, 31, at=ago(days=40)))
    pulling = Pulling(server, history_days=30)
    found = pulling.again()
    assert "issue/5" not in found
    assert "run/31" not in found
    # An open alert counts whatever its age.
    assert "dependabot/1" in found


def test_a_full_read_leaves_since_out(server: GitHubStandIn) -> None:
    # GitHub fact 4: `since=1970-01-01` has answered an empty list
    pulling = Pulling(server, history_days=40_000)
    assert "issue/1" in pulling.again()
    assert "since" not in next(r for r in server.requests if r.path.endswith("/issues")).query


@pytest.mark.parametrize("feature", ALERTS)
@pytest.mark.parametrize("status", [403, 404])
def test_a_feature_that_is_switched_off_is_off_and_not_empty(
    feature: str, status: int, pulled: Pulling
) -> None:
    # GitHub fact 8
    pulled.server.switch_off(APP, feature, status)
    batches = pulled.pull()
    assert healths(batches) == {feature: Health.OFF}
    assert all(batch.gone == () for batch in batches)
    assert pulled.item(f"{feature}/1").state == "open"
    off = next(batch for batch in batches if batch.health is Health.OFF)
    assert off.error is not None
    assert str(status) in say(off.error, "ko")


def test_pull_requests_are_read_where_issues_are_switched_off(pulling: Pulling) -> None:
    pulling.server.switch_off(APP, "issues", 410)
    batches = pulling.pull()
    assert healths(batches) == {"issues": Health.OFF}
    pull = pulling.item("pull/2")
    assert (pull.facts["approvals"], pull.facts["paths"]) == (1, ("src/login.py",))
    pulling.server.change(APP, "pulls", 2, updated_at=ago(hours=1), title="다시")
    assert pulling.again() == ["pull/2"]
    assert pulling.again() == []


def test_an_answer_about_another_pull_request_removes_none(pulled: Pulling) -> None:
    pulled.server.change(APP, "pulls", 2, updated_at=ago(hours=1))
    true = pulled.server.answer

    def answer(request: Request) -> Answer:
        return Answer.json({"number": 5}) if request.path.endswith("/pulls/2") else true(request)

    pulled.server.answer = answer  # type: ignore[method-assign]
    batches = pulled.pull()
    assert not any(batch.gone for batch in batches)
    assert [r.key for batch in batches for r in batch.rejected] == [f"github:{APP}/pull/2"]


def test_pages_that_lead_in_a_circle_fail_their_stream_and_end(pulling: Pulling) -> None:
    true = pulling.server.answer

    def answer(request: Request) -> Answer:
        told = true(request)
        link = {"Link": f'<{pulling.server.url}{request.target}>; rel="next"'}
        return (
            replace(told, headers={**told.headers, **link})
            if request.path.endswith("/releases")
            else told
        )

    pulling.server.answer = answer  # type: ignore[method-assign]
    assert healths(pulling.pull()) == {"releases": Health.FAILED}
    assert len(pulling.asked("/releases")) < 5


def test_issues_that_are_switched_off_later_are_kept(pulled: Pulling) -> None:
    pulled.server.switch_off(APP, "issues", 410)
    batches = pulled.pull()
    assert healths(batches) == {"issues": Health.OFF}
    assert all(batch.gone == () for batch in batches)
    assert pulled.item("issue/1").state == "open"


@pytest.mark.parametrize(
    "make", [rows.dependabot_alert, rows.code_scanning_alert, rows.secret_scanning_alert]
)
def test_the_first_alert_ever_is_read(make: Callable[..., Any], server: GitHubStandIn) -> None:
    name = "abc/other"  # there was none before
    pulling = Pulling(server, repositories=(name,))
    assert healths(pulling.pull()) == {}
    row = make(name, 1, at=ago(hours=1))
    server.add(name, row["url"].split("/")[-3], row)
    assert healths(pulling.pull()) == {}
    assert [key for key in pulling.store.items if key.endswith("/1")]


def test_dependabot_is_read_by_cursor_to_the_last_page(pulling: Pulling) -> None:
    # GitHub fact 7
    for number in range(2, 252):
        pulling.server.add(APP, "dependabot", rows.dependabot_alert(APP, number, at=ago(days=9)))
    batches = pulling.pull()
    assert healths(batches) == {}
    assert len([k for k in pulling.store.items if "/dependabot/" in k]) == 251
    queries = [r.query for r in pulling.server.requests if "dependabot" in r.path]
    assert len(queries) >= 3
    assert not any("&page=" in f"&{query}" for query in queries)


@pytest.mark.parametrize("state", ["dismissed", "auto_dismissed", "fixed", "open"])
def test_an_alert_takes_each_state_and_may_reopen(state: str, pulled: Pulling) -> None:
    # GitHub fact 9
    pulled.server.change(APP, "dependabot", 1, state="fixed", updated_at=ago(hours=2))
    pulled.pull()
    pulled.server.change(APP, "dependabot", 1, state=state, updated_at=ago(hours=1))
    assert pulled.again() == ["dependabot/1"]
    assert pulled.item("dependabot/1").state == state


def test_alerts_and_private_repositories_are_private(server: GitHubStandIn) -> None:
    # GitHub fact 16
    server.change_repository("abc/other", private=True)
    server.add("abc/other", "issues", rows.issue("abc/other", 1, at=ago(days=1)))
    pulling = Pulling(server, repositories=(APP, "abc/other"))
    pulling.pull()
    items = pulling.store.items.values()
    private = {item.key for item in items if item.audience is Audience.PRIVATE}
    assert private == {f"github:{APP}/{kind}/1" for kind in ALERTS} | {
        "github:abc/other",
        "github:abc/other/issue/1",
    }


def test_a_repository_made_private_is_read_anew(pulled: Pulling) -> None:
    # GitHub fact 16: what was stored as public is no longer
    pulled.server.change_repository(APP, private=True)
    pulled.pull()
    assert {item.audience for item in pulled.store.items.values()} == {Audience.PRIVATE}


def test_a_private_repositorys_new_name_is_told_nobody(pulled: Pulling) -> None:
    pulled.server.change_repository(APP, private=True)
    pulled.pull()
    pulled.server.rename(APP, "abc/secret-plan")
    renamed = "abc/secret-plan"
    pulled.server.add(renamed, "issues", rows.issue(renamed, 9, at=ago(minutes=2)))
    batches = pulled.pull()
    assert pulled.item("issue/9").facts["repository"] == APP
    pulled.server.misbehave("dependabot", kind="html")
    batches += pulled.pull()
    told = [say(batch.error, "en") for batch in batches if batch.error]
    assert "abc/app has another name now: put it into the settings" in told
    assert any("Dependabot" in text or "dependabot" in text for text in told)
    assert "secret-plan" not in "".join(told)


def test_a_secret_never_travels(pulled: Pulling) -> None:
    assert pulled.asked("hide_secret=true") == [200]
    assert "sample-secret" not in str(pulled.store.items)


def test_a_renamed_repository_is_followed_and_told(pulled: Pulling) -> None:
    # GitHub fact 10
    pulled.server.rename(APP, "abc/renamed")
    pulled.server.add("abc/renamed", "issues", rows.issue("abc/renamed", 9, at=ago(minutes=2)))
    batches = pulled.pull()
    assert healths(batches) == {}
    told = [say(batch.error, "en") for batch in batches if batch.error]
    assert told == ["abc/app is called abc/renamed now: put the new name into the settings"]
    # The key stays the configured one, the node id says that it is the same.
    assert pulled.item("issue/9").facts["repository"] == APP
    node_id = pulled.store.items[f"github:{APP}"].facts["node_id"]
    assert node_id == rows.node_id("R", APP)
    assert pulled.again() == []
    assert 301 not in [r.status for r in pulled.server.requests]


@pytest.mark.parametrize("status", [404, 410])
def test_a_deleted_issue_is_gone(status: int, pulled: Pulling) -> None:
    # GitHub fact 10
    pulled.server.delete(APP, "issues", 1, status=status)
    gone = [key for batch in pulled.pull() for key in batch.gone]
    assert gone == [f"github:{APP}/issue/1"]
    pulled.pull()
    assert pulled.asked("state=open") == []


def test_a_transferred_issue_is_gone_here(pulled: Pulling) -> None:
    # GitHub fact 10
    pulled.server.transfer(APP, 1, "abc/other", 77)
    gone = [key for batch in pulled.pull() for key in batch.gone]
    assert gone == [f"github:{APP}/issue/1"]


def test_a_closed_issue_is_closed_and_not_gone(pulled: Pulling) -> None:
    pulled.server.change(APP, "issues", 1, state="closed", updated_at=ago(minutes=1))
    batches = pulled.pull()
    assert [key for batch in batches for key in batch.gone] == []
    assert pulled.item("issue/1").state == "closed"


def test_a_run_that_is_run_again_keeps_its_key(pulled: Pulling) -> None:
    # GitHub fact 12
    pulled.server.change(
        APP, "runs", 30, run_attempt=2, conclusion="failure", updated_at=ago(minutes=1)
    )
    assert pulled.again() == ["run/30"]
    item = pulled.item("run/30")
    assert (item.facts["run_attempt"], item.state) == (2, "failure")


def test_run_lists_are_not_filtered(pulling: Pulling) -> None:
    # GitHub fact 12: filtered lists stop at 1,000
    for number in range(1000, 2100):
        pulling.server.add(APP, "runs", rows.run(APP, number, at=ago(minutes=number)))
    pulling.pull()
    assert len(pulling.store.known("workflow_run")) == 1101


def test_a_running_run_that_sank_is_read_to_its_end(pulled: Pulling) -> None:
    run = rows.run(APP, 50, at=ago(minutes=50), status="in_progress", conclusion=None)
    pulled.server.add(APP, "runs", run)
    pulled.pull()
    for number in range(100, 210):
        pulled.server.add(APP, "runs", rows.run(APP, number, at=ago(minutes=20)))
    pulled.pull()
    pulled.server.change(
        APP, "runs", 50, status="completed", conclusion="success", updated_at=ago(minutes=1)
    )
    assert pulled.again() == ["run/50"]
    assert pulled.item("run/50").state == "success"
    assert pulled.again() == []
    assert pulled.asked("/runs/50") == []


def test_a_running_deployment_is_read_to_its_end(pulled: Pulling) -> None:
    pulled.server.add(APP, "deployments", rows.deployment(APP, 21, at=ago(hours=1)))
    pulled.pull()
    assert pulled.item("deployment/21").state == "pending"
    ended = rows.status(APP, 21, "failure", at=ago(minutes=5))
    with pulled.server.lock:
        pulled.server.repository(APP)["statuses"]["21"] = [ended]
    pulled.server.change(APP, "deployments", 21, updated_at=ago(minutes=5))
    assert pulled.again() == ["deployment/21"]
    assert pulled.item("deployment/21").state == "failure"


def test_deployments_that_stay_pending_for_ever_are_not_asked_for_ever(pulling: Pulling) -> None:
    for number in range(100, 350):
        row = rows.deployment(APP, number, at=ago(days=20, hours=number))
        pulling.server.add(APP, "deployments", row)
    pulling.server.add(APP, "deployments", rows.deployment(APP, 400, at=ago(days=1)))
    pulling.pull()
    assert pulling.again() == []
    assert [r.status for r in pulling.server.requests] == [304] * 10


def test_a_release_counts_from_its_publication(pulled: Pulling) -> None:
    # GitHub fact 13: the commit is a year old, so the release stands far down in the list
    late = rows.release(APP, 11, at=ago(days=300), published_at=ago(minutes=9))
    late["updated_at"] = ago(minutes=9)
    pulled.server.add(APP, "releases", late)
    assert "release/11" in pulled.again()
    assert pulled.item("release/11").created_at == NOW - timedelta(minutes=9)


def test_a_draft_is_seen_where_the_token_may_push(server: GitHubStandIn) -> None:
    # GitHub fact 13
    server.repository(APP)["pushers"].append("itsm-sync-bot")
    draft = rows.release(APP, 12, at=ago(days=1), draft=True, published_at=None)
    server.add(APP, "releases", draft)
    pulling = Pulling(server)
    pulling.pull()
    assert pulling.item("release/12").state == "draft"


class Moving(GitHubStandIn):
    """A GitHub on which something happens after the first page of a list was answered."""

    def __init__(self, world: dict[str, Any], part: str, happens: Any) -> None:
        super().__init__(world)
        self._part, self._happens, self._left = part, happens, 1

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        if self._left and request.path.endswith(self._part):
            self._left = 0
            self._happens(self)
        return answer


def world_of(kind: str, made: list[Any]) -> dict[str, Any]:
    repository = new_repository(APP, at=ago(days=900))
    repository[kind] = made
    return {"tokens": {TOKEN: "itsm-sync-bot"}, "repositories": {APP: repository}, "moved": {}}


def test_no_issue_is_skipped_when_rows_move_while_they_are_read() -> None:
    # GitHub fact 6: number 50, on the first page, is touched: all after it move up by one
    def touch(server: GitHubStandIn) -> None:
        server.change(APP, "issues", 50, updated_at=ago(minutes=1), title="touched")

    made = [rows.issue(APP, n, at=ago(hours=400 - n)) for n in range(1, 251)]
    with Moving(world_of("issues", made), "/issues", touch) as server:
        pulling = Pulling(server)
        pulling.pull()
        assert len(pulling.store.known("issue")) == 250
        assert pulling.item("issue/50").title == "touched"


def test_no_run_is_skipped_when_one_vanishes_while_they_are_read() -> None:
    # GitHub fact 6: the second page begins one row too late
    def vanish(server: GitHubStandIn) -> None:
        server.delete(APP, "runs", 200)

    made = [rows.run(APP, n, at=ago(hours=400 - n)) for n in range(1, 251)]
    with Moving(world_of("runs", made), "/runs", vanish) as server:
        pulling = Pulling(server)
        pulling.pull()
        missed = {f"github:{APP}/run/{n}" for n in range(1, 251)} - set(pulling.store.items)
        assert missed == set()


def test_a_hundred_issues_of_one_second_do_not_stop_the_reading() -> None:
    # GitHub fact 6: a mass edit gives all the same time
    made = [rows.issue(APP, n, at=ago(hours=5)) for n in range(1, 251)]
    made += [rows.issue(APP, n, at=ago(hours=4)) for n in range(251, 261)]
    with GitHubStandIn(world_of("issues", made)) as server:
        pulling = Pulling(server)
        pulling.pull()
        assert len(pulling.store.known("issue")) == 260
        assert pulling.again() == []


def test_a_change_that_became_visible_late_is_read(pulled: Pulling) -> None:
    # GitHub fact 6: an overlap behind the newest row
    pulled.server.add(APP, "issues", rows.issue(APP, 7, at=ago(minutes=9)))
    pulled.pull()
    pulled.server.add(APP, "issues", rows.issue(APP, 8, at=ago(minutes=9, seconds=40)))
    assert pulled.again() == ["issue/8"]


@pytest.mark.parametrize(
    "fault",
    [{"kind": "status", "status": 500}, {"kind": "cut"}, {"kind": "html"}, {"kind": "json"}],
)
def test_a_broken_stream_fails_alone_and_is_read_the_next_time(
    fault: dict[str, Any], server: GitHubStandIn, unhurried: None
) -> None:
    server.misbehave("/releases", **fault)
    pulling = Pulling(server)
    batches = pulling.pull()
    assert healths(batches) == {"releases": Health.FAILED}
    assert "sample" not in str(next(b.error for b in batches if b.error))
    assert "run/30" in str(pulling.store.items)
    server.behave()
    assert pulling.again() == ["release/10"]


def test_a_page_that_fails_in_the_middle_is_read_the_next_time(
    server: GitHubStandIn, unhurried: None
) -> None:
    for number in range(100, 350):
        server.add(APP, "runs", rows.run(APP, number, at=ago(minutes=number)))
    server.misbehave("runs.*page=2", kind="status", status=502)
    pulling = Pulling(server)
    assert healths(pulling.pull()) == {"runs": Health.FAILED}
    server.behave()
    pulling.pull()
    assert len(pulling.store.known("workflow_run")) == 251


@pytest.mark.parametrize("kind", ["issues", "dependabot", "runs", "deployments"])
def test_a_source_that_failed_is_not_empty(kind: str, pulled: Pulling, unhurried: None) -> None:
    pulled.server.misbehave(kind, kind="html")
    assert [key for batch in pulled.pull() for key in batch.gone] == []
    assert pulled.store.known("issue", state="open") == (f"github:{APP}/issue/1",)


def test_one_bad_payload_is_set_aside(pulled: Pulling) -> None:
    bad = rows.issue(APP, 60, at=ago(minutes=9))
    bad["created_at"] = "yesterday"
    pulled.server.add(APP, "issues", bad)
    pulled.server.add(APP, "issues", rows.issue(APP, 61, at=ago(minutes=8)))
    batches = pulled.pull()
    rejected = [row.key for batch in batches for row in batch.rejected]
    assert set(rejected) == {f"github:{APP}/issue/60"}
    assert pulled.item("issue/61").state == "open"


def test_a_short_limit_is_waited_out(server: GitHubStandIn) -> None:
    # GitHub fact 2: obey `retry-after`
    sand = Hourglass()
    server.misbehave("/releases", kind="status", status=429, retry_after=2, times=1)
    pulling = Pulling(server, pace=sand.pace)
    assert healths(pulling.pull()) == {}
    assert sand.naps == [2]


@pytest.mark.parametrize("status", [403, 429])
def test_a_long_limit_ends_the_pull_at_once_and_the_next_goes_on(
    status: int, server: GitHubStandIn
) -> None:
    # GitHub fact 2: it concerns the token, so nothing more is asked
    sand = Hourglass()
    server.misbehave("/releases", kind="status", status=status, retry_after=600, times=1)
    pulling = Pulling(server, pace=sand.pace)
    with pytest.raises(Throttled) as limited:
        pulling.pull()
    assert limited.value.retry_after == 600
    assert server.requests[-1].path.endswith("/releases")
    assert "issue/1" in str(pulling.store.items)
    sand.now += 300
    with pytest.raises(Throttled) as limited:  # of the next cycle, which comes too early
        pulling.pull()
    assert limited.value.retry_after == 300
    assert server.requests == []
    assert sand.naps == []
    sand.now += 300
    assert "issue/1" not in pulling.again()


def test_an_exhausted_limit_ends_the_pull_without_sleeping(
    server: GitHubStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GitHub fact 1
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    server.remaining = 3
    with pytest.raises(Throttled):
        Pulling(server).pull()
    assert naps == []


def test_requests_are_asked_one_after_the_other(pulled: Pulling) -> None:
    # GitHub fact 2: serially per token
    pulled.server.add(APP, "issues", rows.issue(APP, 70, at=ago(minutes=1)))
    most = busiest(pulled)
    assert most == 1


def busiest(pulling: Pulling) -> int:
    """Pull; answer how many requests were under way at once at the most."""
    handle = pulling.server.handle
    under_way: list[int] = []
    most = [0]

    def counted(request: Request) -> Any:
        under_way.append(1)
        most[0] = max(most[0], len(under_way))
        try:
            return handle(request)
        finally:
            under_way.pop()

    pulling.server.handle = counted  # type: ignore[method-assign]
    pulling.pull()
    return most[0]


def test_a_pull_leaves_no_connection_to_the_thread_it_ran_in(pulling: Pulling) -> None:
    """Every cycle has threads of its own."""
    client = pulling.source._client

    def pull(whole: bool) -> bool:
        batches = pulling.source.pull(pulling.store)
        next(batches)
        assert hasattr(client._here, "github")
        if whole:
            pulling.store.keep(batches)
        del batches
        return hasattr(client._here, "github")

    for whole in (True, False):
        with ThreadPoolExecutor(max_workers=1) as pool:
            assert not pool.submit(pull, whole).result()


def test_a_wrong_token_raises(server: GitHubStandIn) -> None:
    with pytest.raises(Unauthorised):
        Pulling(server, token="wrong").pull()


def test_a_github_that_is_not_there_raises(server: GitHubStandIn, unhurried: None) -> None:
    pulling = Pulling(server)
    server.stop()
    with pytest.raises(Unreachable):
        pulling.pull()


def test_a_repository_that_is_missing_fails_alone(pulling: Pulling) -> None:
    pulling = Pulling(pulling.server, repositories=("abc/nothing", APP))
    batches = pulling.pull()
    assert healths(batches) == {"abc/nothing/repository": Health.FAILED}
    assert pulling.asked("nothing/") == []
    assert pulling.item("issue/1").state == "open"


def test_protection_that_changes_is_told(pulled: Pulling) -> None:
    with pulled.server.lock:
        pulled.server.repository(APP)["branches"]["main"]["protected"] = False
    assert pulled.again() == [f"github:{APP}"]
    assert pulled.store.items[f"github:{APP}"].facts["protected"] is False


def test_a_wiki_edit_is_known_by_page_and_revision(pulled: Pulling) -> None:
    pulled.server.add(APP, "events", rows.wiki_event(APP, 41, at=ago(minutes=2), page="운영-절차"))
    found = pulled.again()
    assert found == [f"wiki/운영-절차@{41:040x}"]
