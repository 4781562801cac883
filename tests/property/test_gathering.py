"""Whatever fails and in whichever order it is told: one place for each, and the same again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Episode, Observation, Standing
from itsm_sync.model.watching import Outages, Storms, Watching
from itsm_sync.signals.gathering.gather import Gathered, gather
from tests.builders import NOON
from tests.known import FakeKnown
from tests.signalled import HOUR, MINUTE, build, down, episode

WATCHING = Watching(
    outages=Outages(jobs=3, within=timedelta(minutes=30)),  # type: ignore[arg-type]
    storms=Storms(more_than=4, within=timedelta(minutes=5)),  # type: ignore[arg-type]
)
NOW = NOON + 24 * HOUR
BEFORE = {"builds": NOON}
MINUTES = st.integers(min_value=0, max_value=90)
World = tuple[list[Episode], list[Item], dict[str, int]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Failing jobs and nodes, some healed, some with tickets; errors, nodes, private ones."""
    episodes, items, tickets = [], [], {}
    for number in range(draw(st.integers(min_value=0, max_value=20))):
        at = NOON + draw(MINUTES) * MINUTE
        ended = draw(st.none() | st.integers(min_value=1, max_value=90))
        again = at + draw(st.sampled_from([0, 0, 2, 20])) * MINUTE
        changes: dict[str, Any] = {} if ended is None else {"ended": again + ended * MINUTE}
        changes |= {"opened": again, "last_at": again}
        changes["audience"] = draw(st.sampled_from(Audience))
        one = episode(f"job-{number}", at, **changes)
        facts = {
            "error": draw(st.sampled_from(["", "disk full", "no route"])),
            "node": draw(st.sampled_from(["", "agent-0", "agent-1"])),
            "infrastructure": draw(st.booleans()),
        }
        episodes.append(one)
        items.append(build(f"job-{number}", facts=facts))
        if draw(st.booleans()) and draw(st.booleans()):
            tickets[one.key] = number
    away = draw(st.lists(MINUTES, max_size=2))
    episodes += [down(f"agent-{n}", NOON + at * MINUTE) for n, at in enumerate(away)]
    return episodes, items, tickets


def gathered(world: World, *more: Episode) -> Gathered:
    episodes, items, tickets = world
    known = FakeKnown(now=NOW, all_items=tuple(items), tickets=tickets, baselines=BEFORE)
    return gather([*episodes, *more], known, WATCHING)


@given(worlds())
def test_each_has_one_place_and_none_with_a_ticket_loses_it(world: World) -> None:
    found = gathered(world)
    members = list(chain.from_iterable(whole.members for whole in found.episodes))
    assert len(members) == len(set(members))
    assert not found.under.keys() & world[2].keys()
    assert not found.under.keys() & found.waiting
    wholes = {whole.key for whole in found.episodes}
    assert set(found.under.values()) <= wholes | {e.key for e in world[0]}


@given(worlds())
def test_what_is_under_something_ends_at_something_with_a_ticket(world: World) -> None:
    under = gathered(world).under
    for key in under:
        seen = {key}
        while key in under:
            key = under[key]  # noqa: PLW2901
            assert key not in seen
            seen.add(key)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_told_changes_nothing(world: World, random: Any) -> None:
    episodes, items, tickets = world
    shuffled = random.sample(episodes, len(episodes))
    assert gathered((shuffled, items, tickets)) == gathered(world)


@given(worlds())
def test_what_was_gathered_is_gathered_the_same_again(world: World) -> None:
    first = gathered(world)
    again = gathered(world, *first.episodes)
    assert sorted(again.episodes, key=_key) == sorted(first.episodes, key=_key)
    assert again.under == first.under


@given(worlds())
def test_one_lives_while_one_of_its_members_does(world: World) -> None:
    found = gathered(world)
    by_key = {e.key: e for e in (*world[0], *found.episodes)}
    for whole in found.episodes:
        assert whole.live is any(by_key[key].live for key in whole.members)


@given(worlds(), st.lists(st.integers(min_value=0, max_value=200)))
def test_it_does_not_matter_which_cycle_saw_what(world: World, minutes: list[int]) -> None:
    """Neither for what is gathered, nor for what has a ticket."""
    often = lived(world, range(200))
    assert lived(world, sorted(minutes)) == often


def lived(world: World, minutes: Iterable[int]) -> tuple[object, ...]:
    """What stands at last, and what has a ticket, after cycles at these minutes."""
    episodes, items, _ = world
    spoken = [one for episode in episodes for one in said(episode)]
    tickets: dict[str, int] = {}
    wholes: tuple[Episode, ...] = ()
    for now in [*(NOON + minute * MINUTE for minute in minutes), NOW]:
        seen = [one for episode in episodes if (one := at(episode, now))]
        values = {"all_items": tuple(items), "tickets": dict(tickets), "baselines": BEFORE}
        values["said"] = tuple(one for one in spoken if one.at <= now)
        known = FakeKnown(now=now, **values)
        found = gather([*seen, *wholes], known, WATCHING)
        wholes = found.episodes
        quiet = {*found.under, *found.waiting}
        for one in (*seen, *wholes):
            if one.key not in quiet:
                tickets.setdefault(one.key, len(tickets) + 1)
    standing = {(one.key, frozenset(one.members), one.standing) for one in wholes}
    return standing, set(tickets)


def said(episode: Episode) -> Iterable[Observation]:
    """What the builds of an episode say: that it began, opened, and ended."""
    bad = {episode.began, episode.opened} if episode.signal == "builds" else set()
    for when in (*sorted(bad), *([episode.ended] if bad and episode.ended else [])):
        good = when == episode.ended and when not in bad
        yield Observation(
            signal="builds",
            line=episode.line,
            at=when,
            until=when,
            good=good,
            item=episode.healed if good else episode.first,
            facts=episode.facts,
            audience=episode.audience,
        )


def at(episode: Episode, now: datetime) -> Episode | None:
    """An episode as a cycle sees it; none before it opened."""
    if episode.opened > now:
        return None
    if episode.ended is None or episode.ended <= now:
        return episode
    return replace(episode, standing=Standing.OPEN, ended=None, healed="")


def _key(one: Episode) -> str:
    return one.key
