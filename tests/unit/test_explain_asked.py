"""explain asks rules as the cycle did: with what was heard of an approval, and what is linked."""

from typing import Any

import pytest

from itsm_sync.desk.approvals import Meanings
from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Item
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.explain.asked import asked
from itsm_sync.operations.explain.explanation import Explained, as_json
from itsm_sync.routing import Catalogue
from itsm_sync.settings import Approvals
from itsm_sync.store import KeptApproval, Store
from tests.builders import MATRIX, NOON, SUA, item, routing, ticket

MEANINGS = Meanings.of(Approvals())
PULL = item(
    7,
    key="github:abc/app/pull/7",
    source="github",
    kind="pull",
    state="merged",
    ticket=ticket(7, closed=True),
    facts={"references": ("redmine:issue/1",)},
)
SAID = Said(verdict=Verdict.APPROVED, by=SUA.name, at=NOON, journal=3, field=FieldName.APPROVAL)


def keep(store: Store, *items: Item) -> None:
    store.keep("redmine", Batch(stream="issues", items=items), "c1")


def heard(store: Store, approval: Approval) -> None:
    kept = KeptApproval(ticket=1, approval=approval, team="business", claim="승인|1", seen=NOON)
    store.keep_approvals([kept])


def facts(store: Store, one: Item) -> dict[str, Any]:
    found = asked(store, Catalogue((), ()), MEANINGS, one).item.facts
    return {name: found[name] for name in ("approval", "linked") if name in found}


def test_what_is_linked_and_approved_is_asked_with(store: Store) -> None:
    keep(store, item(1), PULL)
    heard(store, Approval(stands=SAID))
    assert facts(store, item(1)) == {"approval": "approved", "linked": ("pull:merged",)}


def test_an_approval_by_somebody_who_may_not_counts_for_nothing(store: Store) -> None:
    keep(store, item(1))
    heard(store, Approval(unheard=SAID))
    assert facts(store, item(1)) == {}


@pytest.mark.parametrize(("shown", "verdict"), [("대기", "awaiting"), ("승인", None), ("", None)])
def test_only_asking_for_approval_counts_before_it_was_heard(
    store: Store, shown: str, verdict: str | None
) -> None:
    one = item(1, ticket=ticket(1, fields={FieldName.APPROVAL: shown}))
    keep(store, one)
    assert facts(store, one).get("approval") == verdict


def test_of_closed_tickets_nothing_is_added(store: Store) -> None:
    closed = item(1, ticket=ticket(1, closed=True))
    keep(store, closed, PULL)
    heard(store, Approval(stands=SAID))
    assert facts(store, closed) == {}


def test_json_tells_the_verdict_with_who_gave_it_and_the_links() -> None:
    one = item(1, facts={"approval": "approved", "linked": ("pull:merged",)})
    explained = Explained(item=one, routing=routing(), approval=Approval(stands=SAID))
    told = as_json(explained, MATRIX, "ko")
    assert told["approval"] == {"verdict": "approved", "by": SUA.name, "at": NOON}
    assert told["linked"] == ["pull:merged"]
    unknown = as_json(Explained(item=item(1), routing=routing()), MATRIX, "ko")
    assert (unknown["approval"], unknown["linked"]) == (None, [])
