"""Release tickets over any history of people's acts and proofs, seen in any cycles."""

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.releases.releasing import SIGNAL, Proof, Release, lived
from tests.incidents import day

LINE = "github:abc/portal/release/1"
KEY = episode_key(SIGNAL, LINE, day(0))
LAST = 30

acts = st.lists(
    st.tuples(st.integers(1, LAST), st.sampled_from(list(Deed))),
    max_size=6,
    unique_by=lambda a: a[0],
).map(lambda told: tuple(Act(episode=KEY, deed=deed, at=day(at)) for at, deed in sorted(told)))
proofs = st.none() | st.integers(0, LAST).map(lambda at: Proof(at=day(at + 0.5), item="x"))
cycles = st.sets(st.integers(0, LAST), max_size=8)


def seen(done: tuple[Act, ...], proof: Proof | None, looks: set[int], taken: bool) -> Episode:
    """What is kept after cycles on these days, and one after the last."""
    kept: Episode | None = None
    for number in sorted({*looks, LAST + 1}):
        now = day(number)
        known = proof if proof is not None and proof.at <= now else None
        release = Release(line=LINE, began=day(0), proof=known)
        heard = [act for act in done if act.at <= now] if kept is not None or number > LAST else []
        kept = lived(release, kept, heard, keep_taken=taken)
    assert kept is not None
    return kept


@given(acts, proofs, cycles, st.booleans())
def test_a_release_ends_alike_in_whichever_cycles_it_was_seen(
    done: tuple[Act, ...], proof: Proof | None, looks: set[int], taken: bool
) -> None:
    assert seen(done, proof, looks, taken) == seen(done, proof, set(), taken)


@given(acts, proofs, cycles, st.booleans())
def test_nothing_but_a_proof_or_a_person_closes_a_release(
    done: tuple[Act, ...], proof: Proof | None, looks: set[int], taken: bool
) -> None:
    found = seen(done, proof, looks, taken)
    if found.standing is Standing.CLOSED:
        by_people = [act.at for act in done if act.deed is Deed.CLOSED]
        assert found.ended in [*by_people, *([proof.at] if proof else [])]
        assert bool(found.healed) is (found.ended not in by_people)


@given(acts, proofs, cycles, st.booleans())
def test_the_last_word_of_a_person_stands_where_no_proof_came_after_it(
    done: tuple[Act, ...], proof: Proof | None, looks: set[int], taken: bool
) -> None:
    found = seen(done, proof, looks, taken)
    words = [act for act in done if act.deed is not Deed.TAKEN]
    if words and (proof is None or proof.at < words[-1].at):
        standing = {
            Deed.REOPENED: {Standing.OPEN},
            Deed.REJECTED: {Standing.REJECTED},
            Deed.DELETED: {Standing.DELETED},
            Deed.CLOSED: {Standing.CLOSED, Standing.REJECTED, Standing.DELETED},
        }
        assert found.standing in standing[words[-1].deed]
