"""What becomes of a ticket (sample data): its journals, its status, who has it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from sandbox.world.organisation import BUSINESS_PEOPLE, IT_PEOPLE
from sandbox.world.things import Build, Change, Journal, Pull, Ticket


class Fate(Enum):
    """How far a ticket has come."""

    UNTOUCHED = 0
    STARTED = 1
    ASKED = 2
    SOLVED = 3
    CLOSED = 4
    REJECTED = 5


_ITIL = ("사건", "문제", "서비스 요청")  # these begin with the status 접수
_APPROVED = ("변경", "릴리스")  # and these are reviewed and approved besides
CLOSING = ("완료", "거절")


def first_status(tracker: str) -> str:
    """Answer the status that a tracker's tickets begin with."""
    return "접수" if tracker in (*_ITIL, *_APPROVED) else "신규"


def way(chance: Random, tracker: str, fate: Fate) -> tuple[str, ...]:
    """Answer the statuses a ticket goes through."""
    first = first_status(tracker)
    if tracker in _APPROVED:
        if fate is Fate.REJECTED:
            return (first, "검토", "거절")
        whole = (first, "검토", "승인 대기", "승인", "실행", "검증", "완료")
        far = {Fate.UNTOUCHED: 1, Fate.ASKED: 3, Fate.SOLVED: 6, Fate.CLOSED: 7}
        return whole[: far.get(fate) or chance.randint(2, 5)]
    ways = {
        Fate.UNTOUCHED: (),
        Fate.STARTED: ("진행",),
        Fate.ASKED: ("진행", "의견"),
        Fate.SOLVED: ("진행", "해결"),
        Fate.CLOSED: ("진행", "해결", "완료"),
        Fate.REJECTED: ("거절",),
    }
    return (first, *ways[fate])


_SAID = {
    "진행": ("확인해 보겠습니다.", "제가 보겠습니다.", "", "담당 지정합니다.", "Looking into it.",
           "재현됩니다.", "내일 오전까지 답 드리겠습니다."),
    "검토": ("기술 쪽에서 먼저 보겠습니다.", "영향 범위를 적어 주세요.", ""),
    "승인 대기": ("검토 의견을 붙였습니다. 신사업팀에서 봐 주세요.", "회의에 올렸습니다.", ""),
    "승인": ("좋습니다. 진행해 주세요.", "일정만 지켜 주시면 됩니다.", "Approved from our side."),
    "실행": ("시작합니다.", "", "오늘 밤에 합니다."),
    "검증": ("나갔습니다. 하루 지켜보겠습니다.", ""),
    "의견": ("정보가 더 필요합니다. 언제부터였나요?", "화면을 붙여 주실 수 있나요?",
           "신사업팀 의견을 기다립니다.", "Could you tell us the browser and the time?"),
    "해결": ("조치했습니다. 확인 부탁드립니다.", "설정을 고쳤습니다.", "스테이징에 올렸습니다.",
           "원인은 캐시였습니다. 비웠습니다.", "Done, please check.", "처리했습니다."),
    "완료": ("확인했습니다!", "", "잘 됩니다.", "Works now.", "닫습니다."),
    "거절": ("중복된 요청입니다.", "이번에는 하지 않기로 했습니다.", "Works as designed."),
}  # fmt: skip
_TALK = (
    "혹시 진행 상황 알 수 있을까요?", "저희 쪽도 같은 증상입니다.", "천천히 봐 주세요.",
    "방금 전화로 설명드렸습니다.", "+1",
    "로그 붙입니다.\n\n<pre>\nERROR o.a.Order - timeout\n</pre>",
    "다음 주 회의에서 이야기하시죠.", "Any news on this?", "위키에 정리했습니다.",
)  # fmt: skip


@dataclass(slots=True)
class _Teller:
    """Tells a ticket's history: entries in order of time, none later than `until`."""

    chance: Random
    ticket: Ticket
    until: datetime
    journals: list[Journal] = field(default_factory=list)

    def add(self, author: str, hours: float, notes: str, *changes: Change) -> bool:
        """Add an entry `hours` later; answer False where that lies behind `until`."""
        last = self.journals[-1].at if self.journals else self.ticket.created
        at = last + timedelta(seconds=int(hours * 3600))
        if at >= self.until:
            return False
        if notes or changes:
            private = bool(notes) and not changes and self.chance.random() < 0.05
            self.journals.append(
                Journal(author=author, at=at, notes=notes, changes=changes, private=private)
            )
        return True


def history(chance: Random, ticket: Ticket, fate: Fate, now: datetime) -> Ticket:
    """Answer the ticket with its journals, and as it stands after them."""
    teller = _Teller(chance, ticket, now - timedelta(minutes=3))
    worker = _worker(chance, ticket)
    statuses = way(chance, ticket.tracker, fate)
    told: dict[str, str] = {"status": statuses[0], "assignee": ""}
    for change in _steps(chance, teller, statuses, worker):
        told[change.field] = change.new
    ended = told["status"] in CLOSING
    last = teller.journals[-1].at if teller.journals else ticket.created
    closed = next((j.at for j in reversed(teller.journals) if j.changes), None) if ended else None
    return replace(
        ticket,
        status=told["status"],
        assignee=told["assignee"],
        journals=tuple(teller.journals),
        updated=last,
        closed=closed,
        done_ratio={"완료": 100, "해결": 90, "진행": 30}.get(told["status"], 0),
    )


def _worker(chance: Random, ticket: Ticket) -> str:
    if ticket.project == "abc-biz" and chance.random() < 0.8:
        return chance.choice(BUSINESS_PEOPLE)
    return chance.choice(IT_PEOPLE)


def _steps(
    chance: Random, teller: _Teller, statuses: tuple[str, ...], worker: str
) -> Iterator[Change]:
    """Answer the changes that came to pass, as they are told."""
    ticket = teller.ticket
    old = statuses[0]
    if chance.random() < 0.15:
        teller.add(ticket.author, chance.uniform(0.2, 20), chance.choice(_TALK))
    for new in statuses[1:]:
        changes = [Change(field="status", old=old, new=new)]
        if new in ("진행", "검토") and chance.random() < 0.75:
            changes.append(Change(field="assignee", old="", new=worker))
        author = ticket.author if new == "완료" and chance.random() < 0.5 else worker
        author = chance.choice(BUSINESS_PEOPLE) if new == "승인" else author
        if not teller.add(author, _hours(chance, new), chance.choice(_SAID[new]), *changes):
            return
        yield from changes
        old = new
        if new != "거절" and chance.random() < 0.3:
            teller.add(
                chance.choice((ticket.author, worker)),
                chance.uniform(0.5, 40),
                chance.choice(_TALK),
            )


def _hours(chance: Random, status: str) -> float:
    spans = {"진행": (0.3, 40), "해결": (2, 220), "완료": (1, 120), "거절": (2, 80)}
    return chance.uniform(*spans.get(status, (1, 60)))


def mentioned(
    tickets: tuple[Ticket, ...], pulls: tuple[Pull, ...], built: tuple[Build, ...]
) -> tuple[Ticket, ...]:
    """Answer the tickets, open ones with a note for each merged pull request that names them."""
    build_of = {sha: build for build in built for sha in build.commits if build.branch == "main"}
    notes: dict[int, list[Journal]] = {}
    for pull in pulls:
        if not pull.merged:
            continue
        build = build_of.get(pull.merge_sha)
        after = f" 빌드: {build.name} {build.result or '진행 중'}" if build else ""
        text = f"{pull.repository} PR {pull.number}번을 합쳤습니다: {pull.title}.{after}"
        for number in pull.tickets:
            note = Journal(author=pull.merged_by, at=_outcome(build, pull.merged), notes=text)
            notes.setdefault(number, []).append(note)
    return tuple(_with(ticket, notes.get(ticket.number, [])) for ticket in tickets)


def _outcome(build: Build | None, merged: datetime) -> datetime:
    """Answer when the outcome of a merge is known."""
    at = (build.finished if build else None) or merged
    return at.replace(microsecond=0) + timedelta(minutes=1)


def _with(ticket: Ticket, notes: list[Journal]) -> Ticket:
    if ticket.closed or not notes:
        return ticket
    journals = tuple(sorted((*ticket.journals, *notes), key=lambda journal: journal.at))
    return replace(ticket, journals=journals, updated=max(ticket.updated, journals[-1].at))
