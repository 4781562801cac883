"""Problems over any history of incidents, seen in any cycles."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.model.watching import Problems as Section
from itsm_sync.signals.problems.derive import Problems
from tests.incidents import as_of, day, incident
from tests.known import FakeKnown

SIGNAL = Problems(section=Section(), zone=UTC)
BEGAN = {"problems": day(-1)}
LAST = 60  # days; nothing of it is out of sight at the end

histories = st.lists(
    st.tuples(
        st.integers(0, LAST * 2).map(lambda half: half / 2),
        st.sampled_from(("abc/a", "abc/b")),
        st.sampled_from(("x", "y", "z", "")),
    ),
    max_size=14,
    unique_by=lambda one: one[:2],
).map(lambda told: tuple(incident(*one) for one in told))
cycles = st.sets(st.integers(1, LAST), max_size=12)
deeds = st.lists(st.tuples(st.integers(1, LAST), st.sampled_from(list(Deed))), max_size=6)


def lived(
    history: tuple[Episode, ...], looks: set[int], acts: list[tuple[int, Deed]] | None = None
) -> dict[str, Episode]:
    """What is kept after cycles on these days, and one after the last."""
    kept: dict[str, Episode] = {}
    for number in sorted({*looks, LAST + 1}):
        now = day(number)
        done = tuple(
            Act(episode=one.key, deed=deed, at=day(at + 0.25))
            for one in kept.values()
            for at, deed in acts or ()
            if at < number and day(at) > one.opened
        )
        known = FakeKnown(
            now=now,
            all_episodes=(*as_of(now, history), *kept.values()),
            deeds=done,
            baselines=BEGAN,
        )
        found = tuple(SIGNAL.derive(known))
        assert len({one.key for one in found}) == len(found)
        kept |= {one.key: one for one in found}
        open_lines = [one.line for one in kept.values() if one.standing is Standing.OPEN]
        assert len(open_lines) == len(set(open_lines))
    return kept


@given(histories, cycles)
def test_the_same_history_ends_alike_in_whichever_cycles_it_was_seen(
    history: tuple[Episode, ...], looks: set[int]
) -> None:
    assert lived(history, looks) == lived(history, set())


@given(histories, cycles, deeds)
def test_an_incident_is_of_one_problem_and_never_forgotten(
    history: tuple[Episode, ...], looks: set[int], acts: list[tuple[int, Deed]]
) -> None:
    kept = lived(history, looks, acts)
    members = [name for one in kept.values() for name in one.members]
    assert len(members) == len(set(members))
    assert all(one.count == len(one.members) >= Section().incidents for one in kept.values())


@given(histories, cycles, deeds)
def test_a_second_look_changes_nothing(
    history: tuple[Episode, ...], looks: set[int], acts: list[tuple[int, Deed]]
) -> None:
    kept = lived(history, looks, acts)
    done = tuple(
        Act(episode=one.key, deed=deed, at=day(at + 0.25))
        for one in kept.values()
        for at, deed in acts
        if day(at) > one.opened
    )
    known = FakeKnown(
        now=day(LAST + 1), all_episodes=(*history, *kept.values()), deeds=done, baselines=BEGAN
    )
    once = {one.key: one for one in SIGNAL.derive(known)}
    twice = FakeKnown(
        now=day(LAST + 1),
        all_episodes=(*history, *(kept | once).values()),
        deeds=done,
        baselines=BEGAN,
    )
    assert {one.key: one for one in SIGNAL.derive(twice)} == once
