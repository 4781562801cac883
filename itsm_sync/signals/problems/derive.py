"""Problems: what keeps coming back, over its causes or over one component."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from itsm_sync.model.cycles import Health
from itsm_sync.model.signals import Act, Episode, Standing, Telling
from itsm_sync.model.watching import Problems as Section
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.ports import Known
from itsm_sync.signals.problems.incidents import Incident, incidents, named
from itsm_sync.signals.problems.recurrence import recurrences
from itsm_sync.signals.problems.recurring import SIGNAL
from itsm_sync.signals.problems.telling import tell
from itsm_sync.signals.words.shaping import silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Incidents of one cause or one component, often enough within a time, are a problem."""

    section: Section
    zone: tzinfo

    @property
    def name(self) -> str:
        return SIGNAL

    @property
    def follows_items(self) -> bool:
        return False

    def derive(self, known: Known) -> Iterable[Episode]:
        """Answer the problems that are open, or ended within what is looked back to."""
        section = self.section
        floor = known.now - section.within - section.quiet_for - section.reopen_within
        own = known.episodes(signal=SIGNAL)
        acts = {episode.key: known.acts(episode.key) for episode in own}
        kept = [one for one in own if not _is_settled(one, acts[one.key], floor)]
        found = incidents(_episodes(known, section, kept, floor), section.components)
        kept = [_placed(one, found) for one in kept]
        cases = recurrences(
            kept,
            found,
            acts,
            section,
            settled=[one for one in own if _is_settled(one, acts[one.key], floor)],
            now=known.now,
            may_rest=_Heard(incidents={one.name: one for one in found}, known=known),
        )
        first = known.baseline(SIGNAL)
        return tuple(
            episode
            for case in cases
            if case.before is not None or case.ended is None or case.ended >= first
            for episode in (case.episode(),)
        )

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the problem's ticket says now."""
        if not episode.line:
            return silent(self.section)
        return tell(episode, known, self.section, self.zone)


def _is_settled(episode: Episode, acts: Sequence[Act], floor: datetime) -> bool:
    """Whether a problem ended before all that is looked at, and nobody touched it since."""
    if episode.standing in (Standing.OPEN, Standing.REJECTED) or episode.ended is None:
        return False
    return episode.ended < floor and all(act.at <= episode.ended for act in acts)


def _placed(problem: Episode, found: Iterable[Incident]) -> Episode:
    """Answer a problem that only its ticket tells of with its line, where an incident is of it."""
    if problem.line:
        return problem
    lines = (line for incident in found for line in incident.lines)
    mine = (line for line in lines if episode_key(SIGNAL, line, problem.began) == problem.key)
    return replace(problem, line=next(mine, ""))


def _episodes(
    known: Known, section: Section, kept: Iterable[Episode], floor: datetime
) -> tuple[Episode, ...]:
    """Answer the episodes that are incidents: recent ones, and those of the kept problems."""
    found = {one.key: one for one in known.episodes(since=floor) if one.signal in section.of}
    members = {named(name)[0] for problem in kept for name in problem.members}
    for key in sorted(members - found.keys()):
        if (episode := known.episode(key)) is not None:
            found[key] = episode
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard(Container[str]):
    """The names of incidents that are heard; each is looked at where a problem is made of it."""

    incidents: Mapping[str, Incident]
    known: Known

    def __contains__(self, name: object) -> bool:
        incident = self.incidents.get(str(name))
        return incident is not None and _is_heard(incident, self.known)


def _is_heard(incident: Incident, known: Known) -> bool:
    """Whether the source that told of an incident would have told of another: it was read now.

    Quiet is no evidence where nobody could be heard.
    """
    item = known.item(incident.episode.last) or known.item(incident.episode.first)
    if item is not None and item.source in known.sources:
        report = known.sources[item.source]
        return report.asked and report.health is Health.OK
    return all(report.health is Health.OK for report in known.sources.values())
