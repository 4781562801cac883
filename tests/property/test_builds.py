"""Whatever a job's builds were: what opens and what closes is told by builds of the same branch."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.items import Item
from itsm_sync.model.signals import Episode, Observation, Standing
from itsm_sync.model.watching import Builds as Section
from itsm_sync.signals.builds.lines import Builds
from itsm_sync.signals.life.lives import live
from tests.builders import NOON
from tests.builds import HOUR, build
from tests.known import FakeKnown
from tests.prose import whole

SIGNAL = Builds(section=Section(), zone=ZoneInfo("Asia/Seoul"))
RESULTS = ("SUCCESS", "FAILURE", "FAILURE", "UNSTABLE", "ABORTED", "NOT_BUILT", "running")
BRANCHES = ("main", "release/2.4", "feature/x", None)

one_build = st.tuples(
    st.sampled_from(BRANCHES), st.sampled_from(RESULTS), st.sampled_from(("", "x", "y"))
)
histories = st.lists(one_build, max_size=25)


def built(history: list[tuple[str | None, str, str]]) -> list[Item]:
    """The builds of one job, one an hour."""
    return [
        build(
            number,
            state,
            branch=branch,
            tracked=branch != "feature/x",
            error=error or None,
            at=NOON + number * HOUR,
        )
        for number, (branch, state, error) in enumerate(history, 1)
    ]


def lived(items: list[Item]) -> list[Episode]:
    lines: dict[str, list[Observation]] = defaultdict(list)
    for item in items:
        for said in SIGNAL.observe(item, NOON):
            lines[said.line].append(said)
    return [e for line, said in lines.items() for e in live("builds", line, said, (), SIGNAL.life)]


@given(histories)
def test_only_a_success_of_the_same_branch_closes(
    history: list[tuple[str | None, str, str]],
) -> None:
    items = {item.key: item for item in built(history)}
    for episode in lived(list(items.values())):
        branch = episode.facts.get("branch")
        if episode.standing is Standing.CLOSED:
            proof = items[episode.healed]
            assert proof.state == "SUCCESS"
            assert branch in (None, proof.facts.get("branch"))
        # and only failures of it open, two in a row
        assert items[episode.first].facts.get("branch") == branch
        assert episode.count >= 2


@given(histories)
def test_a_branch_that_does_not_count_changes_nothing(
    history: list[tuple[str | None, str, str]],
) -> None:
    items = built(history)
    counting = [item for item in items if item.facts["tracked"]]
    assert lived(items) == lived(counting)


@given(histories)
def test_what_is_no_evidence_changes_nothing(history: list[tuple[str | None, str, str]]) -> None:
    """Jenkins facts 5 and 7: aborted, unstable, discarded builds open and close nothing."""
    items = built(history)
    telling = [item for item in items if item.state in ("SUCCESS", "FAILURE")]
    assert lived(items) == lived(telling)


@given(histories)
def test_every_episode_can_be_told(history: list[tuple[str | None, str, str]]) -> None:
    items = built(history)
    known = FakeKnown(all_items=tuple(items))
    for episode in lived(items):
        for language in ("ko", "en"):
            assert whole(SIGNAL.tell(episode, known), language)
        assert SIGNAL.tell(episode, known) == SIGNAL.tell(episode, FakeKnown(all_items=(*items,)))
