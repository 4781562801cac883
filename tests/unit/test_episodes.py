"""What the episodes of a line tell, and how they go on when things come to be known late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.model.items import Audience
from itsm_sync.model.signals import Act, Deed, Episode, Life, Standing
from itsm_sync.signals.keys import episode_key
from tests.lives import HOUR, LINE, SIGNAL, History, history, hour, said, standings

ONCE = Life()
TWICE = Life(open_after=2, close_after=2)
GRAVE = Life(open_after=2, grave=frozenset({"production"}))
LASTING = Life(open_for=3 * HOUR)


def of(*observations: object, acts: tuple[Act, ...] = ()) -> History:
    return History(observations=observations, acts=acts)  # type: ignore[arg-type]


def did(deed: Deed, at: float, episode: Episode) -> History:
    return History(acts=(Act(episode=episode.key, deed=deed, at=hour(at), by="강수아"),))


# When one opens


def test_one_failure_is_enough_where_an_environment_is_grave() -> None:
    failure = said(1, "x")
    assert of(failure).lived(GRAVE) == ()
    grave = replace(failure, facts={"environment": "Production"})
    (episode,) = of(grave).lived(GRAVE)
    assert episode.opened == hour(1)
    assert of(replace(failure, facts={"environment": "staging"})).lived(GRAVE) == ()


# What an episode tells


def test_it_tells_of_its_failures_from_the_first_of_the_row_to_the_proof() -> None:
    (episode,) = history(".xyx..", TWICE).lived(TWICE)
    assert episode == Episode(
        key=episode_key(SIGNAL, LINE, hour(2)),
        signal=SIGNAL,
        line=LINE,
        standing=Standing.CLOSED,
        began=hour(2),
        opened=hour(3),
        ended=hour(6),
        count=3,
        green="jenkins:ci:abc/deploy/main#1",
        first="jenkins:ci:abc/deploy/main#2",
        last="jenkins:ci:abc/deploy/main#4",
        last_at=hour(4),
        healed="jenkins:ci:abc/deploy/main#6",
        fingerprints=("X", "Y"),
    )


def test_a_key_is_one_of_its_line_and_beginning_and_tells_nothing_of_the_line() -> None:
    key = episode_key(SIGNAL, LINE, hour(1))
    assert key.startswith("builds/")
    assert key.endswith("/20260302T130000Z")
    assert "deploy" not in key
    others = {episode_key(SIGNAL, "another", hour(1)), episode_key(SIGNAL, LINE, hour(2))}
    assert key not in others


def test_two_that_begin_within_a_second_have_two_keys() -> None:
    moments = [said(1, "x"), said(1 + 1 / 9000, "."), said(1 + 2 / 9000, "y")]
    one, other = of(*moments).lived(ONCE)
    assert one.key != other.key
    assert of(*moments).lived(ONCE, (one, other)) == (one, other)


def test_it_counts_on_when_it_comes_back_and_tells_when_that_was() -> None:
    (episode,) = history("xx.x.x", ONCE).lived(ONCE)
    assert (episode.count, episode.reopenings) == (4, (hour(4), hour(6)))
    assert (episode.began, episode.opened) == (hour(1), hour(6))


def test_a_new_one_names_the_one_before() -> None:
    one, other = history("x.y", ONCE).lived(ONCE)
    assert (one.previous, other.previous) == ("", one.key)


def test_a_deleted_ticket_is_not_named_but_the_one_before_it_is() -> None:
    one, two, three = history("x.yD.y", ONCE).lived(ONCE)
    assert standings((one, two, three)) == "done+over+open"
    assert two.previous == three.previous == one.key


def test_it_has_the_facts_of_the_last_failure_and_is_private_once_one_was() -> None:
    private = replace(said(1, "x"), audience=Audience.PRIVATE, facts={"severity": "low"})
    public = replace(said(2, "x"), facts={"severity": "high"})
    (episode,) = of(private, public).lived(ONCE)
    assert episode.facts == {"severity": "high"}
    assert episode.audience is Audience.PRIVATE


# When it opens


@pytest.mark.parametrize(
    ("observations", "opened"),
    [
        ((said(1, "x"),), None),
        ((said(1, "x", until=3.5),), None),
        ((said(1, "x", until=9),), 4),
        ((said(1, "x"), said(9, "x")), 9),
        ((said(1, "x", until=9), said(2, "."), said(6, ".")), None),
        ((said(1, "x", "a", until=9), said(2, "x", "b"), said(3, ".", "b")), 4),
        ((said(1, "x", "a", until=3), said(2, "x", "b"), said(3, ".", "a")), None),
    ],
)
def test_it_opens_once_trouble_is_known_to_last(
    observations: tuple[object, ...], opened: float | None
) -> None:
    episodes = of(*observations).lived(LASTING)
    assert [episode.opened for episode in episodes] == ([] if opened is None else [hour(opened)])


def test_what_was_known_to_last_long_enough_opened_before_it_was_well() -> None:
    assert standings(of(said(1, "x", until=4), said(4, ".")).lived(LASTING)) == "done"


@pytest.mark.parametrize(("letters", "then"), [("xx.xCx", "open"), ("xx.Cx", "shut")])
def test_a_row_that_goes_on_brings_back_what_a_person_closed(letters: str, then: str) -> None:
    assert standings(history(letters, TWICE).lived(TWICE)) == then


def test_what_a_person_closed_comes_back_without_lasting_anew() -> None:
    (episode,) = of(said(1, "x", until=4)).lived(LASTING)
    again = of(said(1, "x", until=4), said(6, "x")) + did(Deed.CLOSED, 5, episode)
    assert standings(again.lived(LASTING)) == "open"


def test_a_success_ends_the_row_of_failures() -> None:
    assert history("x.x.x.x", TWICE).lived(TWICE) == ()


# When it ends


def test_it_ends_once_every_member_is_well() -> None:
    trouble = of(said(1, "x", "a"), said(2, "x", "b"), said(3, ".", "a"))
    (episode,) = trouble.lived(ONCE)
    assert (standings((episode,)), episode.members) == ("open", ("b",))
    (over,) = (trouble + of(said(4, ".", "b"))).lived(ONCE)
    assert (standings((over,)), over.members) == ("done", ())


def test_a_member_that_will_not_be_mended_does_not_keep_the_others_ticket_open() -> None:
    first = of(said(1, "x", "a"))
    (wont,) = first.lived(ONCE)
    later = first + did(Deed.REJECTED, 2, wont) + of(said(3, "y", "b"))
    assert standings(later.lived(ONCE)) == "wont+open"
    assert standings((later + of(said(4, ".", "b"))).lived(ONCE)) == "wont+done"


def test_what_is_rejected_later_lets_the_others_ticket_end_by_what_was_well() -> None:
    (one,) = of(said(1, "x", "a")).lived(ONCE)
    closed = of(said(1, "x", "a"), said(3, "y", "b"), said(4, ".", "b"))
    closed += did(Deed.CLOSED, 2, one)
    assert standings(closed.lived(ONCE)) == "shut+open"
    assert standings((closed + did(Deed.REJECTED, 5, one)).lived(ONCE)) == "wont+done"


def test_trouble_of_an_open_ticket_needs_its_proof_even_if_its_cause_is_rejected_elsewhere() -> (
    None
):
    brief = Life(reopen_within=timedelta())
    (one,) = of(said(1, "x", "a")).lived(brief)
    both = of(said(1, "x", "a"), said(3, "x", "b"), said(4, ".", "a"))
    both += did(Deed.CLOSED, 2, one) + did(Deed.REJECTED, 5, one)
    assert standings(both.lived(brief)) == "wont+open"


def test_a_success_at_the_time_of_a_failure_proves_nothing() -> None:
    assert standings(of(said(1, "x"), said(2, "."), said(2, "x")).lived(ONCE)) == "open"


def test_a_person_knows_what_was_there_at_the_time() -> None:
    (episode,) = of(said(1, "x")).lived(ONCE)
    together = of(said(1, "x"), said(2, "x")) + did(Deed.CLOSED, 2, episode)
    assert standings(together.lived(ONCE)) == "shut"


def test_trouble_that_only_goes_on_is_no_news_to_who_closed_the_ticket() -> None:
    (episode,) = of(said(1, "x", until=2)).lived(ONCE)
    lasting = of(said(1, "x", until=9)) + did(Deed.CLOSED, 3, episode)
    assert standings(lasting.lived(ONCE)) == "shut"


def test_a_taken_ticket_closes_where_the_settings_say_so() -> None:
    closing = Life(keep_taken=False)
    assert standings(history("xT.", closing).lived(closing)) == "done"


def test_the_end_is_noted_on_a_taken_ticket_until_it_fails_again() -> None:
    (well,) = history("xT..", ONCE).lived(ONCE)
    assert (well.well_since, well.ended) == (hour(3), None)
    (ill,) = history("xT..x", ONCE).lived(ONCE)
    assert ill.well_since is None


@pytest.mark.parametrize(("letters", "then"), [("xTCx.", "done"), ("xT.CO", "open")])
def test_who_closed_a_ticket_has_given_it_back(letters: str, then: str) -> None:
    assert standings(history(letters, ONCE).lived(ONCE)) == then


def test_who_reopens_a_ticket_and_takes_it_at_once_has_it() -> None:
    shut = history("xC", ONCE)
    (one,) = shut.lived(ONCE)
    both = did(Deed.TAKEN, 3, one) + did(Deed.REOPENED, 3, one)
    assert standings((shut + both).lived(ONCE)) == "taken"


def test_a_ticket_deleted_after_its_end_is_over_whatever_fails_by_then() -> None:
    assert standings(history("xx..xD", TWICE).lived(TWICE)) == "over"


def test_what_was_about_to_open_when_a_ticket_was_deleted_is_quiet_too() -> None:
    lasting = of(said(1, "x", until=4), said(6, "."), said(7, "x", until=20))
    (one,) = of(said(1, "x", until=4)).lived(LASTING)
    acts = did(Deed.CLOSED, 5, one) + did(Deed.DELETED, 8, one)
    assert standings((lasting + acts).lived(LASTING)) == "gone"


@pytest.mark.parametrize(
    ("letters", "then"),
    [
        ("xxR" + "x" * 9, "wont"),
        ("xxR" + "xy" * 3, "wont+open"),
        ("xxRyyxx", "wont+open"),
        ("xxRyy..xx", "wont+done"),
        ("xxRyy..??", "wont+open"),
        ("xxROx", "open"),
        ("xxRCx", "open"),
        ("xxR??", "wont"),
        ("xx..xRy", "wont"),
    ],
)
def test_what_will_not_be_mended_is_quiet_and_other_causes_are_not(letters: str, then: str) -> None:
    assert standings(history(letters, TWICE).lived(TWICE)) == then


def test_what_is_quiet_is_counted_all_the_same() -> None:
    (wont,) = history("xxR..xxx", TWICE).lived(TWICE)
    assert (wont.count, wont.last_at) == (5, hour(8))


# Deeds on an older ticket


def test_an_older_ticket_reopened_beside_an_open_one_is_left_to_the_person() -> None:
    two = history("x.y", ONCE)
    one, _ = two.lived(ONCE)
    left = two + did(Deed.REOPENED, 4, one)
    assert standings(left.lived(ONCE)) == "left+open"
    assert standings((left + did(Deed.CLOSED, 5, one)).lived(ONCE)) == "shut+open"
    assert standings((left + of(said(6, "."))).lived(ONCE)) == "left+done"
    assert standings((left + of(said(6, "."), said(7, "x"))).lived(ONCE)) == "open+done"


def test_an_older_ticket_reopened_while_none_is_open_is_the_lines_again() -> None:
    two = history("x.y.", ONCE)
    one, _ = two.lived(ONCE)
    again = two + did(Deed.REOPENED, 5, one)
    assert standings(again.lived(ONCE)) == "open+done"
    assert standings((again + of(said(6, "y"), said(7, "."))).lived(ONCE)) == "done+done"


def test_an_older_ticket_deleted_beside_an_open_one_changes_nothing_for_that() -> None:
    two = history("x.y", ONCE)
    one, _ = two.lived(ONCE)
    assert standings((two + did(Deed.DELETED, 4, one)).lived(ONCE)) == "over+open"


def test_the_trouble_that_comes_back_is_that_of_its_cause() -> None:
    one, other = history("x.y.x", ONCE).lived(ONCE)
    assert standings((one, other)) == "open+done"


def test_a_cause_surely_the_same_goes_before_one_that_is_not_known() -> None:
    two = history("?.~x.", ONCE)
    unknown, _ = two.lived(ONCE)
    later = two + did(Deed.REOPENED, 173, unknown) + of(said(174, "."))
    assert standings(later.lived(ONCE)) == "done+done"
    assert standings((later + of(said(175, "x"))).lived(ONCE)) == "done+open"


# What comes to be known late


def test_a_ticket_keeps_its_key_when_its_trouble_turns_out_to_have_begun_earlier() -> None:
    known = of(said(3, "x"), said(4, "x")).lived(TWICE)
    (episode,) = of(said(2, "x"), said(3, "x"), said(4, "x")).lived(TWICE, known)
    assert (episode.key, episode.began, episode.count) == (known[0].key, hour(2), 3)
    all_of_it = of(said(2, "x"), said(3, "x"), said(4, "x"), said(5, "."), said(6, "."))
    acted = did(Deed.TAKEN, 4.5, known[0])
    assert standings((all_of_it + acted).lived(TWICE, (episode,))) == "well"


def test_a_ticket_that_would_not_have_been_opened_stands_and_ends_by_proof() -> None:
    known = of(said(1, "x"), said(3, "x")).lived(TWICE)
    late = of(said(1, "x"), said(2, "."), said(3, "x"))
    (episode,) = late.lived(TWICE, known)
    assert (standings((episode,)), episode.key) == ("open", known[0].key)
    assert standings((late + of(said(4, "."), said(5, "."))).lived(TWICE, (episode,))) == "done"


def test_a_ticket_that_turns_out_to_be_of_anothers_trouble_is_left_until_that_is_over() -> None:
    seen = (said(1, "x"), said(2, "x"), said(3, "."), said(4, "."), said(5, "y"), said(6, "y"))
    known = of(*seen).lived(TWICE)
    assert standings(known) == "done+open"
    late = of(*seen, said(3.5, "x"))
    now = late.lived(TWICE, known)
    assert standings(now) == "open+left"
    assert now[1].under == now[0].key
    over = (late + of(said(7, "."), said(8, "."))).lived(TWICE, now)
    assert standings(over) == "done+done"
    again = late + of(said(7, "."), said(8, ".")) + did(Deed.REOPENED, 9, now[1])
    reopened = again.lived(TWICE, over)
    assert standings(reopened) == "done+open"
    assert reopened[1].under == ""


def test_a_ticket_of_its_own_stays_so_when_its_cause_turns_out_to_be_anothers_too() -> None:
    seen = (said(1, "x"), said(2, "."), said(5, "y"))
    known = of(*seen).lived(ONCE)
    now = of(*seen, said(1.5, "y")).lived(ONCE, known)
    assert standings(now) == "done+open"
    assert [one.key for one in now] == [one.key for one in known]


def test_counts_never_go_down() -> None:
    known = history("xxxxx", ONCE).lived(ONCE)
    fewer = of(said(1, "x"), said(5, "x"), said(6, "x"), said(7, "x"))
    assert [episode.count for episode in fewer.lived(ONCE, known)] == [7]


# What is kept no more


@pytest.mark.parametrize(
    "letters", ["xxT", "xxC", "xxR", "xxD", "xx..", "xx..~xx", "xxRyy", "xxC."]
)
def test_nothing_ends_and_nothing_begins_because_builds_were_discarded(letters: str) -> None:
    whole = history(letters, TWICE)
    known = whole.lived(TWICE)
    assert History(acts=whole.acts).lived(TWICE, known) == known
    assert History().lived(TWICE, known) == known


@pytest.mark.parametrize("letters", ["xxRyyCxyy", "xxC.xD", "xxRyyx"])
def test_what_is_kept_of_later_is_not_counted_twice(letters: str) -> None:
    whole = history(letters, TWICE)
    known = whole.lived(TWICE)
    later = History(observations=whole.observations[2:], acts=whole.acts)
    assert later.lived(TWICE, known) == known


def test_members_that_were_not_well_are_remembered() -> None:
    trouble = of(said(1, "x", "a"), said(2, "x", "b"), said(3, ".", "b"))
    (one,) = trouble.lived(TWICE)
    closed = trouble + did(Deed.CLOSED, 4, one)
    known = closed.lived(TWICE)
    later = History(observations=(said(3, ".", "b"), said(5, "x", "c")), acts=closed.acts)
    assert standings(later.lived(TWICE, known)) == "open"


def test_what_is_believed_goes_on_by_what_is_new() -> None:
    known = history("xxx", TWICE).lived(TWICE)
    (failing,) = of(said(9, "x")).lived(TWICE, known)
    assert (failing.count, failing.last_at, failing.began) == (4, hour(9), hour(1))
    assert of(said(9, "x")).lived(TWICE, (failing,)) == (failing,)
    assert standings(of(said(9, "."), said(10, ".")).lived(TWICE, known)) == "done"
    assert standings(did(Deed.REJECTED, 9, known[0]).lived(TWICE, known)) == "wont"


def test_an_adopted_ticket_knows_its_beginning_by_the_second() -> None:
    exact = said(1 + 1 / 7200, "x")  # half a second after the hour
    (episode,) = of(exact).lived(ONCE)
    adopted = replace(episode, began=hour(1), last_at=None, count=9, first="", last="")
    (again,) = of(exact).lived(ONCE, (adopted,))
    assert (again.key, again.began, again.count) == (episode.key, exact.at, 9)


def test_what_it_was_found_to_belong_under_is_kept() -> None:
    (episode,) = history("x", ONCE).lived(ONCE)
    under = replace(episode, under="outages/0123456789/20260302T120000Z")
    assert history("xx", ONCE).lived(ONCE, (under,))[0].under == under.under


def test_the_window_counts_from_the_end() -> None:
    brief = Life(reopen_within=timedelta(hours=2))
    assert standings(history("x.", brief).lived(brief)) == "done"
    assert standings(of(said(1, "x"), said(2, "."), said(4, "x")).lived(brief)) == "open"
    assert standings(of(said(1, "x"), said(2, "."), said(4.5, "x")).lived(brief)) == "done+open"
