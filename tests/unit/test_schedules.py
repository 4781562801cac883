"""Tickets by the calendar: one a period, closed by what people did."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.locale import say
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Bullets
from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.watching.schedules import Every, Proof, Scheduled, Schedules
from itsm_sync.model.words import Words
from itsm_sync.signals.schedules.calendar import Calendar
from itsm_sync.signals.schedules.periods import period_of
from tests.builders import item, ticket
from tests.known import FakeKnown

SEOUL = ZoneInfo("Asia/Seoul")
TRAINING = Scheduled(
    id="training",
    name=Words(ko="기술 교육", en="Technical training"),
    process="technical-training",
    every="quarter",
    start=date(2026, 1, 1),
    due_days=45,
    checklist=(Words(ko="일정", en="Dates"),),
    proof=Proof(
        wiki=("abc/기술 교육*",), docs=("abc/docs:guide/*", "abc/api"), ticket=("교육 결과",)
    ),
)
MAY = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
OPENED = datetime(2026, 4, 1, tzinfo=SEOUL)


def calendar(**changes: object) -> Calendar:
    one = replace(TRAINING, **changes)  # type: ignore[arg-type]
    return Calendar(section=Schedules(tickets=(one,)), zone=SEOUL)


def derived(known: FakeKnown, **changes: object) -> tuple[Episode, ...]:
    return tuple(calendar(**changes).derive(known))


def page(title: str, at: datetime, author: str = "김서준", project: str = "abc") -> Item:
    facts = {"project": project, **({"author": author} if author else {})}
    return item(
        1,
        title,
        key=f"redmine:wiki/{project}/{title}",
        kind="wiki_page",
        ticket=None,
        created_at=at,
        updated_at=at,
        facts=facts,
    )


@pytest.mark.parametrize(
    ("every", "day", "name", "first"),
    [
        ("week", date(2026, 1, 1), "2026-W01", date(2025, 12, 29)),
        ("month", date(2026, 2, 28), "2026-02", date(2026, 2, 1)),
        ("quarter", date(2026, 12, 31), "2026-Q4", date(2026, 10, 1)),
        ("half-year", date(2026, 7, 1), "2026-H2", date(2026, 7, 1)),
        ("year", date(2026, 7, 1), "2026", date(2026, 1, 1)),
        ("once", date(2026, 7, 1), "once", date(2025, 1, 1)),
    ],
)
def test_a_day_lies_in_one_period(every: Every, day: date, name: str, first: date) -> None:
    found = period_of(day, every, date(2025, 1, 1))
    assert (found.name, found.first) == (name, first)


def test_a_period_has_one_ticket_however_often_it_is_looked_at() -> None:
    (first,) = derived(FakeKnown(now=MAY))
    assert (first.line, first.began, first.live) == ("training@2026-Q2", OPENED, True)
    later = FakeKnown(now=MAY + timedelta(days=30), all_episodes=(first,))
    assert derived(later) == (first,)


def test_a_period_begins_at_midnight_of_the_zone() -> None:
    before = FakeKnown(now=datetime(2026, 3, 31, 14, 59, tzinfo=UTC))
    after = FakeKnown(now=datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert [e.line for e in derived(before)] == ["training@2026-Q1"]
    assert [e.line for e in derived(after)] == ["training@2026-Q2"]


def test_a_new_period_names_the_ticket_of_the_last() -> None:
    (first,) = derived(FakeKnown(now=MAY))
    august = FakeKnown(now=MAY + timedelta(days=90), all_episodes=(first,))
    old, new = derived(august)
    assert (old.key, new.line, new.previous) == (first.key, "training@2026-Q3", first.key)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"day": 49}, ["training@2026-Q2"]),
        ({"day": 50}, []),
        ({"start": date(2026, 7, 1)}, []),
        ({"start": date(2026, 5, 1)}, ["training@2026-Q2"]),
        ({"end": date(2026, 4, 1)}, []),
        ({"end": date(2026, 4, 2)}, ["training@2026-Q2"]),
        ({"every": "once", "start": date(2026, 5, 20)}, ["training@once"]),
        ({"every": "once", "start": date(2026, 5, 21)}, []),
    ],
)
def test_only_the_periods_that_are_asked_for_have_tickets(
    changes: dict[str, object], lines: list[str]
) -> None:
    assert [episode.line for episode in derived(FakeKnown(now=MAY), **changes)] == lines


APRIL, MARCH = OPENED + timedelta(days=9), OPENED - timedelta(days=1)


def pull(path: str, at: datetime, *, robot: bool = False) -> Item:
    facts = {"repository": "abc/docs", "merged_at": at, "paths": (path,), "author_is_bot": robot}
    return item(
        2, "Guide", key="github:abc/docs/pull/7", source="github", kind="pull", ticket=None,
        created_at=at, updated_at=at, facts=facts,
    )  # fmt: skip


def closed(number: int, title: str, at: datetime, **fields: str) -> Item:
    its = replace(ticket(number), closed=True)
    its = replace(its, fields={**its.fields, **{FieldName(n): v for n, v in fields.items()}})
    return item(number, title, ticket=its, updated_at=at, facts={"closed_at": at})


KEY = "schedules/0123456789/20260401T000000Z"


@pytest.mark.parametrize(
    "proof",
    [
        page("기술 교육 2분기", APRIL),
        pull("guide/jenkins.md", APRIL),
        item(3, "wiki", key="github:abc/api/wiki/Home", source="github", kind="wiki_edit",
             ticket=None, updated_at=APRIL, facts={"repository": "abc/api"}),
        closed(4, "2분기 교육 결과 보고", APRIL),
    ],
)  # fmt: skip
def test_what_people_did_in_the_period_closes_it(proof: Item) -> None:
    (found,) = derived(FakeKnown(now=MAY, all_items=(proof,)))
    assert (found.standing, found.ended, found.healed) == (Standing.CLOSED, APRIL, proof.key)
    told = calendar().tell(found, FakeKnown(now=MAY, all_items=(proof,)))
    assert [remark.name for remark in told.remarks] == [f"closed@{proof.key}"]


@pytest.mark.parametrize(
    "nothing",
    [
        page("기술 교육", MARCH),
        page("기술 교육", APRIL, author=""),
        page("기술 교육", APRIL, project="abc-infra"),
        page("다른 문서", APRIL),
        pull("src/main.py", APRIL),
        pull("guide/x.md", MARCH),
        pull("guide/x.md", APRIL, robot=True),
        closed(4, "교육 결과", MARCH),
        closed(4, "다른 일", APRIL),
        closed(4, "교육 결과", APRIL, key=KEY),
        item(5, "교육 결과", updated_at=APRIL),
    ],
)
def test_what_is_older_or_about_something_else_or_ours_closes_nothing(nothing: Item) -> None:
    (found,) = derived(FakeKnown(now=MAY, all_items=(nothing,)))
    assert found.live


@pytest.mark.parametrize(
    ("deed", "standing"),
    [
        (Deed.CLOSED, Standing.CLOSED),
        (Deed.REJECTED, Standing.REJECTED),
        (Deed.DELETED, Standing.DELETED),
        (Deed.TAKEN, Standing.OPEN),
    ],
)
def test_what_a_person_did_to_the_ticket_counts(deed: Deed, standing: Standing) -> None:
    (first,) = derived(FakeKnown(now=MAY))
    act = Act(episode=first.key, deed=deed, at=APRIL)
    known = FakeKnown(now=MAY + timedelta(days=1), all_episodes=(first,), deeds=(act,))
    assert [(e.key, e.standing) for e in derived(known)] == [(first.key, standing)]


def test_a_reopened_ticket_waits_for_newer_proof() -> None:
    (first,) = derived(FakeKnown(now=MAY))
    old, new = page("기술 교육", APRIL), page("기술 교육 2", APRIL + timedelta(days=9))
    again = Act(episode=first.key, deed=Deed.REOPENED, at=APRIL + timedelta(days=5))
    known = FakeKnown(now=MAY, all_episodes=(first,), deeds=(again,), all_items=(old,))
    assert [e.live for e in derived(known)] == [True]
    assert [e.healed for e in derived(replace(known, all_items=(old, new)))] == [new.key]


def test_the_ticket_says_what_is_to_do_and_what_closes_it_in_both_languages() -> None:
    (found,) = derived(FakeKnown(now=MAY))
    told = calendar().tell(found, FakeKnown(now=MAY))
    assert say(told.subject, "ko") == "기술 교육: 2026년 2분기"
    assert say(told.subject, "en") == "Technical training: quarter 2 of 2026"
    assert told.due == date(2026, 5, 16)
    assert found.facts == {"schedule": "technical-training"}
    assert sum(len(b.entries) for b in told.description if isinstance(b, Bullets)) == 5


def test_a_schedule_taken_out_of_the_file_leaves_its_ticket_alone() -> None:
    (found,) = derived(FakeKnown(now=MAY))
    known = FakeKnown(now=MAY, all_episodes=(found,))
    assert tuple(Calendar(section=Schedules(), zone=SEOUL).derive(known)) == ()
