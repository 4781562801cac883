"""One problem through time: what its incidents, people, and the quiet make of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.model.watching import Problems
from itsm_sync.signals.problems.incidents import Incident

SIGNAL = "problems"


def common(incidents: Iterable[Incident]) -> Facts:
    """Answer the facts that all of the incidents have alike."""
    first, *others = [incident.episode.facts for incident in incidents]
    return {n: v for n, v in first.items() if all(facts.get(n) == v for facts in others)}


@dataclass(slots=True, kw_only=True)
class Case:
    """A problem as it stands at some time of the fold."""

    section: Problems
    line: str
    key: str
    began: datetime
    opened: datetime
    acts: Sequence[Act] = ()  # by time
    before: Episode | None = None  # as it was kept
    previous: str = ""
    facts: Facts = field(default_factory=dict)
    standing: Standing = Standing.OPEN
    ended: datetime | None = None
    taken: bool = False
    well_since: datetime | None = None
    reopenings: list[datetime] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    reopened_at: datetime | None = None  # by a person
    _heard: int = 0

    def settle(self, before: Episode) -> None:
        """Let it stand as it was kept: over for so long that nothing of it is asked any more."""
        self.standing, self.ended, self.acts = before.standing, before.ended, ()

    def hear(self, until: datetime) -> None:
        """Take in what people did up to a time, and the quiet before each deed."""
        while self._heard < len(self.acts) and self.acts[self._heard].at <= until:
            act = self.acts[self._heard]
            self._heard += 1
            self.rest(act.at)
            self._obey(act)

    def _obey(self, act: Act) -> None:
        match act.deed:
            case Deed.TAKEN:
                self.taken = True
            case Deed.CLOSED:
                if self.standing is Standing.OPEN:
                    self.standing, self.ended, self.well_since = Standing.CLOSED, act.at, None
            case Deed.REJECTED:
                self.standing, self.ended, self.well_since = Standing.REJECTED, act.at, None
            case Deed.DELETED:
                self.standing, self.ended, self.well_since = Standing.DELETED, None, None
            case Deed.REOPENED:
                self.standing, self.ended, self.well_since = Standing.OPEN, None, None
                self.reopened_at = act.at

    def rest(self, until: datetime) -> None:
        """Take in that it was quiet, where it was so for long enough up to a time."""
        since = self._quiet_since()
        if since is None or since + self.section.quiet_for > until:
            return
        end = since + self.section.quiet_for
        if self.standing is Standing.OPEN and self.taken and self.section.when_taken == "note":
            self.well_since = end
        elif self.standing is Standing.OPEN:
            self.standing, self.ended = Standing.CLOSED, end
        elif self.standing is Standing.DELETED and self.ended is None:
            self.ended = end

    def _quiet_since(self) -> datetime | None:
        """Answer when the last of its incidents was over; None while one is not."""
        ends = [incident.over_at for incident in self.incidents]
        told = [end for end in ends if end is not None]
        if len(told) < len(ends):
            return None
        return max([*told, *filter(None, (self.reopened_at,)), self.opened])

    def takes(self, incident: Incident) -> bool:
        """Answer whether it takes in an incident, and take it in."""
        self.hear(incident.at)
        self.rest(incident.at)
        if incident.at < self.began:
            return False
        if self.standing is Standing.DELETED and self.ended is not None:
            return False
        if self.standing is Standing.CLOSED and self.ended is not None:
            if incident.at - self.ended > self.section.reopen_within:
                return False
            self._return(incident.at)
        self.well_since = None
        self.incidents.append(incident)
        return True

    def _return(self, at: datetime) -> None:
        if self.ended is not None and at > self.ended:
            self.standing, self.ended, self.opened = Standing.OPEN, None, at
            self.reopenings.append(at)

    def episode(self) -> Episode:
        """Answer it as an episode; its members are its incidents' names."""
        names = dict.fromkeys(self.before.members if self.before else ())
        names |= dict.fromkeys(one.name for one in self.incidents)
        last = max(self.incidents, key=lambda one: one.at)
        private = any(one.episode.audience is Audience.PRIVATE for one in self.incidents)
        private |= self.before is not None and self.before.audience is Audience.PRIVATE
        cause = self.line.removeprefix("cause:")
        return Episode(
            key=self.key,
            signal=SIGNAL,
            line=self.line,
            standing=self.standing,
            began=self.began,
            opened=self.opened,
            ended=self.ended,
            count=max(len(names), self.before.count if self.before else 0),
            first=self.incidents[0].episode.first,
            last=last.episode.last,
            last_at=last.at,
            fingerprints=(cause,) if cause != self.line else (),
            members=tuple(names),
            reopenings=tuple(self.reopenings),
            taken=self.taken,
            well_since=self.well_since,
            previous=self.previous,
            facts=self.facts or common(self.incidents[: self.section.incidents]),
            audience=Audience.PRIVATE if private else Audience.PUBLIC,
        )
