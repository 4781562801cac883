"""What a cycle found wrong, for people."""

from dataclasses import replace

from itsm_sync.cycle.deciding import Decided
from itsm_sync.cycle.findings import findings
from itsm_sync.desk.refusing import TWIN
from itsm_sync.locale import say
from itsm_sync.model.plans import Edit, Outcome, Plan, Refusal, Result, Withheld
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from tests.builders import MATRIX, NOON, ticket

NOBODY = Decided(subjects=(), routed=0, unrouted=0, unsure=0)


def test_all_that_another_itsm_sync_with_our_account_writes_is_one_finding() -> None:
    refusal = Refusal(
        ticket=7, field=FieldName.KEY, value="x", circumstances="", reason=TWIN, at=NOON
    )
    edit = Edit(ticket=ticket(7), key="redmine:issue/7", fields=(), note=None)
    done = Result(edit=edit, outcome=Outcome.APPLIED, fought=(refusal,))
    ours = Withheld(ticket=8, field=FieldName.STAGE, value="x", why=TWIN)
    other = replace(ours, ticket=9, why=Message("Redmine left the note out"))
    found = {
        one.key: one for one in findings({}, Plan(withheld=(ours, other)), [done], NOBODY, MATRIX)
    }
    assert [*found] == ["account", "field/9/stage"]
    told = found["account"].message
    assert "two databases serve one Redmine; stop one of them (2 fields, such as #7 key" in str(
        told
    )
    assert "데이터베이스 둘이 Redmine 하나" in say(told, "ko")
