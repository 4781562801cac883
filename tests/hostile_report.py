"""Reports whose every text is hostile, and one with a very long table."""

from datetime import date, timedelta
from random import Random

from sandbox.proofs.hostile import TEXTS

from itsm_sync.model.words import Language
from itsm_sync.reports.document import (
    Block,
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Link,
    Marked,
    Notice,
    Point,
    Points,
    Prose,
    Section,
    Shape,
    Table,
    Unit,
)
from tests.sample_report import SINCE, UNTIL

SEED, COUNT = 11, 200
OURS = "https://redmine.example.com/issues/1"
ADDRESSES = (
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd",
    "http://a:b@evil.example/", "https://[", "//evil.example", "vbscript:x", "", OURS,
)  # fmt: skip


def texts() -> tuple[str, ...]:
    """Answer two hundred: each by itself, and two joined by chance."""
    chance = Random(SEED)
    joined = [
        chance.choice(TEXTS) + chance.choice(("", " ", "\n", "|")) + chance.choice(TEXTS)
        for _ in range(COUNT)
    ]
    return tuple(dict.fromkeys((*TEXTS, *joined)))[:COUNT]


def document(*blocks: Block, language: Language = "ko", title: str = "보고서") -> Document:
    """Answer a report of these blocks."""
    return Document(
        name="monthly",
        language=language,
        title=title,
        subtitle="2026년 6월",
        zone="Asia/Seoul",
        since=SINCE,
        until=UNTIL,
        sections=(Section(title="절", blocks=blocks),),
    )


def hostile() -> Document:
    """Answer a report with every hostile text in every place."""
    every = texts()
    rows = tuple(
        (text, Link(text, ADDRESSES[n % len(ADDRESSES)]), Marked(value=text), n, None)
        for n, text in enumerate(every)
    )
    columns = (
        Column(title=every[0]),
        Column(title="=1+1", kind=Kind.LINK),
        Column(title="|x|"),
        Column(title="{{toc}}", kind=Kind.NUMBER),
        Column(title="@admin", kind=Kind.TIME),
    )
    sections = tuple(
        Section(title=text, blocks=_blocks(text, every[n + 1], n))
        for n, text in enumerate(every[:44])
    )
    whole = Table(name="all", title="모두", columns=columns, rows=rows, total=rows[0])
    return Document(
        name="monthly",
        language="ko",
        title=every[1],
        subtitle=every[5],
        zone="Asia/Seoul",
        since=SINCE,
        until=UNTIL,
        teams=every[:2],
        sections=(Section(title="모두", blocks=(whole, *_charts(every))), *sections),
        foot=every,
    )


def _blocks(text: str, other: str, number: int) -> tuple[Block, ...]:
    return (
        Notice(text=text),
        Prose(text=text),
        Points(points=(text, other)),
        Figures(
            figures=(
                Figure(label=text, value=other, note=text),
                Figure(label=other, value=3, before=Marked(value=1), unit=Unit.TICKETS, note=text),
            )
        ),
        Table(
            name=f"t{number}",
            title=text,
            columns=(Column(title=text), Column(title=other)),
            rows=((text, other),),
            note=text,
            more=other,
        ),
    )


def _charts(every: tuple[str, ...]) -> tuple[Block, ...]:
    """Answer a chart of each shape whose names, series and sentences are hostile."""
    day = date(2026, 6, 1)
    named = [
        Chart(
            name=f"c{n}",
            title=every[n],
            said=every[n + 1],
            shape=shape,
            points=tuple(
                Point(x=name, y=float(m), series=every[m % 2 + 31])
                for m, name in enumerate(every[n * 12 : n * 12 + 12])
            ),
            target=5.0,
            target_label=every[n + 2],
        )
        for n, shape in enumerate(Shape)
    ]
    dated = Chart(
        name="dated",
        title="날",
        shape=Shape.LINE,
        points=tuple(Point(x=day + timedelta(m // 3), y=m, series=every[m % 3]) for m in range(30)),
    )
    return (*named, dated)


def long(rows: int) -> Document:
    """Answer a report with a table of so many rows."""
    columns = (
        Column(title="티켓", kind=Kind.LINK),
        Column(title="제목"),
        Column(title="팀"),
        Column(title="받은 때", kind=Kind.TIME),
        Column(title="나이", kind=Kind.DURATION),
        Column(title="몫", kind=Kind.SHARE),
    )
    table = Table(
        name="long",
        title="모든 티켓",
        columns=columns,
        rows=tuple(
            (
                Link(f"#{n}", f"https://redmine.example.com/issues/{n}"),
                f"포털 로그인이 안 됩니다 ({n})",
                "IT기획팀",
                SINCE + timedelta(minutes=n),
                timedelta(minutes=n),
                (n % 100) / 100,
            )
            for n in range(rows)
        ),
    )
    return document(table)
