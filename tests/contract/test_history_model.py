"""The model that cursors are tried on, and a real Redmine: one history gives the same pages."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox.office import Office

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.sources.redmine.asking import Condition, ask, number, numbers, project, stamp
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.world import Issue
from tests.redmine_place import Place, opened

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COUNT = 130  # more than a page
EXPORTED = 40  # rows of a CSV file
# Whole seconds, fractions within one, and times that several share.
FRACTIONS = (0, 250_000, 250_000, 999_999, 500_000, 0)
# Rails writes a time without a fraction as one: so does what an application writes.
_CHANGE = """
JSON.parse(ENV['CHANGES']).each do |row|
  next Issue.where(id: row['ticket']).delete_all if row['gone']
  at = Time.at(row['seconds'], row['micros'], :usec).utc
  Issue.where(id: row['ticket']).update_all(
    updated_on: at, project_id: Project.find(row['project']).id)
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one ticket."""

    ticket: int
    at: datetime = START
    project: str = "abc-app"
    gone: bool = False


def crowd() -> list[Change]:
    """All tickets within a quarter of a minute, many at one time."""
    return [
        Change(ticket=n, at=START + timedelta(seconds=n // 10, microseconds=FRACTIONS[n % 6]))
        for n in range(1, COUNT + 1)
    ]


# The history: each step, and then all questions.
STEPS: Sequence[list[Change]] = (
    crowd(),
    # A late commit, an edit within the same second, a clock put back, a time to come.
    [
        Change(ticket=7, at=START - 30 * SECOND),
        Change(ticket=8, at=START + timedelta(microseconds=999_999)),
        Change(ticket=9, at=START - timedelta(minutes=10)),
        Change(ticket=10, at=START + timedelta(days=900)),
    ],
    # Moved, hidden, deleted; a whole second for more than a page.
    [
        Change(ticket=20, project="abc-infra", at=START + 40 * SECOND),
        Change(ticket=21, project="elsewhere", at=START + 40 * SECOND),
        Change(ticket=22, project="unseen", at=START + 40 * SECOND),
        Change(ticket=23, gone=True),
        *(Change(ticket=n, at=START + 60 * SECOND + timedelta(microseconds=n * 7919 % 10**6))
          for n in range(24, COUNT + 1)),
    ],
)  # fmt: skip


def questions(client: RedmineClient, others: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What `sources.redmine.reading` asks, at every edge there is."""
    foreign: Condition = ("!", others)
    yield "the newest", {"sort": "updated_on:desc,id", "limit": 1, "project_id": foreign}
    for first in (1, 24, COUNT):
        yield f"by id from {first}", {"sort": "id", "issue_id": (">=", str(first))}
    for seconds in (-600, 0, 1, 12, 40, 60):
        at = stamp(START + timedelta(seconds=seconds))
        since = {"updated_on": (">=", at), "project_id": foreign}
        yield f"news from {seconds}", {"sort": "updated_on:desc,id", **since}
        yield f"walk from {seconds}", {"sort": "updated_on,id", **since}
        until = stamp(START + timedelta(seconds=seconds + 1))
        for first in (1, 60):
            within = {"updated_on": ("><", at, until), "issue_id": (">=", str(first))}
            yield f"second {seconds} from {first}", {"sort": "id", **within}


def change_fake(office: FakeOffice, changes: Sequence[Change]) -> None:
    world = office.world
    projects = {p.identifier: p.id for p in world.projects.values()}
    for one in changes:
        if one.gone:
            del world.issues[one.ticket]
            continue
        issue = world.issues.get(one.ticket) or Issue(
            id=one.ticket, project=0, tracker=1, status=1, author=11, created=START, updated=START
        )
        issue.project, issue.updated = projects[one.project], one.at
        world.issues[one.ticket] = issue


def change_real(office: Office, changes: Sequence[Change]) -> None:
    rows = [
        {"ticket": one.ticket, "project": one.project, "gone": one.gone,
         "seconds": int(one.at.timestamp()), "micros": one.at.microsecond}
        for one in changes
    ]  # fmt: skip
    office.redmine.runner(_CHANGE, {"CHANGES": json.dumps(rows)})


def pages(place: Place) -> Mapping[str, object]:
    """Answer of each question the rows' numbers, times and projects, and how many fit."""
    seen = {one.identifier: one.id for one in place.bot.projects()}
    names = {number: identifier for identifier, number in seen.items()}
    found: dict[str, object] = {}
    for name, asked in questions(place.bot, str(seen["elsewhere"])):
        page = ask(place.bot, **asked)
        rows = [(number(r), r["updated_on"], names[project(r)]) for r in page.rows]
        found[name] = (page.total, rows)
    every = range(1, COUNT + 1)
    found["by number"] = sorted(row["id"] for row in place.bot.issues(every, include=""))
    for status in ("o", "*"):
        scope: Condition = ("!", str(seen["elsewhere"]))
        listed = numbers(place.bot, status_id=(status,), project_id=scope)
        found[f"numbers, status {status}"] = list(listed)
    return found


def add_projects(place: Place) -> None:
    place.people.add_project("elsewhere")
    made = {"name": "unseen", "identifier": "unseen", "is_public": False}
    place.people.ask("admin", "POST", "/projects.json", {"project": made})


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[tuple[Place, Callable[[Any, Sequence[Change]], None]], ...]]:
    """The model and a real Redmine with the same projects, and how tickets are changed there."""
    with (
        opened("fake", tmp_path_factory.mktemp("fake")) as fake,
        opened("real", tmp_path_factory.mktemp("real")) as real,
    ):
        assert isinstance(real.people, Office)
        real.people.fill("yujin", [f"티켓 {n}" for n in range(1, COUNT + 1)])
        add_projects(fake)
        add_projects(real)
        assert isinstance(fake.people, FakeOffice)
        fake.people.world.exported = EXPORTED
        real.people.redmine.runner(f"Setting.issues_export_limit = {EXPORTED}")
        yield (fake, change_fake), (real, change_real)


def test_a_history_gives_the_same_pages_in_the_model_and_in_a_real_redmine(
    places: tuple[tuple[Place, Callable[[Any, Sequence[Change]], None]], ...],
) -> None:
    for step in STEPS:
        shown = []
        for place, change in places:
            change(place.people, step)
            shown.append(pages(place))
        model, real = shown
        assert model.keys() == real.keys()
        differ = {name: (model[name], real[name]) for name in model if model[name] != real[name]}
        assert differ == {}
