"""Incidents as problems count them: every time an episode came, and what it is an incident of."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.items import Facts
from itsm_sync.model.signals import Episode

# What makes a component's name one in the world, beside its own fact.
_SCOPES = {"job": "controller", "node": "controller", "workflow": "repository"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One coming of an episode: the first, or one of its returns.

    `lines` are what it is an incident of: its causes, then its components.
    """

    at: datetime
    name: str
    episode: Episode
    lines: tuple[str, ...]

    @property
    def over_at(self) -> datetime | None:
        """When the episode was over; None: it is not."""
        if self.episode.live:
            return None
        ended = self.episode.ended or self.episode.last_at or self.at
        return max(ended, self.at)


def incidents(
    episodes: Iterable[Episode], components: Collection[str] = ()
) -> tuple[Incident, ...]:
    """Answer all incidents by their times; what stands under another episode is that one's."""
    found = [one for episode in episodes if not episode.under for one in _of(episode, components)]
    return tuple(sorted(found, key=lambda one: (one.at, one.name)))


def named(name: str) -> tuple[str, int]:
    """Answer the key of the episode, and which of its comings it was, by an incident's name."""
    key, _, number = name.rpartition("#")
    return key, int(number)


def _of(episode: Episode, components: Collection[str]) -> Iterator[Incident]:
    lines = tuple(_lines(episode, components))
    for number, at in enumerate((episode.began, *episode.reopenings)):
        yield Incident(at=at, name=f"{episode.key}#{number}", episode=episode, lines=lines)


def _lines(episode: Episode, components: Collection[str]) -> Iterator[str]:
    for fingerprint in episode.fingerprints:
        if fingerprint:
            yield f"cause:{fingerprint}"
    for name in components:
        if component := component_of(episode.facts, name):
            yield f"{name}:{component}"


def component_of(facts: Facts, name: str) -> str:
    """Answer the component that a fact names; "" where it names none. Branches are one job."""
    value, branch = str(facts.get(name, "")), str(facts.get("branch", ""))
    if not value:
        return ""
    if name == "job" and branch:
        value = value.removesuffix(f"/{branch}")
    scope = str(facts.get(_SCOPES.get(name, ""), ""))
    return f"{scope}:{value}" if scope else value
