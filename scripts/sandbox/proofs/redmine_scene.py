"""A Redmine's tickets and wiki pages, whose clock jumps and whose transactions commit late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from hypothesis import strategies as st
from requests import ConnectionError as NoConnection

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.settings import Settings
from itsm_sync.sources.redmine import RedmineSource
from itsm_sync.sources.redmine.items import ISSUE, WIKI_PAGE, issue_key, wiki_prefix
from sandbox.proofs.histories import SKEWS, Deed, History, Unanswered, Wire, histories
from sandbox.proofs.timeline import Timeline
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.answering import Request
from tests.fake_redmine.rights import sees
from tests.fake_redmine.showing import stamp
from tests.fake_redmine.world import Issue, Project, Text, World, following
from tests.redmine_place import shipped
from tests.shelf import Deaf, Shelf

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOT = "itsm-sync"
ROOT, OURS, MINE_TOO, ELSEWHERE, HIDDEN = 1, 2, 3, 20, 21
PLACES = (ROOT, OURS, MINE_TOO, ELSEWHERE, HIDDEN)
NEW, DONE = 1, 5  # statuses
# Milliseconds. Less than a second, so that times are equal; more than the overlap; more than an
# hour, and than a day, so that what is read on a clock is due.
WAITS = (1, 300, 700, 1000, 20_000, 61_000, 660_000, 1_000_000, 3_700_000, 90_000_000)
LATE = 55  # seconds that a transaction takes at most; the overlap is 60
FEW, MANY = (1, 2, 3), (12, 130)

_which = st.integers(0, 40)
_late = st.integers(0, LATE)
_place = st.sampled_from(PLACES)
_count = st.sampled_from(FEW + FEW + FEW + MANY)
STEADY: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("make"), _count, _place, _late),
    st.tuples(st.just("edit"), _which, _count, _late),
    st.tuples(st.just("edit"), _which, st.just(1), st.just(0)),
    st.tuples(st.just("echo"), _which, _count),
    st.tuples(st.just("close"), _which),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
)
WILD: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("move"), _which, _place),
    st.tuples(st.just("delete"), _which),
    st.tuples(st.just("wiki"), st.integers(0, 2)),
    st.tuples(st.just("project"), st.booleans()),
    st.tuples(st.just("clock"), st.sampled_from(SKEWS)),
)


def redmine_histories() -> st.SearchStrategy[History]:
    """Answer histories of a Redmine; small pages make of few tickets many."""
    return histories(STEADY, WILD, (2, 3, 5, 100))


@cache
def _settings() -> Settings:
    return shipped()


class RedmineScene(Timeline):
    """The fake Redmine (`tests/fake_redmine`, held to a real one), and the source before it."""

    def __init__(self, page: int) -> None:
        super().__init__(START, WAITS)
        self.texts, self._page = 0, page
        self.world, client = self._founded()
        self.shelf = Shelf()
        self.wire = Wire(do=self.do)
        self.source = RedmineSource(
            client=client, settings=_settings().redmine, clock=lambda: self.at
        )

    def _founded(self) -> tuple[World, RedmineClient]:
        office = FakeOffice(_settings(), self.told)
        world = office.world
        world.fields.clear()  # most of a row, and nothing to cursors
        for project in world.projects.values():
            project.modules = ("issue_tracking", *(("wiki",) if project.id == OURS else ()))
        for number, name in ((ELSEWHERE, "elsewhere"), (HIDDEN, "hidden")):
            world.projects[number] = Project(
                id=number,
                identifier=name,
                name=name,
                trackers=sorted(world.trackers),
                public=number != HIDDEN,
            )
        office.door.before = self._asked
        return world, office.client(Deaf())

    def _asked(self, request: Request) -> None:
        # Tickets by number come a hundred at once, as in truth; only lists have small pages.
        self.world.exported = self._page
        self.world.most = 100 if "issue_id" in request.params else self._page
        try:
            self.wire.ask()
        except Unanswered:
            raise NoConnection("no answer") from None

    # -- what happens -------------------------------------------------------------------------

    def _make(self, count: int, place: int, late: int) -> None:
        for _ in range(count):
            self.texts += 1
            number = following(dict(self.world.issues))
            at = self.told(late)
            self.world.issues[number] = Issue(
                id=number,
                project=place,
                tracker=1,
                status=NEW,
                author=11,
                created=at,
                updated=at,
                subject=f"text {self.texts}",
            )

    def _some(self, which: int, count: int = 1) -> list[Issue]:
        found = sorted(self.world.issues.values(), key=lambda issue: issue.id)
        start = which % len(found) if found else 0
        return found[start : start + count]

    def _edit(self, which: int, count: int, late: int) -> None:
        for issue in self._some(which, count):
            self._touch(issue, late)

    def _touch(self, issue: Issue, late: int = 0) -> None:
        self.texts += 1
        issue.subject, issue.updated = f"text {self.texts}", self.told(late)

    def _echo(self, which: int, count: int) -> None:
        """Our own writes: what is read back is stored at once."""
        for issue in self._some(which, count):
            stored = self.shelf.items.get(issue_key(issue.id))
            if not self._is_ours(issue) or stored is None or stored.key in self.shelf.gone:
                continue
            if stored.created_at != issue.created.replace(microsecond=0):
                continue
            self._touch(issue)
            state = "closed" if issue.status == DONE else "open"
            facts = {**stored.facts, "project": self.world.projects[issue.project].identifier}
            self.shelf.items[stored.key] = replace(
                stored,
                title=issue.subject,
                state=state,
                facts=facts,
                updated_at=issue.updated.replace(microsecond=0),
            )

    def _move(self, which: int, place: int) -> None:
        for issue in self._some(which):
            issue.project = place
            self._touch(issue)

    def _project(self, ours: bool) -> None:
        """Put a whole project below ours, or out of it: its tickets show nothing of that."""
        self.world.projects[MINE_TOO].parent = ROOT if ours else None

    def _close(self, which: int) -> None:
        for issue in self._some(which):
            issue.status = NEW if issue.status == DONE else DONE
            self._touch(issue)

    def _delete(self, which: int) -> None:
        for issue in self._some(which):
            del self.world.issues[issue.id]

    def _wiki(self, which: int) -> None:
        """Write a page; every third time one is there already it is deleted."""
        pages = self.world.wiki.setdefault((OURS, f"Page_{which}"), [])
        if len(pages) % 4 == 3:
            del self.world.wiki[OURS, f"Page_{which}"]
            return
        pages.append(Text(author=11, text="text", at=self.told()))

    # -- what is read -------------------------------------------------------------------------

    def wrong(self) -> list[str]:
        shown = {
            issue_key(i.id): (
                i.subject,
                stamp(i.updated),
                i.status == DONE,
                self.world.projects[i.project].identifier,
            )
            for i in self.world.issues.values()
            if self._is_ours(i)
        }
        stored = {
            i.key: (i.title, stamp(i.updated_at), i.state == "closed", i.facts.get("project"))
            for i in (self.shelf.items[key] for key in self.shelf.known(ISSUE))
        }
        told = [
            f"{key} is {shown[key]}, stored as {stored.get(key)}"
            for key in shown
            if shown[key] != stored.get(key)
        ]
        told += [
            f"{key} is there no more, and stored as {stored[key]}"
            for key in stored.keys() - shown.keys()
            if self._ought_to_be_gone(key)
        ]
        return told + self._wrong_pages()

    def _wrong_pages(self) -> list[str]:
        shown = {
            f"{wiki_prefix('abc-app')}{title}": (len(texts), stamp(texts[-1].at))
            for (_, title), texts in self.world.wiki.items()
        }
        pages = (self.shelf.items[key] for key in self.shelf.known(WIKI_PAGE))
        stored: Mapping[str, object] = {
            p.key: (p.facts["version"], stamp(p.updated_at)) for p in pages
        }
        return [] if shown == stored else [f"the wiki has {shown}, stored are {stored}"]

    def _is_ours(self, issue: Issue) -> bool:
        return ROOT in (issue.project, self.world.projects[issue.project].parent)

    def _ought_to_be_gone(self, key: str) -> bool:
        """One that is hidden stays."""
        issue = self.world.issues.get(int(key.rpartition("/")[2]))
        hidden = issue is not None and not sees(self.world, self.world.user(BOT), issue)
        return not hidden
