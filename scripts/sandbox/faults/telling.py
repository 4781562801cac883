"""A part of docs/faults.md and docs/faults.ko.md: the matrix, as its run came out."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.faults.matrix import Row, rows
from sandbox.faults.runs import Matrix, Told
from sandbox.parts import table, write_part
from sandbox.torture.telling import commit

_LONGEST = 160  # characters of what a cycle said
_PORT = re.compile(r"127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one language; names that are not there stay as they are."""

    file: str  # its name; the text before the table stands in one beside this
    facts: tuple[str, ...]
    head: tuple[str, ...]
    yes: str
    no: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.names.get(name, name)


_EN = _Words(
    file="faults.md",
    facts=("Commits", "Rows", "Rows that are equal after recovery"),
    head=("system", "place", "fault", "requests hit", "exit status", "what the cycle said",
          "equal"),
    yes="yes",
    no="**no**",
)  # fmt: skip
_KO = _Words(
    file="faults.ko.md",
    facts=("커밋", "행", "복구 뒤 같은 행"),
    head=("시스템", "위치", "장애", "장애를 만난 요청", "종료 상태", "주기가 알린 것", "같음"),
    yes="예",
    no="**아니요**",
    names={
        "redmine": "Redmine", "jenkins": "Jenkins", "github": "GitHub", "all": "모두",
        "read": "읽기", "look before the write": "쓰기 전 확인", "PUT of a ticket": "일감 PUT",
        "POST of a ticket": "일감 POST", "read-back": "되읽기", "clock": "시계",
        "page of a ticket": "일감 화면",
        "connection refused": "연결 거부", "reset in mid-body": "본문 도중 연결 끊김",
        "headers late": "늦은 헤더", "body dripping": "조금씩 오는 본문", "cut JSON": "잘린 JSON",
        "JSON of another shape": "모양이 다른 JSON",
        "a field of another type": "형이 다른 필드",
        "ours 10 minutes ahead": "우리 시계 10분 빠름",
        "ours 10 minutes behind": "우리 시계 10분 느림",
        "Redmine's 10 minutes ahead": "Redmine 시계 10분 빠름",
        "Redmine's 10 minutes behind": "Redmine 시계 10분 느림",
        "rows move between pages": "페이지 사이에서 옮겨지는 행",
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of the rows, of those that were run last and of others, and at which commits."""

    told: Sequence[Told]
    commits: Sequence[str]


def kept(found: Matrix, file: Path) -> Kept:
    """Keep what became of each row in a file; answer it with rows of earlier runs between."""
    every = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    now = commit()
    every |= {str(told.row): [now, told.hits, told.status, told.said, list(told.differences)]
              for told in found.told}  # fmt: skip
    file.write_text(json.dumps(every, ensure_ascii=False, indent=1), encoding="utf-8")
    told = [_again(row, *every[str(row)][1:]) for row in rows() if str(row) in every]
    return Kept(told=told, commits=list(dict.fromkeys(one[0] for one in every.values())))


def _again(row: Row, hits: int, status: int, said: str, differences: list[str]) -> Told:
    return Told(row=row, hits=hits, status=status, said=said, differences=differences)


def tell(found: Kept, folder: Path) -> None:
    """Write it, in both languages."""
    for words in (_EN, _KO):
        write_part(folder / words.file, "faults", "\n".join(_lines(found, words)))


def _lines(found: Kept, words: _Words) -> Iterable[str]:
    yield (Path(__file__).parent / words.file).read_text(encoding="utf-8")
    equal = sum(not told.differences for told in found.told)
    values = (", ".join(found.commits), len(found.told), equal)
    yield from table(("", ""), zip(words.facts, values, strict=True))
    yield ""
    yield from table(words.head, (_row(told, words) for told in found.told))


def _row(told: Told, words: _Words) -> Iterable[object]:
    row = told.row
    said = _PORT.sub("127.0.0.1", told.said).replace("|", "\\|").replace("`", "'")
    yield words[row.place.system]
    yield words[row.place.name]
    yield words[row.name]
    yield told.hits
    yield told.status
    yield f"`{said if len(said) <= _LONGEST else said[: _LONGEST - 1] + '…'}`"
    yield words.no if told.differences else words.yes
