"""A store in which much has happened, and premises over it, for tests of the HTTP port."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition
from typing import Any

from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.plans import Refusal
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations.cycles import FORMAT
from itsm_sync.settings import Settings, load
from itsm_sync.store import Store
from itsm_sync.web import Metrics, Premises, Role, Server, Waiting
from tests.builders import NOON, item, ticket, turned_away

SECRETS = {
    "GITHUB_WEBHOOK_SECRET": "hub-mjölnir-31",
    "JENKINS_WEBHOOK_SECRET": "jenkins-gungnir-47",
    "REDMINE_WEBHOOK_SECRET": "redmine-naglfar-53",
}
# Words of items, and what other programs say of them: no page and no figure may have them.
PRIVATE = "인수합병 극비 청사진"
DOWN = Message(
    "{system} can't be reached at {path} ({kind})",
    {"system": "GitHub", "path": "/repos/abc/portal", "kind": "ConnectTimeout"},
)


class Hinted:
    """Takes hints, as many as there is room for."""

    def __init__(self, room: int = 1_000) -> None:
        self.room = room
        self.taken: list[tuple[str, str | None]] = []

    def hint(self, source: str, stream: str | None = None) -> bool:
        if len(self.taken) >= self.room:
            return False
        self.taken.append((source, stream))
        return True


class Heard:
    """Remembers every event, and hands it on."""

    def __init__(self, *listeners: Metrics) -> None:
        self.events: list[tuple[str, Mapping[str, object]]] = []
        self._listeners = listeners
        self._more = Condition()

    def saw(self, event: str, /, **details: object) -> None:
        for listener in self._listeners:
            listener.saw(event, **details)
        with self._more:
            self.events.append((event, details))
            self._more.notify_all()

    def awaited(self, event: str, number: int) -> list[Mapping[str, object]]:
        """Answer the first of an event, once so many were told."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.named(event)) >= number, timeout=30)
        return self.named(event)[:number]

    def named(self, event: str) -> list[Mapping[str, object]]:
        return [details for name, details in self.events if name == event]


def configured(directory: Path, **secrets: str) -> Settings:
    """Read a configuration with these secrets of webhooks."""
    environment = {
        "REDMINE_API_KEY": "rk-1234",
        "JENKINS_USER": "ju",
        "JENKINS_TOKEN": "jt-1234",
        "GITHUB_TOKEN": "gt-1234",
        "ITSM_SYNC_HTTP": "127.0.0.1:0",
        **secrets,
    }
    return load(directory, environment)


def with_alarms(settings: dict[str, Any]) -> None:
    """Let a source of another package be configured."""
    settings["sources"] = {"alarms:seoul": {}}


def premises(
    settings: Settings, store: Store, metrics: Metrics, **changes: Any
) -> Premises:  # fmt: skip
    """Premises at noon."""
    values: dict[str, Any] = {
        "settings": settings,
        "store": store,
        "hints": Hinted(),
        "observer": Heard(metrics),
        "clock": lambda: NOON,
    }
    return Premises(**(values | changes))


@contextmanager
def served(premises: Premises, metrics: Metrics) -> Iterator[Server]:
    """Serve the premises on a free port."""
    server = Server(premises, metrics)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def busy(store: Store, settings: Settings) -> None:
    """Let much have happened: cycles, sources, findings, dead letters, signals, a held plan."""
    for number, summary in enumerate(_SUMMARIES):
        started = NOON - timedelta(minutes=5 * (len(_SUMMARIES) - number))
        store.begin(Cycle(id=f"c{number}", started_at=started, configuration=settings.hash))
        store.finish(f"c{number}", started + timedelta(seconds=4.2 + number), summary)
    store.begin(Cycle(id="now", started_at=NOON - timedelta(minutes=1), configuration="x"))
    for source, batch in _BATCHES:
        store.keep(source, batch, "now")
    store.finish("now", NOON - timedelta(seconds=40), _SUMMARIES[0])
    for reports, at in _STANDINGS:
        store.keep_standings(reports, at)
    store.keep_findings(_FINDINGS, NOON - timedelta(hours=7))
    for refused in _REFUSED:
        store.record(turned_away(_refusal(*refused)), "now", NOON)
    for number in (21, 22):
        key = f"builds/{number:010x}/20260302T080000Z"
        store.keep_episodes("builds", f"line {number}", [_episode(key, f"line {number}")])
        store.link(key, number)
    plan = [{"ticket": n, "key": f"redmine:issue/{n}", "fields": {}} for n in (4, 17, 23)]
    text = json.dumps({"format": FORMAT, "plan": plan}, ensure_ascii=False)
    settings.held_plan.write_text(text, encoding="utf-8")


def paused(store: Store, at: datetime = NOON - timedelta(hours=3)) -> None:
    """Let an operator have paused writing."""
    store.pause("seojun", "Redmine is upgraded tonight", at)


def jobs() -> Mapping[str, datetime]:
    """When things are due next, as a daemon tells it."""
    return {
        "redmine": NOON + timedelta(seconds=42),
        "github": NOON + timedelta(minutes=4),
        "letters": NOON + timedelta(minutes=50),
        "prune": NOON + timedelta(hours=15),
        "reports": NOON + timedelta(minutes=1),
        "report:0": NOON + timedelta(days=3),
    }


def _episode(key: str, line: str) -> Episode:
    began = NOON - timedelta(hours=4)
    return Episode(
        key=key, signal="builds", line=line, standing=Standing.OPEN, began=began, opened=began
    )


def _refusal(number: int, name: FieldName, why: Message) -> Refusal:
    at = NOON - timedelta(hours=7)
    return Refusal(
        ticket=number, field=name, value=PRIVATE, circumstances="x", reason=why, at=at, tries=2
    )


_SUMMARIES: tuple[dict[str, Any], ...] = (
    {"items": 12, "edits": {"planned": 3, "applied": 3, "partly": 0, "refused": 0, "failed": 0,
     "held": 0}, "tickets": {"opened": 1, "updated": 3, "closed": 2, "reopened": 0}},
    {"items": 0, "edits": {"planned": 0, "applied": 0}, "tickets": {}},
    {"items": 7, "edits": {"planned": 4, "applied": 2, "partly": 1, "refused": 1},
     "tickets": {"opened": 0, "updated": 3, "closed": 0, "reopened": 1}},
    {"error": "Redmine can't be reached at /issues.json (ConnectTimeout)"},
)  # fmt: skip
_BATCHES = (
    (
        "redmine",
        Batch(
            stream="issues",
            items=tuple(
                item(n, PRIVATE, ticket=ticket(n, private=True)) for n in (4, 17, 21, 22, 23)
            ),
            rejected=(
                Rejected(key="redmine:issue/31", error="KeyError: 'created_on'"),
                Rejected(key=f"redmine:wiki/abc-sec/{PRIVATE}", error=f"ValueError: {PRIVATE}"),
            ),
        ),
    ),
    (
        "github",
        Batch(
            stream="abc/portal/issues",
            health=Health.FAILED,
            error=DOWN,
            rejected=(Rejected(key="github:abc/portal/issues/7", error="TypeError: not a str"),),
        ),
    ),
    (
        "jenkins",
        Batch(
            stream="jobs",
            rejected=(Rejected(key="jenkins:ci:abc/deploy/portal-prod#17@1", error="KeyError"),),
        ),
    ),
    ("alarms:seoul", Batch(stream="all", rejected=(Rejected(key=PRIVATE, error=PRIVATE),))),
)
_STANDINGS = (
    ({"github": SourceReport(health=Health.OK)}, NOON - timedelta(hours=9)),
    (
        {
            "redmine": SourceReport(health=Health.OK),
            "jenkins": SourceReport(
                health=Health.PARTLY,
                error=Message("{what}: {error}", {"what": "builds:abc/test/unit", "error": DOWN}),
            ),
            "github": SourceReport(health=Health.FAILED, error=DOWN),
            "alarms:seoul": SourceReport(
                health=Health.PARTLY, error=Message("{error}", {"error": PRIVATE})
            ),
        },
        NOON - timedelta(seconds=50),
    ),
)
_REJECTED = Message("Redmine rejects it: {reasons}", {"reasons": f"제목 {PRIVATE}"})
_ABSENT = Message("the field is not on the ticket's tracker or project any more")
_REFUSED = ((17, FieldName.TEAM, _REJECTED), (4, FieldName.ROLE, _ABSENT))
_FINDINGS = (
    Finding(
        key="field/17/team",
        kind="cycle.field",
        message=Message(
            "#{ticket} {field} is not written: {why}",
            {"ticket": 17, "field": "team", "why": _REJECTED},
        ),
    ),
    Finding(
        key="field/4/role",
        kind="cycle.field",
        message=Message(
            "#{ticket} {field} is not written: {why}",
            {
                "ticket": 4,
                "field": "role",
                "why": _ABSENT,
            },
        ),
    ),
    Finding(
        key="source/github",
        kind="cycle.source",
        message=Message(
            "{source} could not be read in full: {error}", {"source": "github", "error": DOWN}
        ),
    ),
    Finding(
        key="source/alarms:seoul",
        kind="cycle.source",
        message=Message(
            "{source} could not be read in full: {error}",
            {"source": "alarms:seoul", "error": Message("{error}", {"error": PRIVATE})},
        ),
    ),
    Finding(key="other", kind="somebody.else", message=Message("{error}", {"error": PRIVATE})),
)

Configuration = Callable[..., Path]
STANDBY = {"role": lambda: Role.STANDBY, "waiting": lambda: Waiting(length=3, dropped=2)}
