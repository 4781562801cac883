"""What belongs together gets one ticket: inhibition, outages, storms. Pure.

All is judged by the troubles' own times, one opening after the other, with nothing known of those
that follow: so it does not matter which cycle saw what.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.watching import Watching
from itsm_sync.signals.gathering.inhibition import CONTROLLERS, NODES, falls_into
from itsm_sync.signals.gathering.judging import judged
from itsm_sync.signals.gathering.moments import in_order
from itsm_sync.signals.gathering.spans import BUILDS, OUTAGES, STORMS, due_at, first_opened
from itsm_sync.signals.gathering.spells import spells
from itsm_sync.signals.gathering.together import Together
from itsm_sync.signals.ports import Known

_SHORT = timedelta(days=1)  # so far back single failures are looked for
# Signals of which many at once are a storm: not what comes by the calendar, nor what is private.
STORMY = frozenset({BUILDS, NODES, CONTROLLERS, "disk", "memory", "queue", "slower"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Outages and storms as they stand; member -> the episode under which it has no ticket of its
    own; and those that wait for their ticket, since something may yet take them."""

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
    before = [e for e in given.values() if e.signal in (OUTAGES, STORMS)]
    # An error that nobody will mend stays quiet, however long ago that was.
    quiet = known.episodes(signal=OUTAGES, standing=Standing.REJECTED)
    before += [e for e in quiet if e.key not in given]
    taken = {member for whole in before for member in whole.members}
    short = _short(given, before, known, watching)
    by_key = {**short, **given}
    by_key |= {key: e for key in taken - by_key.keys() if (e := known.episode(key))}
    free = [e for e in given.values() if e.signal in STORMY and e.key not in taken]
    rows = [row for key, row in short.items() if key not in taken]
    free = _open_questions(free, rows, known, watching)
    machines = _inhibited([*free, *rows], given.values(), watching, known)

    together = Together.of(before, by_key, known, watching)
    outages = [e for e in before if e.signal == OUTAGES and e.key not in taken]
    for moment in in_order([*free, *outages], rows, machines):
        together.go_on(moment)
    wholes = _judged(together, by_key, known, watching)
    members = {member for whole in wholes for member in whole.members}
    under = {key: machine.key for key, machine in machines.items() if key not in members}
    by_key |= {whole.key: whole for whole in wholes}
    for whole in wholes:
        under |= {
            m: whole.key for m in whole.members if _is_under(m, whole, by_key, known, watching)
        }
    waiting = (
        e.key
        for e in (*free, *wholes)
        if e.signal != STORMS
        and e.key not in under
        and known.ticket_of(e.key) is None
        and known.now < due_at(e, known, watching)
    )
    return Gathered(episodes=wholes, under=under, waiting=frozenset(waiting))


def _open_questions(
    free: Iterable[Episode], rows: Iterable[Episode], known: Known, watching: Watching
) -> list[Episode]:
    """Answer the episodes of which one may still belong with one that has no ticket.

    What is settled costs nothing in each further cycle.
    """
    free = list(free)
    unsettled = [*(e for e in free if _is_unsettled(e, known)), *rows]
    if not unsettled:
        return []
    since = min(e.began for e in unsettled) - max(watching.outages.within, watching.storms.within)
    return [e for e in free if first_opened(e) >= since]


def _is_unsettled(episode: Episode, known: Known) -> bool:
    """Answer whether an episode may yet have a ticket: not what was over before we looked."""
    if known.ticket_of(episode.key) is not None:
        return False
    return episode.ended is None or episode.ended >= known.baseline(episode.signal)


def _short(
    given: Mapping[str, Episode], before: Iterable[Episode], known: Known, watching: Watching
) -> dict[str, Episode]:
    """Answer the failed builds that are no episodes: one failure each is enough for a whole."""
    if not watching.builds.enabled or not (watching.outages.enabled or watching.storms.enabled):
        return {}
    on = (whole.began for whole in before if whole.live)
    since = min([known.now - _SHORT, *on]) - watching.outages.within
    longer: dict[str, list[Episode]] = {}
    for episode in given.values():
        if episode.signal == BUILDS:
            longer.setdefault(episode.line, []).append(episode)
    return {
        key: row
        for key, row in spells(BUILDS, since, known).items()
        if not any(_holds(episode, row) for episode in longer.get(row.line, ()))
    }


def _holds(episode: Episode, row: Episode) -> bool:
    return episode.began <= row.began <= (episode.last_at or episode.began)


def _inhibited(
    free: Iterable[Episode], every: Iterable[Episode], watching: Watching, known: Known
) -> dict[str, Episode]:
    """Answer what fails because its machine is down: episode -> the machine's."""
    slack = {NODES: watching.nodes.slack, CONTROLLERS: watching.controllers.slack}
    machines = [e for e in every if e.signal in slack]
    machines.sort(key=lambda machine: (machine.began, machine.key))
    found: dict[str, Episode] = {}
    for episode in free:
        if known.ticket_of(episode.key) is not None:
            continue
        for machine in machines:
            if falls_into(episode, machine, slack[machine.signal], known) and (
                first_opened(machine) <= due_at(episode, known, watching)
            ):
                found[episode.key] = machine
                break
    return found


def _is_under(
    member: str,
    whole: Episode,
    by_key: Mapping[str, Episode],
    known: Known,
    watching: Watching,
) -> bool:
    """Answer whether a member has no ticket, and was not to have one before the whole began."""
    if known.ticket_of(member) is not None:
        return False
    episode = by_key.get(member)
    return episode is None or first_opened(whole) <= due_at(episode, known, watching)


def _judged(
    together: Together, by_key: Mapping[str, Episode], known: Known, watching: Watching
) -> tuple[Episode, ...]:
    """Answer outages and storms as they stand."""
    outages = {
        key: _stand(whole, by_key, known, keep_taken=watching.outages.when_taken == "note")
        for key, whole in together.outages.wholes.items()
    }
    storms = (
        _stand(whole, {**by_key, **outages}, known, keep_taken=watching.storms.when_taken == "note")
        for whole in together.storms.wholes.values()
        if whole.key in by_key or any(known.ticket_of(m) is None for m in whole.members)
    )
    return tuple(sorted((*outages.values(), *storms), key=lambda e: (e.signal, e.began, e.key)))


def _stand(
    whole: Episode, by_key: Mapping[str, Episode], known: Known, *, keep_taken: bool
) -> Episode:
    members = [by_key[key] for key in whole.members if key in by_key]
    return judged(whole, members, known.acts(whole.key), keep_taken=keep_taken)
