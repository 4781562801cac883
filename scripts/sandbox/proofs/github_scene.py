"""A repository at GitHub: issues, pull requests and what its newest-first lists have."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from itsm_sync.sources.github.source import GitHubSource
from sandbox.proofs.doors import NO_PORT, TOKEN, GitHubDoor, github_settings
from sandbox.proofs.histories import SKEWS, Deed, History, Wire, histories
from sandbox.proofs.timeline import Timeline
from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.standins.github.rows import Row
from tests.shelf import Shelf

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
APP, OTHER = "abc/app", "abc/other"
WAITS = (1, 300, 700, 1000, 20_000, 61_000, 660_000, 3_700_000)  # milliseconds
LATE = 55  # seconds that a change takes to become visible; the overlap is 60
ALERTS = ("dependabot", "code-scanning", "secret-scanning")
RERUN_WITHIN = timedelta(hours=23)  # older runs are read again where they ran when last seen

_which, _late, _few = st.integers(0, 12), st.integers(0, LATE), st.integers(1, 4)
STEADY: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("issue"), _few, _late),
    st.tuples(st.just("pull"), _few, _late),
    st.tuples(st.just("edit"), _which, _late),
    st.tuples(st.just("edit"), _which, st.just(0)),
    st.tuples(st.just("review"), _which),
    st.tuples(st.just("close"), _which),
    st.tuples(st.just("release"), _few),
    st.tuples(st.just("rename"), _which),
    st.tuples(st.just("deploy"), _few),
    st.tuples(st.just("deployed"), _which, st.sampled_from(("in_progress", "success", "failure"))),
    st.tuples(st.just("run"), st.sampled_from((1, 1, 2, 3, 105))),
    st.tuples(st.just("ran"), _which, st.sampled_from(("success", "failure", ""))),
    st.tuples(st.just("alert"), st.sampled_from(ALERTS)),
    st.tuples(st.just("settle"), st.sampled_from(ALERTS), _which),
    st.tuples(st.just("page"), _few),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
)
WILD: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("delete"), _which, st.sampled_from((404, 410))),
    st.tuples(st.just("transfer"), _which),
    st.tuples(st.just("unrun"), _which),
    st.tuples(st.just("clock"), st.sampled_from(SKEWS)),
)


def github_histories() -> st.SearchStrategy[History]:
    """Answer histories of a repository; small pages make of few issues many."""
    return histories(STEADY, WILD, (2, 3, 5, 100))


class GitHubScene(Timeline):
    """The stand-in (held to GitHub's own description), and the source before it."""

    def __init__(self, page: int) -> None:
        super().__init__(START, WAITS)
        self.count = 0
        self.server = GitHubStandIn(
            {
                "tokens": {TOKEN: "itsm-sync-bot"},
                "repositories": {
                    name: new_repository(name, at="2024-01-01T00:00:00Z") for name in (APP, OTHER)
                },
                "moved": {},
            },
            port=NO_PORT,
        )
        self.shelf = Shelf()
        self.wire = Wire(do=self.do)
        settings = github_settings(self.server, APP)
        client = GitHubDoor(self.server, settings, self.wire, page, self.told)
        self.source = GitHubSource(client, settings, lambda: self.at)

    # -- what happens -------------------------------------------------------------------------

    def _now(self, late: int = 0) -> str:
        return f"{self.told(late):%Y-%m-%dT%H:%M:%SZ}"

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _some(self, kind: str, which: int) -> Row | None:
        found: list[Row] = self.server.repository(APP)[kind]
        return found[which % len(found)] if found else None

    def _conversation(self, which: int) -> Row | None:
        documents = self.server.repository(APP)
        found: list[Row] = [*documents["issues"], *documents["pulls"]]
        return found[which % len(found)] if found else None

    def _issue(self, count: int, late: int) -> None:
        for _ in range(count):
            self.server.add(APP, "issues", rows.issue(APP, self._next(), at=self._now(late)))

    def _pull(self, count: int, late: int) -> None:
        for _ in range(count):
            self.server.add(APP, "pulls", rows.pull(APP, self._next(), at=self._now(late)))

    def _edit(self, which: int, late: int) -> None:
        if (row := self._conversation(which)) is not None:
            row.update(title=f"title {self._next()}", updated_at=self._now(late))

    def _review(self, which: int) -> None:
        if (row := self._some("pulls", which)) is not None:
            number = row["number"]
            review = rows.review(APP, number, at=self._now(), author=f"p{self._next()}")
            self.server.repository(APP)["reviews"].setdefault(str(number), []).append(review)
            row["updated_at"] = self._now()

    def _close(self, which: int) -> None:
        if (row := self._conversation(which)) is None:
            return
        closed = row["state"] == "open"
        row.update(state="closed" if closed else "open", updated_at=self._now())
        row["closed_at"] = self._now() if closed else None

    def _delete(self, which: int, status: int) -> None:
        if (row := self._some("issues", which)) is not None:
            self.server.delete(APP, "issues", row["number"], status=status)

    def _transfer(self, which: int) -> None:
        if (row := self._some("issues", which)) is not None:
            self.server.transfer(APP, row["number"], OTHER, self._next())

    def _release(self, count: int) -> None:
        for _ in range(count):
            self.server.add(APP, "releases", rows.release(APP, self._next(), at=self._now()))

    def _rename(self, which: int) -> None:
        if (row := self._some("releases", which)) is not None:
            row.update(name=f"name {self._next()}", updated_at=self._now())

    def _deploy(self, count: int) -> None:
        for _ in range(count):
            self.server.add(APP, "deployments", rows.deployment(APP, self._next(), at=self._now()))

    def _deployed(self, which: int, state: str) -> None:
        row = self._some("deployments", which)
        if row is None or self._said(row["id"]) in ("success", "failure"):
            return
        statuses = self.server.repository(APP)["statuses"]
        said = rows.status(APP, row["id"], state, at=self._now())
        statuses.setdefault(str(row["id"]), []).append(said)
        row["updated_at"] = self._now()

    def _said(self, deployment: int) -> str:
        said = self.server.repository(APP)["statuses"].get(str(deployment))
        return str(said[-1]["state"]) if said else "pending"

    def _run(self, count: int) -> None:
        for _ in range(count):
            row = rows.run(APP, self._next(), at=self._now(), status="queued", conclusion=None)
            self.server.add(APP, "runs", row)

    def _ran(self, which: int, conclusion: str) -> None:
        """A run ends, or one that ended runs once more."""
        row = self._some("runs", which)
        if row is None:
            return
        if conclusion:
            row.update(status="completed", conclusion=conclusion, updated_at=self._now())
        elif self._is_young(row):
            again = row["run_attempt"] + (row["status"] == "completed")
            row.update(status="in_progress", conclusion=None, updated_at=self._now())
            row["run_attempt"] = again

    def _unrun(self, which: int) -> None:
        """A run is deleted: older ones move up a page."""
        if (row := self._some("runs", which)) is not None:
            self.server.repository(APP)["runs"].remove(row)

    def _is_young(self, row: Row) -> bool:
        return self.told() - datetime.fromisoformat(row["created_at"]) < RERUN_WITHIN

    def _alert(self, kind: str) -> None:
        make: Any = {
            "dependabot": rows.dependabot_alert,
            "code-scanning": rows.code_scanning_alert,
            "secret-scanning": rows.secret_scanning_alert,
        }[kind]
        self.server.add(APP, kind, make(APP, self._next(), at=self._now()))

    def _settle(self, kind: str, which: int) -> None:
        if (row := self._some(kind, which)) is not None:
            state = "open" if row["state"] != "open" else "fixed"
            row.update(state=state, updated_at=self._now())

    def _page(self, count: int) -> None:
        for _ in range(count):
            number = self._next()
            event = rows.wiki_event(APP, number, at=self._now(), page=f"P{number % 3}")
            self.server.add(APP, "events", event)

    # -- what is read -------------------------------------------------------------------------

    def wrong(self) -> list[str]:
        shown = {f"github:{APP}/{rest}": said for rest, said in self._shown()}
        there = {key for key in self.shelf.items if key not in self.shelf.gone}
        stored = {key: self._stored(key) for key in there}
        told = [
            f"{key} is {said}, stored as {stored.get(key)}"
            for key, said in shown.items()
            if stored.get(key) != said
        ]
        return told + [
            f"{key} is there no more, and stored as {stored[key]}"
            for key in there - shown.keys()
            if self.shelf.items[key].kind == "issue" and self.shelf.items[key].state == "open"
        ]

    def _shown(self) -> Iterator[tuple[str, object]]:
        documents = self.server.repository(APP)
        for row in documents["issues"]:
            yield f"issue/{row['number']}", (row["title"], row["state"])
        for row in documents["pulls"]:
            reviews = documents["reviews"].get(str(row["number"]), ())
            yield f"pull/{row['number']}", (row["title"], row["state"], len(reviews))
        for row in documents["releases"]:
            yield f"release/{row['id']}", row["name"]
        for row in documents["deployments"]:
            yield f"deployment/{row['id']}", self._said(row["id"])
        for row in documents["runs"]:
            said = (row["conclusion"] or row["status"], row["run_attempt"])
            yield f"run/{row['id']}", said
        for kind in ALERTS:
            for row in documents[kind]:
                yield f"{kind}/{row['number']}", row["state"]
        for row in documents["events"]:
            page = row["payload"]["pages"][0]
            yield f"wiki/{page['page_name']}@{page['sha']}", page["action"]

    def _stored(self, key: str) -> object:
        item = self.shelf.items[key]
        match item.kind:
            case "issue":
                return item.title, item.state
            case "pull":
                return item.title, item.state, item.facts["approvals"]
            case "release":
                return item.title
            case "workflow_run":
                return item.state, item.facts["run_attempt"]
        return item.state
