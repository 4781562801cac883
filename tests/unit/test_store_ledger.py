"""What was written, refused and overruled is known again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.findings import Finding
from itsm_sync.model.openings import Opened, Opening, OpeningOutcome
from itsm_sync.model.plans import (
    Birth,
    Born,
    Edit,
    FieldEdit,
    NoteEdit,
    Outcome,
    Override,
    Refusal,
    Result,
)
from itsm_sync.model.signals import Link
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from tests.builders import NOON, item, ticket, turned_away

HOUR = timedelta(hours=1)
TEAM, ROLE, PROCESS = FieldName.TEAM, FieldName.ROLE, FieldName.PROCESS
WHY = Message("rule «{rule}»", {"rule": "장애"})


def result(number: int = 1, old: str = "", **values: str) -> Result:
    """An edit of a ticket, applied as it was meant."""
    fields = tuple(
        FieldEdit(name=FieldName(name), old=old, new=value, why=WHY)
        for name, value in values.items()
    )
    return Result(
        edit=Edit(ticket=ticket(number), key=f"redmine:issue/{number}", fields=fields),
        outcome=Outcome.APPLIED,
        written={field.name: field.new for field in fields},
    )


def override(number: int = 1, value: str = "신사업팀", chosen: str = "IT기획팀") -> Override:
    return Override(ticket=number, field=TEAM, value=value, by="강수아", at=NOON, chosen=chosen)


def refusal(number: int = 1, value: str = "IT기획팀") -> Refusal:
    why = Message("the bot may not write this field here: read-only by the workflow, or no right")
    return Refusal(
        ticket=number, field=TEAM, value=value, circumstances="1/1/1/abc", reason=why, at=NOON
    )


def test_the_last_value_written_to_each_field_is_known(store: Store) -> None:
    store.record(result(1, team="IT기획팀", role="사건"), "c1", NOON)
    store.record(result(2, team="IT기획팀"), "c1", NOON)
    store.record(result(1, old="IT기획팀", team="신사업팀"), "c2", NOON + HOUR)
    written = store.written([1])
    assert {name: entry.value for name, entry in written[1].items()} == {
        TEAM: "신사업팀",
        ROLE: "사건",
    }
    last = written[1][TEAM]
    assert (last.before, last.cycle, last.at) == ("IT기획팀", "c2", NOON + HOUR)
    assert store.written(None).keys() == {1, 2}
    assert store.written([]) == {}


def test_a_cycles_writes_are_listed_and_undone_to_what_we_wrote_before(store: Store) -> None:
    store.record(result(1, team="IT기획팀"), "c1", NOON)
    store.record(result(1, old="IT기획팀", team="신사업팀", role="변경"), "c2", NOON)
    writes = [(w.ticket, w.field, w.old, w.new) for w in store.cycle_writes("c2")]
    assert writes == [(1, TEAM, "IT기획팀", "신사업팀"), (1, ROLE, "IT기획팀", "변경")]
    store.record_undo("c2", 1, [TEAM, ROLE], "c3")
    assert [w.undone_by for w in store.cycle_writes("c2")] == ["c3", "c3"]
    assert {n: w.value for n, w in store.written([1])[1].items()} == {TEAM: "IT기획팀"}


def test_values_that_come_again_and_again_are_counted_since_a_time(store: Store) -> None:
    for hour in range(4):
        store.record(result(1, team="IT기획팀"), f"c{hour}", NOON + hour * HOUR)
    store.record(result(1, team="신사업팀"), "c9", NOON + HOUR)
    assert store.rewrites(NOON + HOUR, NOON + 24 * HOUR) == {
        1: {(TEAM, "IT기획팀"): 3, (TEAM, "신사업팀"): 1}
    }


def test_a_refusal_is_remembered_until_the_field_is_written(store: Store) -> None:
    refused = replace(result(1, role="사건"), outcome=Outcome.PARTLY, refused=(refusal(1),))
    store.record(refused, "c1", NOON)
    for again in (refusal(2, "옛 값"), refusal(2)):
        store.record(turned_away(again), "c1", NOON)
    assert store.refusals([1, 2]) == {1: {TEAM: refusal(1)}, 2: {TEAM: refusal(2)}}
    assert store.counts().refusals == 2
    store.record(result(1, team="IT기획팀"), "c2", NOON)
    assert store.refusals() == {2: {TEAM: refusal(2)}}


def test_a_value_that_is_written_in_a_fight_is_remembered_as_one_that_is_not_to_be(
    store: Store,
) -> None:
    store.record(replace(result(1, team="IT기획팀"), fought=(refusal(1),)), "c1", NOON)
    assert store.written([1])[1][TEAM].value == "IT기획팀"
    assert store.refusals() == {1: {TEAM: refusal(1)}}


def test_a_result_brings_the_stored_ticket_up_to_date(store: Store) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
    after = ticket(1, fields={TEAM: "IT기획팀"}, updated_on=NOON)
    store.record(replace(result(1, team="IT기획팀"), after=after), "c1", NOON)
    found = store.item("redmine:issue/1")
    assert found is not None
    assert found.ticket == after


def test_a_ticket_that_was_not_read_back_alone_is_left_for_the_source_to_read(
    store: Store,
) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
    for outcome in (Outcome.HELD, Outcome.APPLIED):
        store.record(replace(result(1, team="IT기획팀"), outcome=outcome, after=None), "c1", NOON)
    assert store.item("redmine:issue/1") == item(1)


def test_a_refused_edit_too_moves_the_ticket(store: Store) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
    after = ticket(1, updated_on=NOON)
    refused = replace(result(1, team="x"), outcome=Outcome.REFUSED, written={}, after=after)
    store.record(refused, "c1", NOON)
    kept = store.item("redmine:issue/1")
    assert kept is not None
    assert kept.updated_at == NOON


def test_an_override_stands_until_it_is_given_back(store: Store) -> None:
    store.keep_overrides([override(1), override(2)], [1, 2, 3], "c1", NOON)
    store.keep_overrides([override(1)], [1], "c2", NOON + HOUR)
    assert store.overrides() == (override(1), override(2))
    store.keep_overrides([override(1, chosen="다른 팀")], [1, 2], "c3", NOON + HOUR)
    assert store.overrides() == (override(1, chosen="다른 팀"),)
    store.keep_overrides([override(1, value="다른 팀"), override(2)], [1, 2], "c4", NOON + HOUR)
    assert store.overrides() == (override(1, value="다른 팀"), override(2))
    assert store.counts().overrides == 2


def test_more_tickets_than_fit_one_question_are_looked_at(store: Store) -> None:
    many = [override(n) for n in range(1, 1100)]
    store.keep_overrides(many, [o.ticket for o in many], "c1", NOON)
    assert store.overrides() == tuple(many)
    store.keep_overrides([], [o.ticket for o in many], "c2", NOON)
    assert store.overrides() == ()


def finding(key: str, kind: str = "source.stale", text: str = "{n} hours") -> Finding:
    return Finding(key=key, kind=kind, message=Message(text, {"n": 3}))


def test_a_finding_stands_since_it_was_first_seen_and_is_closed_by_a_fact(store: Store) -> None:
    store.keep_findings([finding("a"), finding("b")], NOON)
    store.keep_findings([finding("a", text="{n} days")], NOON + HOUR)
    first, second = store.open_findings()
    assert (first.finding, first.first_at) == (finding("a", text="{n} days"), NOON)
    assert (first.last_at, second.last_at) == (NOON + HOUR, NOON)
    store.keep_findings([finding("a")], NOON + HOUR, whole_kind="source.")
    assert [f.finding.key for f in store.open_findings()] == ["a"]
    store.keep_findings([finding("b")], NOON + 2 * HOUR)
    assert store.open_findings()[-1].first_at == NOON + 2 * HOUR


def test_findings_of_which_nothing_is_known_now_stay_as_they_were(store: Store) -> None:
    store.keep_findings([finding("a"), finding("b")], NOON)
    store.keep_findings([], NOON + HOUR, whole_kind="source.", undecided={"b", "unknown"})
    (stands,) = store.open_findings()
    assert (stands.finding.key, stands.last_at) == ("b", NOON)


def test_findings_of_a_whole_kind_that_are_no_longer_seen_are_closed(store: Store) -> None:
    store.keep_findings([finding("a"), finding("b"), finding("c", kind="drift")], NOON)
    store.keep_findings([finding("b")], NOON, whole_kind="source.")
    assert {f.finding.key for f in store.open_findings()} == {"b", "c"}
    assert store.counts().findings == 2


def test_a_value_that_we_replaced_ourselves_in_between_did_not_come_back(store: Store) -> None:
    for hour in range(5):
        store.record(result(1, team=("IT기획팀", "신사업팀")[hour % 2]), f"c{hour}", NOON)
    assert store.rewrites(NOON, NOON + 24 * HOUR) == {
        1: {(TEAM, "IT기획팀"): 1, (TEAM, "신사업팀"): 1}
    }


def test_what_was_recognised_is_ours_and_is_no_write_of_a_cycle(store: Store) -> None:
    store.recognise({1: {TEAM: "IT기획팀"}}, NOON)
    assert store.written([1])[1][TEAM].value == "IT기획팀"
    assert store.rewrites(NOON, NOON + 24 * HOUR) == {}
    assert store.cycle_writes("") == ()


def test_nothing_of_a_deleted_ticket_speaks_for_the_one_that_gets_its_number(store: Store) -> None:
    store.keep("redmine", Batch(stream="s", items=(item(1), item(2))), "c1")
    for number in (1, 2):
        store.record(result(number, team="IT기획팀"), "c1", NOON)
        store.record(turned_away(refusal(number)), "c1", NOON)
    store.keep_overrides([override(1), override(2)], [1, 2], "c1", NOON)
    store.begin(Cycle(id="c2", started_at=NOON + HOUR, configuration="x"))
    again = ticket(1, created_on=NOON + HOUR, updated_on=NOON + HOUR)
    store.keep("redmine", Batch(stream="s", items=(item(1, ticket=again), item(2))), "c2")
    assert store.written().keys() == {2}
    assert store.refusals().keys() == {2}
    assert [o.ticket for o in store.overrides()] == [2]


def test_remarks_count_as_said_once_their_note_stands(store: Store) -> None:
    note = NoteEdit(text="끝", private=False, rendered=True)
    sent = replace(result().edit, episode="builds/x", note=note, said=("closed@1",))
    store.record(replace(result(), edit=sent, outcome=Outcome.APPLIED), "c1", NOON)
    assert store.said(["builds/x"]) == {}
    store.record(replace(result(), edit=sent, outcome=Outcome.REFUSED, spoken=True), "c1", NOON)
    assert store.said(["builds/x"]) == {"builds/x": {"closed@1"}}


def test_relations_that_were_made_are_remembered_with_the_episode(store: Store) -> None:
    edit = replace(result().edit, episode="builds/x", related=(3, 4))
    store.record(replace(result(), edit=edit, related=(3,), unrelated=(4,)), "c1", NOON)
    assert store.said(["builds/x"]) == {"builds/x": {"related/3"}}
    assert store.unrelated(NOON) == {(1, 4)}


def birth(**changes: Any) -> Born:
    """A birth whose ticket was opened, and shows what was asked for."""
    opening = Opening(project=1, tracker=1, subject="빌드 실패")
    values: dict[str, Any] = {
        "birth": Birth(episode="builds/x", opening=opening, why=WHY, said=("cause@x",)),
        "opened": Opened(outcome=OpeningOutcome.OPENED, number=7, ticket=ticket(7)),
        "written": {FieldName.SUBJECT: "빌드 실패", TEAM: "IT기획팀"},
    }
    return Born(**(values | changes))


def test_an_opened_ticket_is_linked_and_all_that_it_shows_of_us_is_ours_at_once(
    store: Store,
) -> None:
    store.intend("builds/x", NOON)
    store.record_birth(birth(), "c1", NOON)
    assert store.links() == {"builds/x": Link(episode="builds/x", ticket=7)}
    assert {n: w.value for n, w in store.written([7])[7].items()} == birth().written
    assert store.said(["builds/x"]) == {"builds/x": {"opened", "cause@x"}}
    assert store.said_at(["builds/x", "none"]) == {"builds/x": NOON}
    assert store.signal_histories() == {7: ticket(7).updated_on}


def test_what_a_ticket_was_opened_with_is_nothing_to_be_undone(store: Store) -> None:
    store.record_birth(birth(), "c1", NOON)
    assert store.cycle_writes("c1") == ()


def test_of_a_ticket_that_was_found_the_history_is_to_be_read(store: Store) -> None:
    store.record_birth(birth(found=True), "c1", NOON)
    assert store.signal_histories() == {7: None}


def test_an_intent_whose_answer_was_lost_stands(store: Store) -> None:
    store.intend("builds/x", NOON)
    lost = Opened(outcome=OpeningOutcome.UNKNOWN)
    store.record_birth(birth(opened=lost, written={}), "c1", NOON)
    assert store.links()["builds/x"].intended_at == NOON


def test_a_ticket_that_redmine_refused_is_remembered_until_it_is_opened(store: Store) -> None:
    store.intend("builds/x", NOON)
    why = Message("Redmine rejects it: {reasons}", {"reasons": "담당 팀"})
    refused = Opened(outcome=OpeningOutcome.REFUSED, why=why)
    store.record_birth(birth(opened=refused, written={}, refused="abc"), "c1", NOON)
    assert store.links()["builds/x"] == Link(
        episode="builds/x", refused="abc", refused_at=NOON, why=why, tries=1
    )
    store.record_birth(birth(), "c2", NOON)
    assert store.links()["builds/x"] == Link(episode="builds/x", ticket=7)


def test_a_ticket_refused_for_the_moment_leaves_no_trace(store: Store) -> None:
    store.intend("builds/x", NOON)
    refused = Opened(outcome=OpeningOutcome.REFUSED, why=WHY, again=True)
    store.record_birth(birth(opened=refused, written={}), "c1", NOON)
    assert store.links()["builds/x"] == Link(episode="builds/x")
