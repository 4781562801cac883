"""A store of any size, filled by the store's own ways: what a service of some years holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from itsm_sync.model.cycles import Batch, Cycle, Health, SourceReport
from itsm_sync.model.histories import Deed, Event, History, Reading
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.lists import Offered, Priority, Status
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.tickets import Ref, Ticket
from itsm_sync.routing.ownership import Holders
from itsm_sync.settings import Settings
from itsm_sync.store import Store

END = datetime(2026, 4, 1, tzinfo=UTC)  # of the month that is reported
_PAGE = 2000
_BODY = "결제 화면에서 오류가 나고 다음 단계로 넘어가지 않습니다. " * 20  # 1.5 KB, as people write
_CYCLE, _CONFIGURATION = "c1", "bench"
# Of a hundred items, how many are of which kind.
MIX = {
    "issue": 20, "build": 52, "workflow_run": 10, "pull": 6, "deployment": 3, "dependabot_alert": 2,
    "queue_item": 5, "wiki_page": 2,
}  # fmt: skip
_PROCESSES = (
    "incident", "incident", "service-request", "service-request", "change", "problem", "release",
    "application", "infrastructure", "security", "handover", "technical-training", "csi",
)  # fmt: skip
_JOBS = ("abc/build/portal", "abc/build/api", "abc/test/e2e", "abc/deploy/portal-prod",
         "abc/infra/terraform", "abc/build/mobile")  # fmt: skip
_REPOSITORIES = ("abc/portal", "abc/api", "abc/batch", "abc/mobile", "abc/infra")
_PEOPLE = (Ref(id=11, name="김서준"), Ref(id=12, name="강수아"), Ref(id=13, name="한유진"))
_LINKS = {"incident": "none", "change": "implement", "handover": "document"}


@dataclass(kw_only=True)
class Filling:
    """Fills a store with `number` items of the `days` before the end, the same each time."""

    store: Store
    settings: Settings
    number: int
    days: int
    random: Random = field(default_factory=lambda: Random(7))

    def fill(self) -> None:
        """Fill it."""
        self._begin()
        holders = Holders(self.settings.matrix)
        for kind, share in MIX.items():
            count = self.number * share // 100
            numbers = iter(range(1, count + 1))
            while page := list(islice(numbers, _PAGE)):
                self._keep(kind, [self._item(kind, number) for number in page], holders)

    def _begin(self) -> None:
        start = END - timedelta(days=self.days)
        self.store.begin(Cycle(id=_CYCLE, started_at=start, configuration=_CONFIGURATION))
        ok = SourceReport(health=Health.OK)
        for day in range(self.days + 2):
            read = dict.fromkeys(("redmine", "jenkins", "github"), ok)
            self.store.keep_standings(read, start + timedelta(days=day))
        statuses = (Status(id=1, name="신규"), Status(id=2, name="진행"),
                    Status(id=5, name="완료", closed=True))  # fmt: skip
        priorities = (Priority(id=2, name="보통"), Priority(id=4, name="긴급"))
        lists = Offered(at=END, configuration=_CONFIGURATION, statuses=statuses,
                        priorities=priorities)  # fmt: skip
        self.store.keep_offered(lists)
        self.store.keep_bot(90)
        self.store.keep_people({one.id: one.name for one in _PEOPLE})

    def _keep(self, kind: str, made: list[Item], holders: Holders) -> None:
        source = made[0].source
        self.store.keep(source, Batch(stream=kind, items=tuple(made)), _CYCLE)
        decided = [(one, self._routing(one, holders)) for one in made]
        self.store.keep_routings(decided, _CYCLE, _CONFIGURATION, END)
        if kind == "issue":
            pairs = [(one.ticket, routing) for one, routing in decided if one.ticket]
            lives = [self._life(ticket, routing, holders) for ticket, routing in pairs]
            for place in range(2):
                spans = [life[place] for life in lives]
                self.store.keep_stages(spans, _CONFIGURATION, END)
            self.store.end_stages({t.id: t.updated_on for t, _ in pairs if t.closed})
            self.store.keep_histories([self._reading(ticket) for ticket, _ in pairs])

    def _item(self, kind: str, number: int) -> Item:
        ended = END - timedelta(seconds=self.random.uniform(0, self.days * 86_400 - 9_000))
        made: dict[str, Any] = {
            "kind": kind, "title": f"{kind} {number}", "url": f"http://abc.test/{kind}/{number}",
            "state": "SUCCESS", "created_at": ended - timedelta(minutes=9), "updated_at": ended,
        }  # fmt: skip
        return Item(**{**made, **getattr(self, f"_{kind}")(number, ended)})

    def _issue(self, number: int, at: datetime) -> dict[str, Any]:
        is_closed = self.random.random() < 0.85
        author = self.random.choice(_PEOPLE)
        made = at - timedelta(hours=self.random.uniform(1, 200))
        ticket = Ticket(
            id=number, project=Ref(id=1, name="ABC"), tracker=Ref(id=1, name="사건"),
            status=Ref(id=5, name="완료") if is_closed else Ref(id=2, name="진행"),
            closed=is_closed, private=self.random.random() < 0.03, author=author,
            assignee=Ref(id=21, name="IT기획팀"), created_on=made, updated_on=at,
        )  # fmt: skip
        facts: dict[str, Any] = {
            "project": "abc-app", "projects": ("abc", "abc-app"), "tracker": "사건",
            "priority": self.random.choice(("보통", "긴급")), "author": author.name,
            "status": ticket.status.name, "closed": is_closed,
        }  # fmt: skip
        if is_closed:
            facts["closed_at"] = at
        if number > 1 and self.random.random() < 0.1:
            facts["relations"] = (f"relates:redmine:issue/{self.random.randrange(1, number)}",)
        return {
            "key": f"redmine:issue/{number}", "source": "redmine", "body": _BODY, "ticket": ticket,
            "created_at": made, "facts": facts, "state": "closed" if is_closed else "open",
            "audience": Audience.PRIVATE if ticket.private else Audience.PUBLIC,
        }  # fmt: skip

    def _build(self, number: int, at: datetime) -> dict[str, Any]:
        job = self.random.choice(_JOBS)
        result = self.random.choices(("SUCCESS", "FAILURE", "UNSTABLE", "ABORTED"), (85, 10, 3, 2))
        facts = {
            "controller": "ci", "job": job, "number": number, "building": False, "branch": "main",
            "duration_ms": 540_000, "finished_at": at, "result": result[0], "user": "sjkim",
            "sha": f"{number // 2:040x}", "repository": self.random.choice(_REPOSITORIES),
            "causes": ("scm",), "commits": (f"{number:040x}",), "node": "agent-1",
        }  # fmt: skip
        key = f"jenkins:ci:{job}#{number}@{int(at.timestamp())}"
        return {"key": key, "source": "jenkins", "state": result[0], "facts": facts}

    def _workflow_run(self, number: int, at: datetime) -> dict[str, Any]:
        facts = {
            "repository": self.random.choice(_REPOSITORIES), "workflow": "CI", "number": number,
            "run_attempt": 1, "started_at": at - timedelta(minutes=7), "branch": "main",
            "sha": f"{number:040x}", "building": False, "author": "seojun-kim",
        }  # fmt: skip
        state = self.random.choices(("success", "failure"), (88, 12))[0]
        key = f"github:{facts['repository']}/run/{number}"
        return {"key": key, "source": "github", "state": state, "facts": facts}

    def _pull(self, number: int, at: datetime) -> dict[str, Any]:
        facts = {
            "repository": self.random.choice(_REPOSITORIES), "base": "main", "merged": True,
            "merged_at": at, "merge_sha": f"{number:040x}", "author": "seojun-kim",
            "references": (f"redmine:issue/{number}",), "paths": ("src/a.py", "src/b.py"),
        }  # fmt: skip
        key = f"github:{facts['repository']}/pull/{number}"
        made = {"key": key, "source": "github", "state": "merged", "facts": facts, "body": _BODY}
        return made | {"created_at": at - timedelta(days=2)}

    def _deployment(self, number: int, at: datetime) -> dict[str, Any]:
        facts = {
            "repository": self.random.choice(_REPOSITORIES), "environment": "production",
            "sha": f"{number:040x}", "production": True, "finished_at": at,
        }  # fmt: skip
        state = self.random.choices(("success", "failure"), (92, 8))[0]
        key = f"github:{facts['repository']}/deployment/{number}"
        return {"key": key, "source": "github", "state": state, "facts": facts}

    def _dependabot_alert(self, number: int, at: datetime) -> dict[str, Any]:
        severity = self.random.choice(("critical", "high", "medium", "low"))
        facts: dict[str, Any] = {
            "repository": self.random.choice(_REPOSITORIES), "severity": severity, "package": "x"
        }  # fmt: skip
        state = self.random.choice(("open", "fixed"))
        if state == "fixed":
            facts["fixed_at"] = at
        key = f"github:{facts['repository']}/dependabot/{number}"
        made = {"key": key, "source": "github", "state": state, "facts": facts}
        return made | {"audience": Audience.PRIVATE, "created_at": at - timedelta(days=40)}

    def _queue_item(self, number: int, at: datetime) -> dict[str, Any]:
        facts = {"controller": "ci", "job": self.random.choice(_JOBS), "waiting_since": at}
        key = f"jenkins:ci:queue/{number}"
        return {"key": key, "source": "jenkins", "state": "waiting", "facts": facts}

    def _wiki_page(self, number: int, _at: datetime) -> dict[str, Any]:
        facts = {"project": "abc-app", "version": 3, "author": "김서준"}
        key = f"redmine:wiki/abc-app/page_{number}"
        return {"key": key, "source": "redmine", "state": "current", "facts": facts}

    def _routing(self, item: Item, holders: Holders) -> Routing:
        process = self.random.choice(_PROCESSES) if item.ticket else "application"
        stage = _LINKS.get(process, "none")
        holding = holders.of(process, "application", stage, "*")
        proof = Evidence(axis="process", answer=process, rule="규칙", matched=(("title", "x"),))
        return Routing(
            key=item.key, process=process, domain="application", stage=stage, row=holding.row.id,
            responsible=holding.row.team, accountable=holding.accountable, evidence=(proof,) * 3,
        )  # fmt: skip

    def _life(
        self, ticket: Ticket, routing: Routing, holders: Holders
    ) -> tuple[StageSpan, StageSpan]:
        half = ticket.created_on + (ticket.updated_on - ticket.created_on) / 2
        later = holders.of(routing.process, routing.domain, "review", "*").row

        def span(stage: str, row: str, team: str, at: datetime) -> StageSpan:
            return StageSpan(ticket=ticket.id, process=routing.process, stage=stage, row=row,
                             team=team, entered_at=at)  # fmt: skip

        first = span(routing.stage, routing.row, routing.responsible, ticket.created_on)
        return first, span("review", later.id, later.team, half)

    def _reading(self, ticket: Ticket) -> Reading:
        return Reading(history=self._history(ticket), shape="", closed=ticket.closed)

    def _history(self, ticket: Ticket) -> History:
        events = tuple(self._events(ticket))
        return History(
            ticket=ticket.id, author=ticket.author.id, created_at=ticket.created_on,
            seen=ticket.updated_on, status="1", priority="2", tracker="1", events=events,
        )  # fmt: skip

    def _events(self, ticket: Ticket) -> Iterator[Event]:
        length = ticket.updated_on - ticket.created_on
        steps: Iterable[tuple[Deed, str, str]] = (
            (Deed.NOTE, "", ""), (Deed.STATUS, "1", "2"), (Deed.NOTE, "", ""),
            (Deed.PRIORITY, "2", "4"), (Deed.STATUS, "2", "5"),
        )  # fmt: skip
        taken = list(steps) if ticket.closed else list(steps)[:-1]
        for number, (deed, old, new) in enumerate(taken, 1):
            yield Event(
                deed=deed, at=ticket.created_on + length * number / len(taken),
                by=self.random.choice(_PEOPLE).id, journal=number, old=old, new=new,
            )  # fmt: skip


def filled(path: Path, settings: Settings, number: int, days: int) -> Matrix:
    """Fill a database in a file that is not there yet; answer whose matrix it follows."""
    with Store.open(f"sqlite:///{path}") as store:
        Filling(store=store, settings=settings, number=number, days=days).fill()
    return settings.matrix
