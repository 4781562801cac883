"""When incidents make a problem: by their own times alone. Pure."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from itsm_sync.model.items import Facts
from itsm_sync.model.signals import Act, Episode
from itsm_sync.model.watching import Problems
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.problems.incidents import Incident
from itsm_sync.signals.problems.recurring import SIGNAL, Case, common


def recurrences(
    kept: Iterable[Episode],
    found: Iterable[Incident],
    acts: Mapping[str, Sequence[Act]],
    section: Problems,
    *,
    settled: Iterable[Episode] = (),
    now: datetime,
    may_rest: Container[str],
) -> tuple[Case, ...]:
    """Answer the problems that incidents make.

    An incident belongs to one problem alone: the first of its lines that has one, or else the first
    that comes to have enough.

    Args:
        kept: problems as they were kept; they keep their keys and their incidents.
        settled: those that ended too long ago to come back.
        found: incidents by their times, those of the kept problems too.
        acts: what people did, by the problem's key.
        section: how many, within which time.
        now: up to when is known.
        may_rest: names of incidents of which it is known now that nothing more came.
    """
    fold = _Fold(section, acts)
    for episode in settled:
        fold.keep(episode).settle(episode)
    for episode in kept:
        fold.keep(episode)
    for incident in found:
        fold.take(incident)
    return fold.end(now, may_rest)


class _Fold:
    """All lines with their problems, and the incidents that are of none."""

    def __init__(self, section: Problems, acts: Mapping[str, Sequence[Act]]) -> None:
        self._section, self._acts = section, acts
        self._cases: dict[str, Case] = {}  # by line, the newest
        self._all: list[Case] = []
        self._owner: dict[str, Case] = {}  # by the incident's name
        self._waiting: dict[str, list[Incident]] = {}

    def keep(self, episode: Episode) -> Case:
        case = self._case(episode.line, episode.key, episode.began, episode.facts)
        case.before, case.previous = episode, episode.previous
        case.opened = episode.began if episode.reopenings else episode.opened
        for name in episode.members:
            self._owner.setdefault(name, case)
        return case

    def _case(self, line: str, key: str, began: datetime, facts: Facts) -> Case:
        case = Case(
            section=self._section,
            line=line,
            key=key,
            began=began,
            opened=began,
            facts=facts,
            acts=self._acts.get(key, ()),
        )
        newest = self._cases.get(line)
        if newest is None or newest.began < began:
            self._cases[line] = case
        self._all.append(case)
        return case

    def take(self, incident: Incident) -> None:
        owner = self._owner.get(incident.name)
        if owner is not None:
            if not owner.takes(incident):
                owner.incidents.append(incident)
            return
        for line in incident.lines:
            case = self._cases.get(line)
            if case is not None and case.takes(incident):
                return
        for line in incident.lines:
            self._wait(line, incident)
        for line in incident.lines:
            waiting = self._waiting[line]
            if len(waiting) >= self._section.incidents:
                self._open(line, tuple(waiting))
                return

    def _wait(self, line: str, incident: Incident) -> None:
        floor = incident.at - self._section.within
        kept = [one for one in self._waiting.get(line, ()) if one.at >= floor]
        self._waiting[line] = [*kept, incident]

    def _open(self, line: str, made_of: tuple[Incident, ...]) -> None:
        before = self._cases.get(line)
        began = made_of[0].at
        case = self._case(line, episode_key(SIGNAL, line, began), began, common(made_of))
        self._cases[line] = case
        case.opened, case.previous = made_of[-1].at, before.key if before else ""
        case.incidents.extend(made_of)
        gone = {incident.name for incident in made_of}
        for other, waiting in self._waiting.items():
            self._waiting[other] = [one for one in waiting if one.name not in gone]

    def end(self, now: datetime, may_rest: Container[str]) -> tuple[Case, ...]:
        cases = [case for case in self._all if case.incidents]
        for case in cases:
            case.hear(now)
            if all(incident.name in may_rest for incident in case.incidents):
                case.rest(now)
        return tuple(cases)
