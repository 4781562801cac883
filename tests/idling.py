"""A world in which nothing happens, and what a cycle over it costs. All is sample data."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from itsm_sync.model.items import Item
from itsm_sync.model.tickets import FieldName
from tests.builds import build, deployment, job, pull, repository
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.world import Issue
from tests.property.bot import Bot, Clock
from tests.signalled import node
from tests.systems import Systems, writes

HOUR = timedelta(hours=1)
_TITLES = ("로그인이 안 됩니다", "변경 요청", "프린터가 필요합니다", "배포 일정", "서버 점검")


class Idle:
    """The program over a fake Redmine, with Jenkins and GitHub beside it.

    Args:
        rules: the configuration, by its name in `tests.property.bot`.
    """

    def __init__(self, office: FakeOffice, clock: Clock, rules: str = "watching") -> None:
        self.office, self.clock = office, clock
        self.jenkins, self.github = Systems(name="jenkins"), Systems(name="github")
        self.bot = Bot(office, clock)
        self.bot.rules, self.bot.others = rules, (self.jenkins, self.github)

    def has_tickets(self, many: int, opened: int) -> None:
        """Let people have made so many tickets, all pinned, of which so many are open."""
        world, yujin = self.office.world, self.office.world.user("yujin").id
        closed = next(s.id for s in world.statuses.values() if s.closed)
        for number in range(1, many + 1):
            at = self.clock() - (many - number) * timedelta(minutes=5)
            world.issues[number] = Issue(
                id=number,
                project=2 + number % 3,
                tracker=1,
                status=1 if number > many - opened else closed,
                author=yujin,
                created=at,
                updated=at,
                subject=f"{_TITLES[number % len(_TITLES)]} {number}",
                description="내용입니다.\n" * 5,
                values={self.office.fields[FieldName.PIN]: "1"},
            )

    def begins(self, *, inventory: int = 0) -> None:
        """Start the program: what was before is history. `inventory`: repositories, and nodes."""
        self.github.news = [
            repository(key=f"github:abc/r{n}", title=f"abc/r{n}") for n in range(inventory)
        ]
        self.jenkins.news = [node(f"agent-{n:02}", updated_at=self.clock())
                             for n in range(inventory // 2)]  # fmt: skip
        self.settle()

    def fails(self, *, live: int, closed: int, jobs: int = 0, builds: int = 3) -> None:
        """Let jobs fail, each of a cause of its own, three hours apart; then time goes by.

        Args:
            live: so many that fail still.
            closed: so many that were well again.
            jobs: so many in all; the others are well.
            builds: so many of each.
        """
        news: list[Item] = []
        many = max(jobs, live + closed)
        for n in range(many):
            self.clock.wait(3 * 3600 if n < live + closed else 60)
            states = ["SUCCESS"] * (builds - 2)
            states += ["FAILURE", "FAILURE"] if n < live + closed else ["SUCCESS", "SUCCESS"]
            states += ["SUCCESS"] if live <= n < live + closed else []
            name, last = f"abc/build/{self.clock():%m%d%H%M}", len(states)
            news.append(job(name, deploys=False, state="blue", service="portal",
                            updated_at=self.clock(), next_build_number=last + 1))  # fmt: skip
            news += [
                build(k, state, job=name, error=f"{name} {k}", error_line=name, service=name,
                      repository=name, at=self.clock() - (last - k) * timedelta(minutes=15))
                for k, state in enumerate(states, 1)
            ]  # fmt: skip
        self.jenkins.news = news
        self.clock.wait(3600)
        self.settle()

    def delivers(self, repositories: int, each: int) -> None:
        """Let pull requests be merged and deployed."""
        self.github.news = [
            item
            for n in range(repositories)
            for k in range(each)
            for item in (
                pull(n * each + k, key=f"github:abc/r{n}/pull/{k}", repository=f"abc/r{n}",
                     updated_at=self.clock() - k * HOUR, created_at=self.clock() - 2 * k * HOUR,
                     sha=f"{n * each + k:040x}", merge_sha=f"{n * each + k + 7**9:040x}",
                     merged_at=self.clock() - k * HOUR),
                deployment(k, key=f"github:abc/r{n}/deployment/{k}", repository=f"abc/r{n}",
                           environment="staging", production=False,
                           sha=f"{n * each + k + 7**9:040x}",
                           updated_at=self.clock() - k * HOUR, finished_at=self.clock()),
            )
        ]  # fmt: skip
        self.settle()

    def settle(self) -> None:
        """Let cycles pass until there is nothing more to be done."""
        before = -1
        while before != (before := writes(self.office)):
            self.bot.sync()
            self.clock.wait(600)
            self.jenkins.news, self.github.news = [], []

    def cycle(self) -> list[tuple[str, str]]:
        """Let a cycle pass; answer what it asked Redmine."""
        self.clock.wait(300)
        before = len(self.office.door.asked)
        assert self.bot.sync() is not None
        return self.office.door.asked[before:]


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Answer the SQL that is executed meanwhile, with what the first of its rows is given."""
    said: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, text: str, given: Any, _x: object, many: bool) -> None:
        said.append((text, given[0] if many else given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)
