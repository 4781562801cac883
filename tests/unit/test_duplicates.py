"""Which tickets of people are about what has a signal's ticket: rather none than a wrong one."""

from dataclasses import replace
from typing import Any

import pytest

from itsm_sync.locale import say
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Paragraph, TicketNumber
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.tickets import Ref
from itsm_sync.model.watching import Duplicates
from itsm_sync.model.words import Message
from itsm_sync.signals.duplicates import MOST, Twins
from tests.builders import NOON, ticket
from tests.builders import item as issue
from tests.known import FakeKnown
from tests.signalled import HOUR, build, down, episode

BOT, DAY = 9, 24 * HOUR
JOB = "abc/deploy/api-prod"
FAILING = episode(JOB)
ALERT = replace(
    build(),
    key="github:abc/api/dependabot/1",
    kind="dependabot_alert",
    facts={"package": "log4j-core", "cve": "CVE-2026-1234", "advisory": "GHSA-aaaa-bbbb-cccc"},
)


def theirs(text: str, number: int = 41, body: str = "", **changes: Any) -> Item:
    at = changes.pop("at", NOON)
    author = Ref(id=changes.pop("author", 3), name="한유진")
    made = ticket(number, created_on=at, author=author, **changes)
    return issue(number, title=text, body=body, ticket=made, created_at=at, updated_at=at)


def told(*tickets: Item, of: Episode = FAILING, **options: Any) -> Telling:
    failed = build(JOB, url="http://ci.example/job/abc/job/deploy/17/")
    failed = replace(failed, key=of.first)
    known = FakeKnown(all_items=(failed, ALERT, *tickets), now=NOON + HOUR)
    twins = Twins.of(Duplicates(**options), known, [of], BOT)
    about = (ALERT.key,) if of.signal == "dependabot" else ()
    plain = Telling(project="", tracker="사건", subject=Message("x"), description=(), about=about)
    return twins.added(of, plain)


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("봐 주세요 http://ci.example/job/abc/job/deploy/17/console", FAILING),
        ("봐 주세요 (http://ci.example/job/abc/job/deploy/17/)", FAILING),
        (f"{JOB}가 또 실패했어요", FAILING),
        (f"Why does {JOB} fail?", FAILING),
        ("agent-01이 오프라인이에요", down()),
        ("agent-01 is down", down()),
        ("log4j-core CVE-2026-1234 패치", episode(signal="dependabot")),
        ("GHSA-aaaa-bbbb-cccc of log4j-core", episode(signal="dependabot")),
        (
            "abc/portal v2.4.0 배포 준비",
            episode(signal="releases", facts={"tag": "v2.4.0", "repository": "abc/portal"}),
        ),
    ],
)
def test_a_ticket_that_leaves_no_doubt_is_related_and_says_why(text: str, of: Episode) -> None:
    found = told(theirs(text), of=of)
    assert found.related == ("redmine:issue/41",)
    (remark,) = found.remarks
    (paragraph,) = remark.text
    assert isinstance(paragraph, Paragraph)
    assert paragraph.parts[0] == TicketNumber(41)
    assert isinstance(paragraph.parts[1], Message)
    assert "같은 일" in say(paragraph.parts[1], "ko")


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("배포가 실패했어요", FAILING),
        (f"{JOB} 배포 승인 요청", FAILING),
        (f"{JOB}-new 가 실패", FAILING),
        (f"{JOB}/rollback 실패", FAILING),
        (f"x{JOB} 실패", FAILING),
        ("http://ci.example/job/abc/job/deploy/170/", FAILING),
        ("api-prod 실패", FAILING),
        ("agent-011 오프라인", down()),
        ("agent-01 디스크 추가", down()),
        ("agent 오프라인", down("agent")),
        ("CVE-2026-1234 문의", episode(signal="dependabot")),
        ("log4j-core CVE-2026-12345", episode(signal="dependabot")),
        (
            "v2.4.0 배포 준비",
            episode(signal="releases", facts={"tag": "v2.4.0", "repository": "abc/portal"}),
        ),
        ("builds 실패", episode(signal="schedules", facts={"job": JOB})),
    ],
)
def test_a_ticket_that_leaves_a_doubt_is_left_alone(text: str, of: Episode) -> None:
    assert told(theirs(text), of=of).related == ()


def test_only_tickets_of_people_from_around_the_time_count() -> None:
    text = f"{JOB} 실패"
    early, late = theirs(text, at=NOON - 4 * DAY), theirs(text, at=NOON - 2 * DAY)
    assert told(early).related == ()
    assert told(late).related != ()
    assert told(late, within=HOUR).related == ()
    assert told(theirs(text, author=BOT)).related == ()
    copied = theirs(text, body=f"x\n\nitsm-sync: {FAILING.key}")
    assert told(copied).related == ()
    assert told(theirs(text), enabled=False).related == ()


def test_what_is_over_or_has_lasted_long_gets_no_more_of_them() -> None:
    text = theirs(f"{JOB} 실패")
    assert told(text, of=episode(JOB, ended=NOON)).related == ()
    assert told(text, of=episode(JOB, at=NOON - 15 * DAY)).related == ()


def test_a_ticket_has_no_more_than_a_few() -> None:
    many = [theirs(f"{JOB} 실패", number) for number in range(1, 9)]
    found = told(*many)
    assert found.related == tuple(f"redmine:issue/{n}" for n in range(1, MOST + 1))
    assert len(found.remarks) == MOST
