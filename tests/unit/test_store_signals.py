"""Observations, episodes, their tickets, people's acts and our notes, kept and answered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.openings import Opened, Opening, OpeningOutcome
from itsm_sync.model.plans import Birth, Born, Edit, KeptNote, Outcome, Result
from itsm_sync.model.signals import Act, Deed, Episode, Observation, Standing, carried
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from tests.builders import NOON, item, ticket

HOUR = timedelta(hours=1)
LINE = ("builds", "ci:abc/build")
KEY = "builds/0123456789/20260302T120000Z"


@pytest.fixture
def kept(store: Store) -> Iterator[Store]:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    return store


def build(number: int, state: str = "FAILURE") -> Item:
    return Item(
        key=f"jenkins:ci:abc/build#{number}@1",
        source="jenkins",
        kind="build",
        title="abc/build",
        url="http://127.0.0.1/",
        state=state,
        created_at=NOON,
        updated_at=NOON + number * HOUR,
    )


def said(by: Item, **changes: object) -> Observation:
    at = by.updated_at
    made = Observation(
        signal="builds", line=LINE[1], at=at, until=at, good=by.state == "SUCCESS", item=by.key
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def episode(**changes: object) -> Episode:
    made = Episode(
        key=KEY,
        signal="builds",
        line=LINE[1],
        standing=Standing.OPEN,
        began=NOON,
        opened=NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def pull(store: Store, *items: Item) -> None:
    store.keep("ci", Batch(stream="builds", items=items), "c1")


def test_what_an_item_says_anew_replaces_what_it_said(kept: Store) -> None:
    one = build(1)
    pull(kept, one)
    kept.keep_observations("builds", [said(one)])
    kept.keep_observations("builds", [said(one, line="other")])

    found = kept.observations([LINE, ("builds", "other")])
    assert (found[LINE], len(found["builds", "other"])) == ((), 1)
    assert kept.due_lines() == (LINE, ("builds", "other"))


def test_an_item_that_falls_silent_takes_nothing_back(kept: Store) -> None:
    one = build(1)
    pull(kept, one)
    kept.keep_observations("builds", [said(one)])
    kept.keep_observations("builds", [])
    assert kept.observations([LINE])[LINE] == (said(one),)


def test_a_look_that_sees_the_same_prolongs_what_was_seen(kept: Store) -> None:
    one = build(1)
    pull(kept, one)
    for hours in (1, 2, 3):
        at = NOON + hours * HOUR
        kept.look("nodes", [said(one, signal="nodes", at=at, until=at)])
    at = NOON + 4 * HOUR
    kept.look("nodes", [said(one, signal="nodes", at=at, until=at, good=True)])

    bad, good = kept.observations([("nodes", LINE[1])])["nodes", LINE[1]]
    assert (bad.at, bad.until) == (NOON + HOUR, NOON + 3 * HOUR)
    assert (good.at, good.good) == (at, True)


def test_what_a_look_sees_comes_after_the_look_before_it(kept: Store) -> None:
    """The time that a controller's clock gave may lie before ours."""
    one = build(1)
    pull(kept, one)
    line = ("nodes", LINE[1])
    down = said(one, signal="nodes")
    looks = [replace(down, good=True, at=NOON + HOUR, until=NOON + HOUR), down, down]
    for hours, seen in enumerate(looks, start=1):
        kept.look("nodes", [replace(seen, until=NOON + hours * HOUR)])
    well, bad = kept.observations([line])[line]
    assert (well.good, well.at, bad.good) == (True, NOON + HOUR, False)
    assert (bad.at, bad.until) == (NOON + 2 * HOUR, NOON + 3 * HOUR)


def test_only_trouble_that_lasts_makes_a_line_due(kept: Store) -> None:
    one = build(1)
    pull(kept, one)
    well = said(one, good=True)
    kept.look("builds", [well])
    kept.keep_episodes(*LINE, [])
    kept.look("builds", [replace(well, until=NOON + 9 * HOUR)])
    assert kept.due_lines() == ()

    kept.look("builds", [replace(well, good=False, at=NOON + 9 * HOUR)])
    kept.keep_episodes(*LINE, [])
    later = NOON + 10 * HOUR
    kept.look("builds", [replace(well, good=False, at=later, until=later)])
    assert kept.due_lines() == (LINE,)


def test_of_the_lines_that_failed_lately_all_is_answered_since_they_were_well(kept: Store) -> None:
    oldest, well, failed, again = build(1), build(2, "SUCCESS"), build(3), build(4)
    pull(kept, oldest, well, failed, again)
    others = [said(failed, line="old", at=NOON), said(well, line="well")]
    spoken = [said(oldest), said(well), said(failed), said(again), *others]
    kept.keep_observations("builds", spoken)
    found = kept.failing("builds", NOON + 4 * HOUR)
    assert found == {LINE[1]: (said(well), said(failed), said(again))}


def test_a_baseline_is_set_once(kept: Store) -> None:
    assert kept.baseline("builds", NOON) == NOON
    assert kept.baseline("builds", NOON + HOUR) == NOON
    assert kept.baseline("nodes", NOON + HOUR) == NOON + HOUR


def test_episodes_replace_those_of_their_line_but_one_with_a_ticket_stays(kept: Store) -> None:
    other = episode(key="builds/x/2")
    kept.keep_episodes(*LINE, [episode(), other])
    kept.link(KEY, 42)
    kept.keep_episodes(*LINE, [])
    assert kept.episodes() == (episode(),)
    assert kept.ticketed([42, 43]) == {42: episode()}


def test_episodes_are_found_by_what_they_are(kept: Store) -> None:
    ended = episode(key="builds/x/1", standing=Standing.CLOSED, ended=NOON + HOUR)
    kept.keep_episodes(*LINE, [episode(), ended])
    assert kept.episodes(standing=Standing.CLOSED) == (ended,)
    assert kept.episodes(since=NOON + 2 * HOUR) == (episode(),)
    assert kept.episodes(since=NOON + HOUR, signal="builds") == (episode(), ended)
    assert kept.episodes(keys=["builds/x/1", "none"]) == (ended,)
    assert kept.episodes(signal="nodes") == ()


def test_an_intent_stays_until_the_ticket_is_known_or_it_is_forgotten(kept: Store) -> None:
    kept.intend(KEY, NOON)
    assert kept.links()[KEY].intended_at == NOON
    kept.forget_intent(KEY)
    assert kept.links()[KEY].intended_at is None

    kept.intend(KEY, NOON)
    kept.link(KEY, 42)
    found = kept.links()[KEY]
    assert (found.ticket, found.intended_at) == (42, None)
    kept.forget_intent(KEY)
    assert kept.links()[KEY].ticket == 42


def test_what_people_did_makes_the_line_due_once(kept: Store) -> None:
    kept.keep_episodes(*LINE, [episode()])
    kept.link(KEY, 42)
    done = Act(episode=KEY, deed=Deed.CLOSED, at=NOON, by="김서준")
    kept.keep_acts(42, NOON, [done])
    assert kept.due_lines() == (LINE,)
    assert kept.acts([KEY]) == (done,)

    kept.keep_episodes(*LINE, [episode()])
    kept.keep_acts(42, NOON + HOUR, [done])
    assert LINE not in kept.due_lines()
    assert kept.signal_histories() == {42: NOON + HOUR}
    with pytest.raises(KeyError):
        kept.keep_acts(43, NOON, [done])


def test_a_write_that_nobody_disturbed_needs_no_history(kept: Store) -> None:
    mine = ticket(42)
    pull(kept, item(42, ticket=mine))
    kept.link(KEY, 42, seen=mine.updated_on)
    after = replace(mine, updated_on=NOON + HOUR)
    edit = Edit(ticket=mine, key="redmine:issue/42", fields=(), episode=KEY, said=("closed",))
    note = KeptNote(name="live", text="3", journal=7)
    result = Result(edit=edit, outcome=Outcome.APPLIED, after=after, noted=(note,), unrelated=(8,))
    kept.record(result, "c1", NOON)

    assert kept.signal_histories() == {42: NOON + HOUR}
    assert kept.said([KEY]) == {KEY: frozenset({"closed"})}
    assert kept.kept_notes([42]) == {(42, "live"): note}
    assert kept.unrelated(NOON) == {(42, 8)}
    assert kept.unrelated(NOON + HOUR) == frozenset()


def test_a_failed_write_said_nothing(kept: Store) -> None:
    edit = Edit(ticket=ticket(42), key="x", fields=(), episode=KEY, said=("closed",))
    kept.record(Result(edit=edit, outcome=Outcome.FAILED), "c1", NOON)
    assert kept.said([KEY]) == {}


def test_open_signal_tickets_are_told_from_closed_and_vanished_ones(kept: Store) -> None:
    closed = replace(ticket(2), closed=True)
    pull(kept, item(1), item(2, ticket=closed), item(3))
    for number in (1, 2, 3):
        kept.link(f"builds/x/{number}", number)
    kept.keep("ci", Batch(stream="vanished", gone=("redmine:issue/3",)), "c1")
    assert kept.open_signals() == {"builds/x/1"}
    found = kept.tickets([1, 2, 3, 4])
    assert [found[n] and found[n].id for n in (1, 2, 3, 4)] == [1, 2, None, None]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "body", "found"),
    [
        (KEY, "", KEY),
        ("redmine:issue/42", f"말\n\nitsm-sync: {KEY}", KEY),
        ("", f"itsm-sync: {KEY}\r\n", KEY),
        ("", f"see itsm-sync: {KEY}", ""),
        ("", "itsm-sync: builds/xyz/2026", ""),
        ("redmine:issue/42", "", ""),
    ],
)
def test_a_ticket_names_its_episode_in_the_key_field_or_by_the_marker(
    field: str, body: str, found: str
) -> None:
    assert carried(field, body) == found


def test_tickets_that_carry_a_key_are_found_and_copies_with_them(kept: Store) -> None:
    first = replace(ticket(2), fields={**ticket(2).fields, FieldName.KEY: KEY})
    copy = item(7, body=f"itsm-sync: {KEY}")
    pull(kept, item(1), item(2, ticket=first), copy)
    assert {k: [t.id for t in found] for k, found in kept.carriers().items()} == {KEY: [2, 7]}


def alert(state: str, hours: int) -> list[Observation]:
    """What an alert says that opened at noon and was changed so many hours later."""
    one = build(1)
    opened = said(one, signal="dependabot", at=NOON, until=NOON)
    at = NOON + hours * HOUR
    is_open = state == "open"
    changed = replace(opened, at=at, until=at, good=not is_open, again=is_open)
    return [opened, changed] if hours else [opened]


def heard(store: Store, *looks: tuple[str, int]) -> list[tuple[int, bool]]:
    for state, hours in looks:
        store.look("dependabot", alert(state, hours))
    seen = store.observations([("dependabot", LINE[1])])["dependabot", LINE[1]]
    return [((one.at - NOON) // HOUR, one.good) for one in seen]


def test_what_is_open_all_along_was_opened_once_however_often_it_changed(kept: Store) -> None:
    assert heard(kept, ("open", 1), ("open", 2), ("open", 5)) == [(0, False)]


def test_what_opens_again_is_told_from_what_lasts(kept: Store) -> None:
    looks = (("open", 0), ("fixed", 2), ("open", 5), ("open", 6))
    assert heard(kept, *looks) == [(0, False), (2, True), (5, False)]


def test_a_second_look_at_the_same_is_no_news(kept: Store) -> None:
    heard(kept, ("open", 0), ("fixed", 2))
    kept.keep_episodes("dependabot", LINE[1], [])
    assert kept.due_lines() == ()
    assert heard(kept, ("fixed", 2)) == [(0, False), (2, True)]
    assert kept.due_lines() == ()


OTHER = "builds/abcdef0123/20260302T150000Z"


def born(number: int) -> Born:
    """A ticket that was opened for another episode."""
    made = Birth(
        episode=OTHER,
        opening=Opening(project=1, tracker=1, subject="빌드 실패"),
        why=Message("why"),
    )
    shown = ticket(number, created_on=NOON + HOUR, updated_on=NOON + HOUR)
    opened = Opened(outcome=OpeningOutcome.OPENED, number=number, ticket=shown)
    return Born(birth=made, opened=opened, written={FieldName.SUBJECT: "빌드 실패"})


def ticketed(store: Store) -> None:
    """An episode whose ticket is number 7, with a note that is kept up."""
    store.keep("redmine", Batch(stream="s", items=(item(7),)), "c1")
    store.keep_episodes("builds", LINE[1], [episode()])
    store.link(KEY, 7, seen=NOON)
    store.keep_note(7, KeptNote(name="live", text="x", journal=3), NOON)


def test_a_deleted_tickets_number_may_be_that_of_the_next_one(kept: Store) -> None:
    """SQLite gives the last number again."""
    ticketed(kept)
    kept.record_birth(born(7), "c1", NOON + HOUR)
    assert {key: link.ticket for key, link in kept.links().items()} == {KEY: None, OTHER: 7}
    assert [act.deed for act in kept.acts([KEY])] == [Deed.DELETED]
    assert LINE in kept.due_lines()
    assert kept.kept_notes([7]) == {}
    kept.begin(Cycle(id="c2", started_at=NOON + 2 * HOUR, configuration="x"))
    again = item(7, ticket=ticket(7, created_on=NOON + HOUR, updated_on=NOON + HOUR))
    kept.keep("redmine", Batch(stream="s", items=(again,)), "c2")
    assert kept.written([7])[7][FieldName.SUBJECT].value == "빌드 실패"
    assert kept.links()[OTHER].ticket == 7


def test_a_deleted_tickets_number_may_be_that_of_a_persons_ticket(kept: Store) -> None:
    ticketed(kept)
    kept.begin(Cycle(id="c2", started_at=NOON + HOUR, configuration="x"))
    another = item(7, ticket=ticket(7, created_on=NOON + HOUR, updated_on=NOON + HOUR))
    kept.keep("redmine", Batch(stream="s", items=(another,)), "c2")
    assert kept.links()[KEY].ticket is None
    assert [(act.deed, act.at) for act in kept.acts([KEY])] == [(Deed.DELETED, NOON + HOUR)]


@pytest.mark.parametrize("later", [timedelta(0), HOUR])
def test_a_ticket_that_was_deleted_unread_gives_its_number_to_that_of_another_episode(
    kept: Store, later: timedelta
) -> None:
    """Opened, deleted by somebody, and the next one opened, before anything was read."""
    kept.keep_episodes(*LINE, [episode()])
    kept.link(KEY, 7, seen=NOON)
    kept.intend(OTHER, NOON)
    kept.begin(Cycle(id="c2", started_at=NOON + 2 * HOUR, configuration="x"))
    made = NOON + later
    fields = {FieldName.KEY: OTHER}
    successor = item(7, ticket=ticket(7, created_on=made, updated_on=made, fields=fields))
    kept.keep("redmine", Batch(stream="s", items=(successor,)), "c2")
    assert kept.links()[KEY].ticket is None
    assert [act.deed for act in kept.acts([KEY])] == [Deed.DELETED]
    assert list(kept.carriers()) == [OTHER]


@pytest.mark.parametrize(("seen", "its"), [(NOON, OTHER), (NOON + 2 * HOUR, KEY)])
def test_a_found_ticket_of_another_episodes_number_is_its_own_only_where_it_was_made_later(
    kept: Store, seen: datetime, its: str
) -> None:
    """A deleted ticket's number was given again; or somebody wrote a key into a living one."""
    kept.keep_episodes(*LINE, [episode()])
    kept.link(KEY, 7, seen=seen)
    kept.record_birth(replace(born(7), found=True), "c1", NOON + 3 * HOUR)
    assert {key: link.ticket for key, link in kept.links().items() if link.ticket} == {its: 7}
    assert [act.deed for act in kept.acts([KEY])] == [Deed.DELETED] * (its == OTHER)
    assert bool(kept.written([7])) is (its == OTHER)


def test_what_is_one_episodes_ticket_is_never_anothers(kept: Store) -> None:
    ticketed(kept)
    kept.intend(OTHER, NOON)
    its = item(7, ticket=ticket(7, fields={FieldName.KEY: OTHER}))
    kept.keep("redmine", Batch(stream="s", items=(its,)), "c1")
    assert kept.carriers() == {}


def test_a_deletion_that_was_heard_of_keeps_its_time(kept: Store) -> None:
    ticketed(kept)
    kept.keep_acts(7, None, [Act(episode=KEY, deed=Deed.DELETED, at=NOON)])
    kept.record_birth(born(7), "c1", NOON + HOUR)
    assert [act.at for act in kept.acts([KEY])] == [NOON]
