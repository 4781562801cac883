"""Histories of lines, made at random: what must hold of each, however it is cut into cycles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.signals import Act, Deed, Episode, Life, Observation, Past, Standing
from tests.lives import HOUR, History, said

STEPS = (0, 0.5, 1, 1, 1, 5, 30, 100)  # hours from one thing to the next
LIVES = st.builds(
    Life,
    open_after=st.integers(1, 3),
    open_for=st.sampled_from([timedelta(), HOUR, 3 * HOUR]),
    close_after=st.integers(1, 2),
    reopen_within=st.sampled_from([timedelta(), 24 * HOUR, 72 * HOUR]),
    keep_taken=st.booleans(),
)
LETTERS = st.sampled_from("xxxxyy?.....")
Step = tuple[float, str | Deed, str, float, int]
STEP = st.tuples(
    st.sampled_from(STEPS),
    LETTERS | LETTERS | st.sampled_from(list(Deed)),
    st.sampled_from("aabc"),
    st.sampled_from([0, 0, 2, 50]),  # how long a failure is seen to last
    st.integers(0, 3),  # which ticket a person acts on
)


def told(steps: Iterable[Step], life: Life, *, members: bool) -> History:
    """Answer the history that steps tell: people act on tickets that there are by then."""
    so_far, at = History(), 0.0
    for number, (later, what, member, lasts, which) in enumerate(steps):
        at += later
        if isinstance(what, Deed):
            so_far += acted(so_far, life, what, said(at, ".").at, which)
        else:
            one = said(at, what, member if members else "", until=at + lasts)
            so_far += History(observations=(replace(one, item=f"{one.item}-{number:02}"),))
    return so_far


def acted(so_far: History, life: Life, deed: Deed, at: datetime, which: int) -> History:
    """Answer what a person does to one of the tickets that there are."""
    episodes = seen(so_far, at).lived(life)
    if not episodes:
        return History()
    key = episodes[which % len(episodes)].key
    return History(acts=(Act(episode=key, deed=deed, at=at, by="강수아"),))


def seen(history: History, at: datetime) -> History:
    """Answer what of a history has happened by a time."""
    return History(
        observations=tuple(
            replace(one, until=min(one.until, at)) for one in history.observations if one.at <= at
        ),
        acts=tuple(act for act in history.acts if act.at <= at),
    )


@st.composite
def histories(draw: st.DrawFn, *, members: st.SearchStrategy[bool]) -> tuple[Life, History]:
    life = draw(LIVES)
    steps = draw(st.lists(STEP, max_size=25))
    return life, told(steps, life, members=draw(members))


HISTORIES = histories(members=st.booleans())
# An episode does not remember which member failed for which cause.
WITHOUT_MEMBERS = histories(members=st.just(False))


def times(history: History) -> list[datetime]:
    """Answer every time at which something may change, and an hour long after all."""
    ends = [one.until for one in history.observations]
    happened = {fact.at for fact in (*history.observations, *history.acts)} | set(ends)
    return sorted(happened | {max(happened) + HOUR}) if happened else []


def passed(history: History, life: Life) -> Iterator[tuple[datetime, tuple[Episode, ...]]]:
    """Answer how the episodes stood at each of these times."""
    for at in times(history):
        yield at, seen(history, at).lived(life)


@given(HISTORIES)
def test_no_two_tickets_of_a_line_are_open(given_: tuple[Life, History]) -> None:
    life, history = given_
    for _, episodes in passed(history, life):
        assert sum(episode.live for episode in episodes) <= 1
        assert len({episode.key for episode in episodes}) == len(episodes)


@given(HISTORIES)
def test_what_is_closed_on_proof_was_well_often_enough_after_its_last_failure(
    given_: tuple[Life, History],
) -> None:
    life, history = given_
    for episode in history.lived(life):
        if episode.standing is Standing.CLOSED and episode.healed:
            assert proven(episode, history.observations, life)


def proven(episode: Episode, observations: Sequence[Observation], life: Life) -> bool:
    """Whether successes in a row, later than all failures so far, led to an episode's end."""
    assert episode.ended is not None
    before = [one for one in observations if one.at <= episode.ended]
    failed = max(one.at for one in before if not one.good and one.at < episode.ended)
    since = max([failed, *episode.reopenings])
    goods = [one for one in before if one.good and one.at > since]
    return len(goods) >= life.close_after and episode.healed in [one.item for one in goods]


@given(HISTORIES)
def test_the_same_trouble_within_the_window_is_never_a_second_ticket(
    given_: tuple[Life, History],
) -> None:
    life, history = given_
    before: tuple[Episode, ...] = ()
    for at, episodes in passed(history, life):
        known = {episode.key for episode in before}
        causes = {c for e in episodes if e.key not in known for c in e.fingerprints}
        recent = [
            episode
            for episode in before
            if episode.standing is Standing.CLOSED
            and episode.ended is not None
            and at - episode.ended <= life.reopen_within
        ]
        assert not causes & {cause for episode in recent for cause in episode.fingerprints}
        before = episodes


@given(HISTORIES)
def test_a_ticket_that_is_gone_or_will_not_be_mended_is_not_opened_by_machines(
    given_: tuple[Life, History],
) -> None:
    life, history = given_
    before: dict[str, Episode] = {}
    for at, episodes in passed(history, life):
        for episode in episodes:
            was = before.get(episode.key)
            done = [a for a in history.acts if a.at == at and a.episode == episode.key]
            if was is not None and was.standing in (Standing.REJECTED, Standing.DELETED):
                assert done or episode.standing is was.standing
        before = {episode.key: episode for episode in episodes}


@given(HISTORIES, st.lists(st.integers(0, 60), max_size=8))
def test_a_history_ends_the_same_however_it_is_cut_into_cycles(
    given_: tuple[Life, History], cuts: list[int]
) -> None:
    life, history = given_
    moments = times(history)
    known: tuple[Episode, ...] = ()
    for at in sorted({moments[cut % len(moments)] for cut in cuts if moments}):
        known = seen(history, at).lived(life, known)
    assert history.lived(life, known) == history.lived(life)


@given(HISTORIES, st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_order_things_come_to_be_known(
    given_: tuple[Life, History], chance: object
) -> None:
    life, history = given_
    observations, acts = list(history.observations), list(history.acts)
    chance.shuffle(observations)  # type: ignore[attr-defined]
    chance.shuffle(acts)  # type: ignore[attr-defined]
    shuffled = History(observations=tuple(observations), acts=tuple(acts))
    assert shuffled.lived(life) == history.lived(life)


@given(WITHOUT_MEMBERS, st.integers(0, 30))
def test_what_is_kept_no_more_changes_nothing(given_: tuple[Life, History], gone: int) -> None:
    life, history = given_
    known = history.lived(life)
    since = [*times(history)[:-1], datetime.max.replace(tzinfo=UTC)][gone:][:1]
    later = tuple(one for one in history.observations if not since or one.at >= since[0])
    pruned = History(observations=later, acts=history.acts)
    left = {episode.key: episode for episode in pruned.lived(life, known)}
    assert [standing_of(left[episode.key]) for episode in known] == [
        standing_of(episode) for episode in known
    ]


@given(HISTORIES, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_a_line_lives_on_the_same_when_its_history_is_let_go(
    given_: tuple[Life, History], prunings: list[tuple[int, int]]
) -> None:
    """Whenever it is let go, and up to whenever: what is known at each time after is the same."""
    life, history = given_
    moments = times(history)
    pruned_at = {moments[when % len(moments)]: far for when, far in prunings if moments}
    known: tuple[Episode, ...] = ()
    past: Past | None = None
    for at in moments:
        whole = seen(history, at)
        known = whole.since(past).lived(life, known, past)
        assert known == whole.lived(life)
        if at in pruned_at:
            until = moments[pruned_at[at] % len(moments)]
            past = whole.since(past).rested(life, known, past, min(at, until)) or past
            again = whole.since(past).lived(life, known, past)
            assert again == known


def standing_of(episode: Episode) -> tuple[object, ...]:
    return (
        episode.key,
        episode.standing,
        episode.count,
        episode.ended,
        episode.healed,
        episode.taken,
        episode.reopenings,
    )


@given(HISTORIES, st.data())
def test_nothing_is_lost_when_things_come_to_be_known_late(
    given_: tuple[Life, History], data: st.DataObject
) -> None:
    life, history = given_
    facts: list[Observation | Act] = [*history.observations, *history.acts]
    arriving = data.draw(st.permutations(facts))
    now = History()
    known: tuple[Episode, ...] = ()
    for number, fact in enumerate(arriving):
        if isinstance(fact, Observation):
            now += History(observations=(fact,))
        elif known:  # whatever tickets there are
            chosen = known[number % len(known)].key
            now += History(acts=(replace(fact, episode=chosen),))
        before, known = known, now.lived(life, known)
        keys = {episode.key: episode for episode in known}
        assert len(keys) == len(known)
        assert sum(episode.live for episode in known) <= 1
        for episode in before:
            assert keys[episode.key].count >= episode.count
        for episode in known:
            if episode.standing is Standing.CLOSED and episode.healed:
                assert proven(episode, now.observations, life)
    assert now.lived(life, known) == known
