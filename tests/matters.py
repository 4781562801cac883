"""Episodes, tellings and matters with valid values by default; a test overrides what matters."""

from datetime import timedelta
from typing import Any

from itsm_sync.desk.signals.matters import Manner, Matter, Seat
from itsm_sync.desk.signals.telling import description, marker
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import KeptNote, Written
from itsm_sync.model.prose import Paragraph, Prose
from itsm_sync.model.signals import Episode, Remark, Standing, Telling, kept_mark
from itsm_sync.model.tickets import FieldName, Ref, Ticket
from itsm_sync.model.words import Message
from tests.builders import BOT, FIELD_IDS, IT_GROUP, NOON, ticket, written

HOUR = timedelta(hours=1)
KEY = "builds/0123456789/20260302T090000Z"
NEW, DONE, BUSY = Ref(id=1, name="신규"), Ref(id=5, name="완료"), Ref(id=2, name="진행")
NORMAL, HIGH = Ref(id=2, name="보통"), Ref(id=3, name="높음")
MANNER = Manner(language="ko", markup=Markup.TEXTILE, configuration="abc123")


def prose(*lines: str) -> Prose:
    return tuple(Paragraph((line,)) for line in lines)


def episode(**changes: Any) -> Episode:
    """A trouble that began three hours ago and goes on."""
    values: dict[str, Any] = {
        "key": KEY,
        "signal": "builds",
        "line": "ci:abc/deploy/main",
        "standing": Standing.OPEN,
        "began": NOON - 3 * HOUR,
        "opened": NOON - 3 * HOUR,
    }
    return Episode(**(values | changes))


def closed(**changes: Any) -> Episode:
    """One that is over by proof."""
    over = {"standing": Standing.CLOSED, "ended": NOON, "healed": "jenkins:ci:abc/deploy/main#18@1"}
    return episode(**(over | changes))


def remark(name: str, text: str = "", at: Any = NOON) -> Remark:
    return Remark(name=name, text=prose(text or name), at=at)


def told(**changes: Any) -> Telling:
    """What the ticket of a failed build says."""
    values: dict[str, Any] = {
        "project": "abc-app",
        "tracker": "사건",
        "subject": Message("{job} fails", {"job": "abc/deploy/main"}),
        "description": prose("어디서 무엇이 실패했는지"),
        "live": prose("두 번 실패"),
        "note_every": 6 * HOUR,
    }
    return Telling(**(values | changes))


def seat(**changes: Any) -> Seat:
    values: dict[str, Any] = {
        "project": 1,
        "tracker": 1,
        "opened": NEW,
        "closed": DONE,
        "priority": NORMAL,
        "group": IT_GROUP,
        "field_ids": FIELD_IDS,
    }
    return Seat(**(values | changes))


def matter(**changes: Any) -> Matter:
    """An episode without a ticket."""
    values: dict[str, Any] = {
        "episode": episode(),
        "telling": told(),
        "seat": seat(),
        "fields": {FieldName.TEAM: "IT기획팀", FieldName.KEY: KEY, FieldName.REASON: "까닭"},
        "rule": "신호",
        "process": "incident",
        "team": "it",
    }
    return Matter(**(values | changes))


def opened(number: int = 7, **changes: Any) -> Ticket:
    """The ticket just as we opened it."""
    untold = matter()
    values: dict[str, Any] = {
        "author": BOT,
        "subject": "abc/deploy/main fails",
        "description": description(untold, MANNER, neutral=False),
        "priority": NORMAL,
        "fields": {FieldName.KEY: KEY},
    }
    return ticket(number, **(values | changes))


def ledger(of: Ticket) -> dict[FieldName, Written]:
    """The ledger, where all that the ticket shows is ours."""
    shown = {
        name.value: of.value(name) or ""
        for name in (FieldName.STATUS, FieldName.SUBJECT, FieldName.DESCRIPTION,
                     FieldName.PRIORITY, FieldName.DUE_DATE)
    }  # fmt: skip
    return written(of.id, **shown)


def ticketed(now: Ticket | None = None, **changes: Any) -> Matter:
    """An episode with its ticket, which shows what we wrote."""
    now = now or opened()
    values: dict[str, Any] = {"ticket": now, "ledger": ledger(opened(now.id))}
    return matter(**(values | changes))


def kept(text: str = "두 번 실패", journal: int = 70) -> KeptNote:
    return KeptNote(name="live", text=f"{text}\n\n{kept_mark('live')}", journal=journal)


MARKER_LINE = marker(KEY)
