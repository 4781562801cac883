"""How many of our routings people changed, worked out by hand."""

from dataclasses import replace
from datetime import timedelta

from itsm_sync.model.plans import Override
from itsm_sync.model.tickets import FieldName
from itsm_sync.reports.overruled import overruled, within
from itsm_sync.reports.quality import Share, quality
from itsm_sync.store import KeptOverride, Routed
from tests.builders import NOON

HOUR = timedelta(hours=1)
LATER = NOON + 10 * HOUR
PROCESS, TEAM = FieldName.PROCESS, FieldName.TEAM


def routed(number: int, rule: str = "장애", team: str = "it", at: int = 0) -> Routed:
    return Routed(ticket=number, rule=rule, team=team, at=NOON + at * HOUR)


def kept(
    number: int, preferred: str = "신사업팀", *, hour: int = 1, back: int | None = None,
    by: str = "강수아", **changes: object,
) -> KeptOverride:  # fmt: skip
    """A person's team on a ticket that the rule 장애 gave to IT, `hour` hours after noon."""
    one = Override(ticket=number, field=TEAM, value=preferred, by=by, at=NOON + hour * HOUR,
                   chosen="IT기획팀", rule="장애", team="it")  # fmt: skip
    given_back = None if back is None else NOON + back * HOUR
    one = replace(one, **changes)  # type: ignore[arg-type]
    return KeptOverride(override=one, since=one.at, given_back_at=given_back)


def test_the_share_that_people_changed_as_worked_out_by_hand() -> None:
    """Four tickets by «장애» for it, two by «변경» for business.

    Of the four: 1 has another team and another process (one ticket), 2 had another team and was
    given back, 3 agrees with the rule, 4 is untouched: 2 of 4. Of the two, 5 is changed: 1 of 2.
    """
    decided = [routed(n) for n in range(1, 5)] + [routed(n, "변경", "business") for n in (5, 6)]
    history = [
        kept(1),
        kept(1, "변경 관리", field=PROCESS, chosen="사건 관리"),
        kept(2, back=3),
        kept(3, "IT기획팀"),
        kept(5, "IT기획팀", chosen="신사업팀", rule="변경", team="business"),
    ]
    found = quality(decided, history, LATER)
    assert found.whole == Share(routed=6, changed=3)
    assert found.rules == {"장애": Share(routed=4, changed=2), "변경": Share(routed=2, changed=1)}
    assert found.teams == {"it": Share(routed=4, changed=2), "business": Share(routed=2, changed=1)}
    assert found.rules["장애"].share == 0.5


def test_an_override_counts_for_the_rule_that_was_overruled_and_no_later_one() -> None:
    decided = [routed(1), routed(1, "변경", "business", at=5)]
    found = quality(decided, [kept(1)], LATER)
    assert found.rules == {"장애": Share(routed=1, changed=1), "변경": Share(routed=1, changed=0)}
    assert found.whole == Share(routed=1, changed=1)


def test_a_past_periods_share_does_not_move_with_later_overrides() -> None:
    history = [kept(1, hour=9), kept(2, hour=10)]
    assert quality([routed(1), routed(2)], history, LATER).whole == Share(routed=2, changed=1)


def test_an_override_given_back_before_we_wrote_again_is_over() -> None:
    assert quality([routed(1, at=5)], [kept(1, back=4)], LATER).whole.changed == 0
    assert quality([routed(1, at=0)], [kept(1, back=4)], LATER).whole.changed == 1


def test_where_nothing_was_routed_there_is_no_share() -> None:
    found = quality([], [kept(1)], LATER)
    assert found.whole == Share(routed=0, changed=0)
    assert found.whole.share is None


def test_what_people_preferred_is_told_rule_by_rule_the_most_frequent_first() -> None:
    history = [
        kept(1, hour=1),
        kept(2, hour=3, by="조민재"),
        kept(3, hour=2, back=4),
        kept(1, "변경 관리", field=PROCESS, chosen="사건 관리"),
        kept(4, "IT기획팀"),
    ]
    team, process = overruled(history, [routed(n) for n in range(1, 9)], {})
    assert (team.rule, team.field, team.chosen, team.preferred) == (
        "장애", TEAM, "IT기획팀", "신사업팀")  # fmt: skip
    assert team.tickets == (2, 3, 1)
    assert dict(team.by) == {"강수아": 2, "조민재": 1}
    assert (team.since, team.standing, team.share) == (NOON + HOUR, 2, 3 / 8)
    assert (process.field, process.tickets, process.share) == (PROCESS, (1,), 1 / 8)


def test_a_ticket_that_we_never_wrote_is_listed_and_is_no_part_of_the_share() -> None:
    (found,) = overruled([kept(1), kept(2)], [routed(1), routed(3)], {})
    assert (found.tickets, found.changed, found.routed) == ((2, 1), 1, 2)
    (unwritten,) = overruled([kept(1)], [], {})
    assert unwritten.share is None


def test_a_rule_that_answers_as_people_did_is_mended() -> None:
    today = {1: {TEAM: "신사업팀"}, 2: {TEAM: "IT기획팀"}, 3: {TEAM: "신사업팀"}}
    (found,) = overruled([kept(1), kept(2), kept(3, back=5)], [], today)
    assert found.mended == 1


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    history = [kept(n, hour=n) for n in range(1, 5)]
    chosen = within(history, NOON + 2 * HOUR, NOON + 4 * HOUR)
    assert [one.override.ticket for one in chosen] == [2, 3]
    assert within(history, None, None) == tuple(history)
