"""Which tickets were routed, and the overrides of all times."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Override, Result
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.store import Routed, Store
from tests.builders import NOON, change_routing, decided, routing, ticket

HOUR = timedelta(hours=1)
TEAM = FieldName.TEAM


def override(number: int = 1, **changes: object) -> Override:
    one = Override(ticket=number, field=TEAM, value="신사업팀", by="강수아", at=NOON,
                   chosen="IT기획팀", rule="서비스 장애", team="it")  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]


def write(store: Store, number: int, cycle: str, at: datetime, name: FieldName = TEAM) -> None:
    """Record that a cycle wrote a field of the ticket: its team."""
    made = FieldEdit(name=name, old="", new="IT기획팀", why=Message("rule"))
    edit = Edit(ticket=ticket(number), key=f"redmine:issue/{number}", fields=(made,))
    result = Result(edit=edit, outcome=Outcome.APPLIED, written={name: "IT기획팀"})
    store.record(result, cycle, at)


def routed(number: int, rule: str, team: str, at: datetime) -> Routed:
    return Routed(ticket=number, rule=rule, team=team, at=at)


def test_a_ticket_counts_for_the_rule_that_stood_when_it_was_written(store: Store) -> None:
    store.keep_routings(decided(routing(1), routing(2)), "c1", "abc", NOON)
    write(store, 1, "c1", NOON + HOUR)
    store.keep_routings(decided(change_routing(1)), "c2", "abc", NOON + 2 * HOUR)
    write(store, 1, "c2", NOON + 3 * HOUR)
    write(store, 1, "c3", NOON + 4 * HOUR)
    assert store.routed_tickets() == (
        routed(1, "서비스 장애", "it", NOON + HOUR),
        routed(1, "변경 요청", "business", NOON + 3 * HOUR),
    )


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(store: Store) -> None:
    store.keep_routings(decided(*(routing(n) for n in range(1, 4))), "c1", "abc", NOON)
    for number in range(1, 4):
        write(store, number, f"c{number}", NOON + number * HOUR)
    found = store.routed_tickets(NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert [one.ticket for one in found] == [2]


def test_what_was_undone_recognised_or_never_written_was_not_routed(store: Store) -> None:
    store.keep_routings(decided(*(routing(n) for n in range(1, 4))), "c1", "abc", NOON)
    write(store, 1, "c1", NOON + HOUR)
    store.record_undo("c1", 1, [TEAM], "c2")
    store.recognise({2: {TEAM: "IT기획팀"}}, NOON + HOUR)
    assert store.routed_tickets() == ()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (FieldName.SLA_STATE, False),
        (FieldName.SLA_DUE, False),
        (FieldName.SUBJECT, False),
        (FieldName.TEAM, True),
        (FieldName.STAGE, True),
    ],
)
def test_what_clocks_and_signals_write_is_no_routing(
    store: Store, name: FieldName, counts: bool
) -> None:
    store.keep_routings(decided(routing(1)), "c1", "abc", NOON)
    for cycle in ("c1", "c2"):
        write(store, 1, cycle, NOON + HOUR, name)
        assert bool(store.routed_tickets()) is counts


def test_a_ticket_that_a_signal_opened_does_not_count_whatever_is_written_to_it(
    store: Store,
) -> None:
    store.keep_routings(decided(routing(1), routing(2)), "c1", "abc", NOON)
    store.link("builds/x", 1)
    store.link("builds/y", 3)
    for cycle, name in (("c1", FieldName.SLA_STATE), ("c2", TEAM)):
        for number in (1, 2):
            write(store, number, cycle, NOON + HOUR, name)
    assert [one.ticket for one in store.routed_tickets()] == [2]


def test_an_override_keeps_the_rule_of_the_time_people_overruled(store: Store) -> None:
    store.keep_overrides([override()], [1], "c1", NOON)
    mended = override(chosen="신사업팀", rule="새 규칙", team="business")
    store.keep_overrides([mended], [1], "c2", NOON + HOUR)
    assert store.overrides() == (override(),)


def test_the_rule_of_an_override_that_had_none_is_filled_in(store: Store) -> None:
    store.keep_overrides([override(rule="", team="", chosen="")], [1], "c1", NOON)
    store.keep_overrides([override()], [1], "c2", NOON + HOUR)
    assert store.overrides() == (override(),)


def test_overrides_given_back_stay_in_the_history(store: Store) -> None:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="abc"))
    store.keep_overrides([override(1, at=None), override(2)], [1, 2], "c1", NOON)
    store.keep_overrides([override(1, at=None)], [1, 2], "c2", NOON + HOUR)
    store.keep_overrides([override(1, at=None), override(2, at=NOON + HOUR)], [2], "c3", NOON)
    told = [(k.override.ticket, k.since, k.given_back_at) for k in store.override_history()]
    assert told == [
        (1, NOON, None),  # Redmine does not tell when: it was seen in the cycle of noon
        (2, NOON, NOON + HOUR),
        (2, NOON + HOUR, None),
    ]
