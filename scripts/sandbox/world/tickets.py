"""Tickets of the ABC world (sample data): who wrote what when, and what became of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sandbox.world.histories import CLOSING, Fate, first_status, history
from sandbox.world.organisation import BUSINESS_PEOPLE, IT_PEOPLE, PROJECTS, REPORTERS
from sandbox.world.stories import Story, dealt, fill, stories
from sandbox.world.things import Relation, Ticket

_AGAIN = ("RE: ", "(추가) ", "[다시] ", "또 ")
_LEGACY = 9  # tickets of the closed project, of 300
_PRIVATE = ("A customer can see another", "퇴사자 계정이", "해외에서 로그인 시도가")
_PRIORITIES = {
    "incident": (1, 5, 6, 4, 2),
    "security": (0, 4, 6, 3, 1),
    "problem": (1, 6, 5, 1, 0),
}
_WORDS = ("낮음", "보통", "높음", "긴급", "즉시")
_CATEGORIES = {
    "정산": "배치", "배치": "배치", "settlement": "배치", "앱": "모바일",
    "모바일": "모바일", "푸시": "모바일", "API": "API", "api": "API",
    "포털": "포털", "portal": "포털", "화면": "포털", "서버": "서버", "디스크": "스토리지",
    "Jenkins": "CI/CD", "에이전트": "CI/CD", "agent": "CI/CD", "네트워크": "네트워크",
    "방화벽": "네트워크", "교육": "교육", "지표": "지표", "성과": "지표",
    "요구": "요구사항", "계정": "계정", "문서": "문서", "절차": "문서",
}  # fmt: skip


def tickets(chance: Random, size: int, now: datetime) -> tuple[Ticket, ...]:
    """Answer `size` tickets, numbered from 1 in the order they were made."""
    told = _told(chance, size)
    seen: set[str] = set()
    made: list[Ticket] = []
    for number, (story, at) in enumerate(zip(told, _times(chance, size, now), strict=True), 1):
        made.append(replace(_ticket(chance, story, at, now, seen), number=number))
    return tuple(_related(chance, _parents(made)))


def _times(chance: Random, size: int, now: datetime) -> list[datetime]:
    """Answer when tickets are made: in working hours of Seoul mostly, the newest today."""
    times = []
    for place in range(size):
        day = 90 * (1 - (place + chance.random()) / size) + 0.02
        at = (now - timedelta(days=day)).replace(microsecond=0)
        if chance.random() < 0.85:  # 09:00 to 18:00 in Seoul is 00:00 to 09:00 UTC
            at = at.replace(hour=chance.randrange(9))
        times.append(at if at < now else now - timedelta(minutes=chance.randint(5, 50)))
    return sorted(times)


def _told(chance: Random, size: int) -> list[Story]:
    """Answer a story for each ticket: all of them before one comes twice, the oldest of legacy."""
    legacy = [story for story in stories() if story.group == "legacy"]
    odd = [story for story in stories() if story.group in ("odd", "hard")]
    usual = [story for story in stories() if story.group not in ("legacy", "odd", "hard")]
    old = max(size * _LEGACY // 300, min(1, size))
    rest = size - old
    strange = min(len(odd), rest // 6)
    deck, deck_of_legacy = dealt(chance, usual), dealt(chance, legacy)
    chosen = [next(deck) for _ in range(rest - strange)] + chance.sample(odd, strange)
    chance.shuffle(chosen)
    return [next(deck_of_legacy) for _ in range(old)] + chosen


def _ticket(chance: Random, story: Story, at: datetime, now: datetime, seen: set[str]) -> Ticket:
    subject, body, customer = fill(chance, story)
    for _ in range(20):
        if subject not in seen:
            break
        subject, body, customer = fill(chance, story)
    while subject in seen:  # people ask again
        subject = (chance.choice(_AGAIN) + subject)[:255]
    seen.add(subject)
    fate = _fate(chance, story, at, now)
    author = _author(chance, story)
    ticket = Ticket(
        number=0,  # in its turn
        project=story.project,
        tracker=chance.choice(story.trackers),
        subject=subject,
        description=body,
        author=author,
        status="신규",
        priority=chance.choices(_WORDS, _PRIORITIES.get(story.process, (3, 8, 2, 0, 0)))[0],
        created=at,
        updated=at,
        category=_category(story.project, subject),
        version=_version(chance, story, subject, at, now),
        private=subject.startswith(_PRIVATE),
        due=_due(chance, story, at),
        customer=customer,
        meant=story.process,
        hard=story.hard,
    )
    return history(chance, ticket, fate, now)


def _fate(chance: Random, story: Story, at: datetime, now: datetime) -> Fate:
    """Answer what becomes of a ticket: old ones are closed more often than new ones."""
    if story.group == "legacy":
        return Fate.CLOSED
    days = (now - at).days
    if chance.random() < (0.62 if days > 45 else 0.34 if days > 14 else 0.08):
        return Fate.REJECTED if chance.random() < 0.08 else Fate.CLOSED
    fates = (Fate.UNTOUCHED, Fate.STARTED, Fate.ASKED, Fate.SOLVED)
    return chance.choices(fates, (5, 3, 1, 1))[0]


_BUSINESS = ("service-level", "business-training", "trial-operation", "early-life-review",
             "continuous-education", "service-strategy")  # fmt: skip


def _author(chance: Random, story: Story) -> str:
    if story.subject.isascii() and chance.random() < 0.7:
        return "emily"
    if story.project == "abc-biz" or story.process in _BUSINESS:
        return chance.choice((*BUSINESS_PEOPLE, *BUSINESS_PEOPLE, *REPORTERS))
    if story.process in ("incident", "service-request", "application"):
        return chance.choice((*REPORTERS, *REPORTERS, *IT_PEOPLE, *BUSINESS_PEOPLE))
    return chance.choice((*IT_PEOPLE, *IT_PEOPLE, *REPORTERS))


def _category(project: str, subject: str) -> str:
    known = next(p.categories for p in PROJECTS if p.identifier == project)
    return next(
        (name for word, name in _CATEGORIES.items() if word in subject and name in known), ""
    )


def _version(chance: Random, story: Story, subject: str, at: datetime, now: datetime) -> str:
    """Answer the version a ticket is for: one named in its subject, or one that comes next."""
    names = ("2.3.1", "2.4", "2.3", "1.1", "2차")
    said = next((name for name in names if name in subject), "")
    if story.project == "abc-biz":
        return "시험 운영 2차" if story.process == "trial-operation" and said == "2차" else ""
    if story.project == "abc-infra":
        if chance.random() < 0.75:
            return ""
        return "인프라 1차" if at < now - timedelta(days=32) else "인프라 2차"
    if story.project != "abc-app":
        return ""
    if said and said != "2차":
        return said
    if chance.random() < 0.45:
        return ""
    if "모바일" in subject or "앱" in subject:
        return "1.0" if at < now - timedelta(days=62) else "1.1"
    due = (("2.2", 79), ("2.3", 46), ("2.3.1", 20))
    return next((name for name, days in due if at < now - timedelta(days=days)), "2.4")


def _due(chance: Random, story: Story, at: datetime) -> datetime | None:
    if story.process in ("incident", "security") or chance.random() < 0.8:
        return None
    return at + timedelta(days=chance.randint(5, 40))


# ---------------------------------------------------------------- how tickets hang together


def _parents(made: list[Ticket]) -> list[Ticket]:
    """Answer the tickets, some of them below another of the same project: two levels at most."""
    changed = {ticket.number: ticket for ticket in made}
    plans = (("출시 일정 확정", "abc-app", 4), ("DB 보조 서버", "abc-infra", 2),
             ("시험 운영 2차", "abc-biz", 3))  # fmt: skip
    for words, project, count in plans:
        head = next((t for t in made if words in t.subject and t.project == project), None)
        if head is None:
            continue
        below = [
            t for t in made if t.number > head.number and t.project == project and not t.closed
        ]
        for ticket in below[:count]:
            changed[ticket.number] = replace(ticket, parent=head.number)
        if below:  # a ticket with open ones below it is open too
            changed[head.number] = _reopened(changed[head.number])
    return list(changed.values())


def _reopened(ticket: Ticket) -> Ticket:
    """Answer the ticket as it was before somebody solved, rejected or closed it."""
    if not ticket.closed:
        return ticket
    ends = ("해결", "검증", *CLOSING)
    over = next(n for n, j in enumerate(ticket.journals) if any(c.new in ends for c in j.changes))
    journals = ticket.journals[:over]
    status = first_status(ticket.tracker)
    for change in (change for journal in journals for change in journal.changes):
        status = change.new if change.field == "status" else status
    updated = journals[-1].at if journals else ticket.created
    return replace(
        ticket, journals=journals, closed=None, status=status, updated=updated, done_ratio=0
    )


def _related(chance: Random, made: list[Ticket]) -> list[Ticket]:
    """Answer the tickets with relations to earlier ones of the same project."""
    related = []
    seen: dict[str, list[Ticket]] = {}
    for ticket in made:
        earlier = seen.setdefault(ticket.project, [])
        found: tuple[Relation, ...] = ()
        likely = 0.7 if ticket.tracker == "문제" else 0.14
        if earlier and ticket.project != "abc-legacy" and chance.random() < likely:
            kind = chance.choices(("relates", "blocks", "duplicates"), (7, 2, 1))[0]
            to = chance.choice(earlier[-30:])
            if to.number != ticket.parent and not (kind == "blocks" and to.closed):
                found = (Relation(to=to.number, kind=kind),)
        related.append(replace(ticket, relations=found))
        earlier.append(ticket)
    return related
