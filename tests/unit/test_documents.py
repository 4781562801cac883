"""The JSON documents of the commands have the keys that were promised, meaning what they say."""

from dataclasses import replace
from datetime import timedelta

from itsm_sync.cycle import Summary
from itsm_sync.cycle.deciding import Decided
from itsm_sync.model.cycles import Cycle, Health, SourceReport
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Override, Plan, Refusal, Result
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations import summary
from itsm_sync.operations.explain import explanation as explain
from tests.builders import MATRIX, NOON, SUA, item, routing, ticket

TEAM, ROLE = FieldName.TEAM, FieldName.ROLE


def edit(number: int) -> Edit:
    change = FieldEdit(
        name=TEAM, old="", new="IT기획팀", why=Message("rule «{rule}»", {"rule": "장애"}), old_by=""
    )
    return Edit(ticket=ticket(number), key=f"redmine:issue/{number}", fields=(change,))


def result(number: int, outcome: Outcome, *written: FieldName, restored: bool = False) -> Result:
    own = Override(ticket=number, field=ROLE, value="변경 관리자", by=SUA.name, at=NOON)
    refusal = Refusal(
        ticket=number, field=ROLE, value="x", circumstances="", reason=Message("no"), at=NOON
    )
    return Result(
        edit=edit(number),
        outcome=outcome,
        written=dict.fromkeys(written, "x"),
        refused=(refusal,) if outcome in (Outcome.PARTLY, Outcome.REFUSED) else (),
        restored=(own,) if restored else (),
    )


RESULTS = (
    result(1, Outcome.APPLIED, TEAM, ROLE),
    result(2, Outcome.APPLIED, TEAM, restored=True),
    result(3, Outcome.PARTLY, TEAM),
    result(4, Outcome.REFUSED),
    result(5, Outcome.FAILED),
    result(6, Outcome.HELD),
)
MADE = Summary(
    cycle=Cycle(id="c1", started_at=NOON, configuration="x"),
    finished_at=NOON + timedelta(seconds=2.5),
    sources={
        "redmine": SourceReport(health=Health.OK, items=4, requests=3),
        "jenkins": SourceReport(health=Health.FAILED, items=1, error=Message("down")),
    },
    decided=Decided(subjects=(), routed=9, unrouted=2, unsure=3),
    plan=Plan(
        edits=tuple(edit(n) for n in range(1, 7)),
        overrides=(Override(ticket=9, field=TEAM, value="신사업팀", by=SUA.name, at=NOON),),
        pinned=(8,),
    ),
    results=RESULTS,
    dead_letters=1,
)


def test_a_cycle_tells_what_was_promised_and_edits_count_tickets() -> None:
    told = summary.as_json(MADE)
    assert told["cycle"] == "c1"
    assert told["started_at"] == NOON.isoformat()
    assert told["seconds"] == 2.5
    assert told["sources"]["redmine"].keys() >= {"status", "items", "requests", "error"}
    assert told["sources"]["jenkins"]["status"] == "failed"
    assert told["sources"]["jenkins"]["error"] == "down"
    assert told["items"] == 5
    assert (told["routed"], told["unrouted"], told["unsure"]) == (9, 2, 3)
    assert told["edits"] == {
        "planned": 6,
        "applied": 2,
        "partly": 1,
        "refused": 1,
        "failed": 1,
        "held": 1,
    }
    assert told["tickets"] == {"opened": 0, "updated": 3, "closed": 0, "reopened": 0}
    assert told["overrides"] == 2  # one that stands, one put back
    assert told["dead_letters"] == 1


def test_a_quiet_cycle_is_well_and_each_trouble_is_not() -> None:
    source = MADE.sources["redmine"]
    planned = replace(MADE.plan, edits=MADE.plan.edits[:2])
    well = replace(MADE, sources={"redmine": source}, plan=planned, results=RESULTS[:2])
    assert summary.exit_status(well) == 0
    off = replace(source, health=Health.OFF)
    assert summary.exit_status(replace(well, sources={"redmine": off})) == 0
    for bad in RESULTS[2:]:
        assert summary.exit_status(replace(well, results=(RESULTS[0], bad))) == 1, bad.outcome
    for health in (Health.FAILED, Health.PARTLY):
        sources = {"redmine": replace(source, health=health)}
        assert summary.exit_status(replace(well, sources=sources)) == 1, health
    assert summary.exit_status(replace(well, decided=replace(well.decided, unread=(3,)))) == 1


def test_what_was_planned_and_not_sent_is_counted_as_held() -> None:
    assert replace(MADE, results=RESULTS[:2]).kept_back == len(MADE.plan.edits) - 2
    assert MADE.kept_back == 1  # all were sent, one had moved


def test_a_plan_tells_each_field_with_old_new_why_and_who_set_the_old() -> None:
    (line,) = summary.plan_json(Plan(edits=(edit(7),)), "en")
    assert line.keys() >= {"ticket", "key", "fields"}
    assert (line["ticket"], line["key"]) == (7, "redmine:issue/7")
    assert line["fields"] == {
        "team": {
            "old": "", "new": "IT기획팀", "why": "rule «장애»", "old_by": "", "old_at": None
        }
    }  # fmt: skip


def test_an_explanation_has_every_key_that_was_promised() -> None:
    explained = explain.Explained(item=item(), routing=routing(process="change", row="change"))
    told = explain.as_json(explained, MATRIX, "ko")
    assert told.keys() >= {
        "key",
        "process",
        "domain",
        "stage",
        "row",
        "role",
        "responsible",
        "accountable",
        "consulted",
        "informed",
        "rule",
        "evidence",
        "sure",
        "alternatives",
        "tried",
    }
    assert (told["row"], told["role"]) == ("change", "Change Management (변경 관리)")
    assert (told["responsible"], told["accountable"]) == ("it", "it")
