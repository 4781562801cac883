"""What belongs together gets one ticket: inhibition, outages, storms. Pure.

All is judged by the troubles' own times, so that it does not matter which cycle saw them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from itsm_sync.model.items import Audience
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.watching import Watching
from itsm_sync.signals.bursts import Bursting, first_opened
from itsm_sync.signals.inhibition import CONTROLLERS, NODES, falls_into
from itsm_sync.signals.judging import judged
from itsm_sync.signals.ports import Known
from itsm_sync.signals.wholes import OUTAGES, STORMS, Gatherer, Group

# Signals of which many at once are a storm: not what comes by the calendar, nor what is private.
STORMY = frozenset({"builds", NODES, CONTROLLERS, OUTAGES, "disk", "memory", "queue", "slower"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Outages and storms as they stand; member -> the episode under which it has no ticket of its
    own; and those that wait for their ticket, since a storm may yet take them."""

    episodes: tuple[Episode, ...] = ()
    under: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


def gather(episodes: Iterable[Episode], known: Known, watching: Watching) -> Gathered:
    """Answer what belongs together.

    Args:
        episodes: all that are not over or ended lately, outages and storms among them.
        known: answers items, tickets, acts, and members that ended long ago.
        watching: how much is how many.
    """
    given = {episode.key: episode for episode in episodes}
    wholes = [e for e in given.values() if e.signal in (OUTAGES, STORMS)]
    wholes += [e for e in known.episodes(signal=OUTAGES) if _quiet(e) and e.key not in given]
    taken = {member for whole in wholes for member in whole.members}
    free = [e for e in given.values() if e.signal in STORMY and e.signal != OUTAGES]
    free = sorted((e for e in free if e.key not in taken), key=lambda e: (e.began, e.key))
    under = _inhibited(free, given.values(), watching, known)
    free = [e for e in free if e.key not in under]
    by_key = given | {key: e for key in taken - given.keys() if (e := known.episode(key))}

    outages = _outages(wholes, free, by_key, known, watching)
    outages = [_judged(whole, by_key, known, watching) for whole in outages]
    by_key |= {whole.key: whole for whole in outages}
    taken |= {member for whole in outages for member in whole.members}
    free = [e for e in (*free, *outages) if e.key not in taken]
    storms = _storms(wholes, free, by_key, known, watching)
    storms = [_judged(whole, by_key, known, watching) for whole in storms]

    for whole in (*outages, *storms):
        under |= {m: whole.key for m in whole.members if known.ticket_of(m) is None}
    waiting = (e for e in free if e.key not in under and _may_be_of_a_storm(e, known, watching))
    return Gathered(
        episodes=(*outages, *storms), under=under, waiting=frozenset(e.key for e in waiting)
    )


def _quiet(outage: Episode) -> bool:
    return outage.standing is Standing.REJECTED


def _inhibited(
    free: Iterable[Episode], every: Iterable[Episode], watching: Watching, known: Known
) -> dict[str, str]:
    """Answer what fails because its machine is down: episode -> the machine's."""
    slack = {NODES: watching.nodes.slack, CONTROLLERS: watching.controllers.slack}
    machines = [e for e in every if e.signal in slack]
    machines.sort(key=lambda machine: (machine.began, machine.key))
    found: dict[str, str] = {}
    for episode in free:
        if known.ticket_of(episode.key) is not None:
            continue
        for machine in machines:
            if falls_into(episode, machine, slack[machine.signal], known):
                found[episode.key] = machine.key
                break
    return found


def _outages(
    wholes: Iterable[Episode],
    free: Iterable[Episode],
    by_key: Mapping[str, Episode],
    known: Known,
    watching: Watching,
) -> list[Episode]:
    section = watching.outages
    bursting = Bursting(many=section.jobs, within=section.within, lasting=True)
    gatherer = Gatherer(signal=OUTAGES, bursting=bursting, by_key=by_key, by_line=True)
    before = [whole for whole in wholes if whole.signal == OUTAGES]
    by_error: dict[tuple[str, Audience], list[Episode]] = {}
    for episode in free if section.enabled else ():
        if episode.signal == "builds" and (error := _error_of(episode, known)):
            by_error.setdefault((error, episode.audience), []).append(episode)
    groups = (
        Group(
            line=f"{audience}:{error}",
            audience=audience,
            episodes=episodes,
            facts={"error": error, "infrastructure": True},
        )
        for (error, audience), episodes in by_error.items()
    )
    return gatherer.wholes(before, groups)


def _error_of(episode: Episode, known: Known) -> str:
    """Answer the error of an episode's first failure, or else of its last."""
    for key in (episode.first, episode.last):
        item = known.item(key)
        if item is not None and (error := item.facts.get("error")):
            return str(error)
    return ""


def _storms(
    wholes: Iterable[Episode],
    free: Iterable[Episode],
    by_key: Mapping[str, Episode],
    known: Known,
    watching: Watching,
) -> list[Episode]:
    section = watching.storms
    bursting = Bursting(many=section.more_than + 1, within=section.within)
    gatherer = Gatherer(signal=STORMS, bursting=bursting, by_key=by_key, by_line=False)
    before = [whole for whole in wholes if whole.signal == STORMS]
    by_audience: dict[Audience, list[Episode]] = {}
    for episode in free if section.enabled else ():
        by_audience.setdefault(episode.audience, []).append(episode)
    groups = (
        Group(line=str(audience), audience=audience, episodes=episodes, facts={})
        for audience, episodes in by_audience.items()
    )
    old = {whole.key for whole in before}
    found = gatherer.wholes(before, groups)
    # Where each has its ticket already, another one with their list helps nobody.
    return [s for s in found if s.key in old or any(known.ticket_of(m) is None for m in s.members)]


def _judged(
    whole: Episode, by_key: Mapping[str, Episode], known: Known, watching: Watching
) -> Episode:
    section = watching.outages if whole.signal == OUTAGES else watching.storms
    members = [by_key[key] for key in whole.members if key in by_key]
    keep = section.when_taken == "note"
    return judged(whole, members, known.acts(whole.key), keep_taken=keep)


def _may_be_of_a_storm(episode: Episode, known: Known, watching: Watching) -> bool:
    """Answer whether a storm may yet take an episode that has no ticket."""
    if not watching.storms.enabled or known.ticket_of(episode.key) is not None:
        return False
    return known.now < first_opened(episode) + watching.storms.within
