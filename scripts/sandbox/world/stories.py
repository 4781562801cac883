"""Reads what people write into tickets (sample data), and fills in names, places and numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from ruamel.yaml import YAML

from sandbox.world.organisation import PEOPLE

PROJECTS = {
    "app": "abc-app",
    "infra": "abc-infra",
    "biz": "abc-biz",
    "root": "abc",
    "legacy": "abc-legacy",
}
TRACKERS = {
    "d": "결함",
    "f": "새기능",
    "s": "지원",
    "i": "사건",
    "p": "문제",
    "c": "변경",
    "r": "서비스 요청",
    "l": "릴리스",
}
CUSTOMERS = ("한빛상사", "누리물산", "가온유통", "미래상회")
_FILLERS: dict[str, tuple[str, ...]] = {
    "page": ("로그인", "주문 목록", "정산 내역", "환불 신청", "회원 정보", "통계", "공지사항",
             "쿠폰함", "배송 조회"),
    "place": ("부산", "대전", "광주", "강남", "제주", "인천", "수원"),
    "clock": ("09:10", "10:40", "13시 20분", "15:05", "17:30", "22:00"),
    "server": ("web-01", "web-02", "api-prod-01", "api-prod-02", "db-01", "batch-01", "file-01"),
    "customer": CUSTOMERS,
    "count": tuple(str(number) for number in range(3, 42)),
}  # fmt: skip
_LONG = "아주 길게 쓰는 사람이 있습니다. " * 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One thing that somebody may write. `group` is where it stands in the file."""

    group: str
    process: str
    project: str
    trackers: tuple[str, ...]
    subject: str
    body: str
    hard: str = ""


@cache
def stories() -> tuple[Story, ...]:
    """Answer all stories, in the order of the file."""
    file = Path(__file__).with_name("stories.yaml")
    told = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return tuple(_read(group, line) for group, lines in told.items() for line in lines)


def _read(group: str, line: list[str]) -> Story:
    project, trackers, subject, body, *rest = line
    hard, process = rest or ("", group)
    return Story(
        group=group,
        process=process,
        project=PROJECTS[project],
        trackers=tuple(TRACKERS[letter] for letter in trackers),
        subject=subject,
        body=body,
        hard=hard,
    )


def fill(chance: Random, story: Story) -> tuple[str, str, str]:
    """Answer subject, body and customer ("" where none is named) of a telling of the story."""
    values = {name: chance.choice(choices) for name, choices in _FILLERS.items()}
    values["who"], values["who2"] = chance.sample([p.name for p in PEOPLE[:9]], 2)
    values["long"] = _LONG
    named = "{customer}" in story.subject + story.body
    subject = story.subject.format(**values)[:255]
    return subject, story.body.format(**values), values["customer"] if named else ""


def dealt(chance: Random, told: list[Story]) -> Iterator[Story]:
    """Answer the stories without end: each of them once, in chance's order, then again."""
    while True:
        yield from chance.sample(told, len(told))
