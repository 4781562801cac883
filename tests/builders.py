"""Valid objects by default; a test overrides what matters to it. All people are sample data."""

from datetime import UTC, datetime, timedelta
from typing import Any

from itsm_sync.desk.provenance import judge
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix, Ownership, Raci, Row, Team
from itsm_sync.model.plans import Edit, Outcome, Refusal, Result, Written
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.tickets import BUILT_IN, FieldChange, FieldName, Journal, Ref, Ticket
from itsm_sync.model.words import Words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOT = Ref(id=90, name="itsm-sync 봇")
SEOJUN = Ref(id=11, name="김서준")  # IT planning
SUA = Ref(id=12, name="강수아")  # new business
YUJIN = Ref(id=13, name="한유진")  # reports tickets, in neither team
IT_GROUP, BUSINESS_GROUP = 21, 22
FIELD_IDS = {name: 100 + n for n, name in enumerate(FieldName) if name not in BUILT_IN}


def words(text: str) -> Words:
    return Words(ko=text, en=text)


def row(row_id: str, team: str, name: str) -> Row:
    return Row(
        id=row_id,
        team=team,
        name=words(name),
        role=words(f"{name} 역할"),
        responsibility=words(f"{name} 책임"),
    )


MATRIX = Matrix(
    title=words("R&R"),
    teams={
        "it": Team(name=words("IT기획팀"), group="IT기획팀"),
        "business": Team(name=words("신사업팀"), group="신사업팀"),
    },
    processes={
        "incident": words("사건 관리"),
        "change": words("변경 관리"),
        "request": words("서비스 요청 관리"),
    },
    domains={"application": words("애플리케이션")},
    stages={"none": words("해당 없음"), "approve": words("승인"), "assess": words("평가")},
    rows=(
        row("desk", "it", "서비스 데스크 운영"),
        row("incident", "it", "Incident Management (사건 관리)"),
        row("change", "it", "Change Management (변경 관리)"),
        row("manager", "business", "변경 관리자"),
        row("owner", "business", "서비스 소유자"),
    ),
    ownership=(
        Ownership(process="incident", row="incident"),
        Ownership(process="change", stage="approve", row="manager"),
        Ownership(process="change", row="change"),
        Ownership(row="desk"),
    ),
    raci=(
        Raci(process="incident", accountable="incident"),
        Raci(process="change", accountable="manager", consulted=("change",)),
        Raci(process="request", accountable="desk"),
    ),
)


def ticket(number: int = 1, **changes: Any) -> Ticket:
    """An open ticket of the reporter's with all our fields there and empty."""
    fields = dict.fromkeys(FIELD_IDS, "") | changes.pop("fields", {})
    values: dict[str, Any] = {
        "id": number,
        "project": Ref(id=1, name="ABC시스템"),
        "tracker": Ref(id=1, name="결함"),
        "status": Ref(id=1, name="신규"),
        "closed": False,
        "private": False,
        "author": YUJIN,
        "assignee": None,
        "created_on": NOON - timedelta(days=3),
        "updated_on": NOON - timedelta(days=2),
        "fields": fields,
        "field_ids": {name: FIELD_IDS[name] for name in fields},
    }
    return Ticket(**(values | changes))


def item(number: int = 1, title: str = "로그인이 안 됩니다", **changes: Any) -> Item:
    """An item of a ticket."""
    its = changes.pop("ticket", None) or ticket(number)
    values: dict[str, Any] = {
        "key": f"redmine:issue/{number}",
        "source": "redmine",
        "kind": "issue",
        "title": title,
        "url": f"http://127.0.0.1/issues/{number}",
        "state": "closed" if its.closed else "open",
        "created_at": its.created_on,
        "updated_at": its.updated_on,
        "ticket": its,
    }
    return Item(**(values | changes))


def routing(number: int = 1, **changes: Any) -> Routing:
    """An incident, surely."""
    values: dict[str, Any] = {
        "key": f"redmine:issue/{number}",
        "process": "incident",
        "domain": "application",
        "stage": "none",
        "row": "incident",
        "responsible": "it",
        "accountable": "incident",
        "evidence": (
            Evidence(
                axis="process",
                answer="incident",
                rule="서비스 장애",
                matched=(("title", "안 됩니다"),),
            ),
        ),
    }
    return Routing(**(values | changes))


def decided(*routings: Routing) -> list[tuple[Item, Routing]]:
    """Decisions, each with the item of its ticket, as they are kept."""
    return [(item(int(made.key.rpartition("/")[2])), made) for made in routings]


def change_routing(number: int = 1, stage: str = "approve") -> Routing:
    """A change, held by business while it is to be approved and by IT otherwise."""
    held = "manager" if stage == "approve" else "change"
    return routing(
        number,
        process="change",
        stage=stage,
        row=held,
        responsible="business" if stage == "approve" else "it",
        accountable="manager",
        evidence=(Evidence(axis="process", answer="change", rule="변경 요청"),),
    )


def written(number: int = 1, **values: str) -> dict[FieldName, Written]:
    """The ledger of a ticket: field name -> value that we wrote last."""
    return {
        FieldName(name): Written(
            ticket=number, field=FieldName(name), value=value, cycle="c1", at=NOON
        )
        for name, value in values.items()
    }


def turned_away(refusal: Refusal) -> Result:
    """What became of an edit whose one field Redmine refused."""
    edit = Edit(ticket=ticket(refusal.ticket), key=f"redmine:issue/{refusal.ticket}", fields=())
    return Result(edit=edit, outcome=Outcome.REFUSED, refused=(refusal,))


def journal(author: Ref, field: FieldName, old: str, new: str, **changes: Any) -> Journal:
    """An entry of a ticket's history that changes one field of ours."""
    values: dict[str, Any] = {
        "id": 1,
        "author": author,
        "at": NOON,
        "notes": "",
        "private": False,
        "changes": (FieldChange(field=field, old=old, new=new),),
    }
    return Journal(**(values | changes))


def subject(now: Ticket | None = None, **changes: Any) -> Subject:
    """A ticket to be planned, judged by the ledger and history given."""
    now = now or ticket()
    chosen = changes.pop("chosen", None) or routing(now.id)
    ledger = changes.pop("ledger", {})
    judgement = judge(
        now,
        ledger=ledger,
        known=changes.pop("known", {}),
        history=changes.pop("history", ()),
        bot=BOT.id,
        bot_name=BOT.name,
        origin=changes.pop("origin", None),
    )
    values: dict[str, Any] = {
        "ticket": now,
        "routing": changes.pop("routing", None) or chosen,
        "chosen": chosen,
        "judgement": judgement,
        "ledger": ledger,
    }
    return Subject(**(values | changes))


def policy(**changes: Any) -> Policy:
    """Korean, the group is assigned, no notes."""
    values: dict[str, Any] = {
        "language": "ko",
        "configuration": "abc123",
        "groups": {(1, "it"): IT_GROUP, (1, "business"): BUSINESS_GROUP},
        "labels": {FieldName.TEAM: "담당 팀"},
    }
    return Policy(**(values | changes))
