"""A release ticket through time: one a line for ever, closed by proof or by a person. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.signals.keys import episode_key

SIGNAL = "releases"
_ANY = datetime(2000, 1, 1, tzinfo=UTC)
_INCIDENT = "incident:"  # what a member of an episode begins with that is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that a release is over: the key of an item, and the time."""

    at: datetime
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release or version as it is now.

    `proof`: it is over. `back_at`: it is not, whatever was proven before. `waits_for` are the keys
    of a version's open tickets, `incidents` those of open incidents.
    """

    line: str
    began: datetime
    facts: Facts = field(default_factory=dict)
    audience: Audience = Audience.PUBLIC
    proof: Proof | None = None
    back_at: datetime | None = None
    waits_for: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()


def shares(facts: Facts, release: Facts) -> bool:
    """Whether facts are of the release's service, or of its project where it has no service."""
    name = "service" if "service" in release else "project"
    return name in release and facts.get(name) == release[name]


def waited_for(episode: Episode) -> tuple[str, ...]:
    """Answer the keys of the tickets that a version waits for."""
    return tuple(name for name in episode.members if not name.startswith(_INCIDENT))


def incidents_of(episode: Episode) -> tuple[str, ...]:
    """Answer the keys of the open incidents that a release has to do with."""
    told = (name for name in episode.members if name.startswith(_INCIDENT))
    return tuple(name.removeprefix(_INCIDENT) for name in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The episodes there are: one a line, found by the key where only a ticket tells of it."""

    by_digest: Mapping[str, Episode]

    @classmethod
    def of(cls, episodes: Iterable[Episode]) -> "Kept":
        return cls(by_digest={_digest(episode.key): episode for episode in episodes})

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, as far as they are known."""
        return tuple(one.line for one in self.by_digest.values() if one.line)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.by_digest.values())

    def get(self, line: str) -> Episode | None:
        """Answer the episode of a line."""
        return self.by_digest.get(_digest(episode_key(SIGNAL, line, _ANY)))


def _digest(key: str) -> str:
    return key.split("/")[1]


def lived(
    release: Release, kept: Episode | None, acts: Iterable[Act], *, keep_taken: bool
) -> Episode:
    """Answer the episode of a release; it keeps key, beginning and proof of the one kept."""
    began = kept.began if kept else release.began
    start = Episode(
        key=kept.key if kept else episode_key(SIGNAL, release.line, began),
        signal=SIGNAL,
        line=release.line,
        standing=Standing.OPEN,
        began=began,
        opened=began,
        last_at=began,
        members=(*release.waits_for, *(f"{_INCIDENT}{key}" for key in release.incidents)),
        facts=release.facts,
        audience=_audience(release, kept),
    )
    course = _Course(start, keep_taken=keep_taken)
    for at, _, event in sorted(_events(release, kept, acts, began), key=lambda one: one[:2]):
        course.take(at, event)
    return course.episode


def _audience(release: Release, kept: Episode | None) -> Audience:
    private = Audience.PRIVATE in (release.audience, kept.audience if kept else None)
    return Audience.PRIVATE if private else Audience.PUBLIC


def _events(
    release: Release, kept: Episode | None, acts: Iterable[Act], began: datetime
) -> Iterator[tuple[datetime, int, Act | Proof | None]]:
    """Answer what happened, with its time and its place among what happened then; None: a return.

    An act comes last: who acts on a ticket has seen what was there.
    """
    returns = set(kept.reopenings if kept else ())
    ended = kept.ended if kept and kept.healed and kept.standing is Standing.CLOSED else None
    if release.back_at is not None and ended is not None:
        returns.add(max(release.back_at, ended))
    elif proof := _proven(release, kept):
        yield max(proof.at, began), 0, proof
    for at in returns:
        yield at, 1, None
    for act in acts:
        yield act.at, 2, act


def _proven(release: Release, kept: Episode | None) -> Proof | None:
    """Answer the proof; the first one that was seen stays."""
    if release.back_at is not None or release.waits_for:
        return None
    at = (kept.well_since or kept.ended) if kept and kept.healed else None
    if kept is not None and at is not None:
        return Proof(at=at, item=kept.healed)
    return release.proof


class _Course:
    """The episode as far as it was told."""

    def __init__(self, start: Episode, *, keep_taken: bool) -> None:
        self.episode, self._keep_taken = start, keep_taken

    def take(self, at: datetime, event: Act | Proof | None) -> None:
        match event:
            case Act():
                self._obey(at, event.deed)
            case Proof():
                self._prove(at, event)
            case None:
                returns = (*self.episode.reopenings, at)
                self._stand(Standing.OPEN, opened=at, reopenings=returns, count=len(returns) + 1)

    def _prove(self, at: datetime, proof: Proof) -> None:
        if self.episode.standing is not Standing.OPEN:
            return
        if self.episode.taken and self._keep_taken:
            self.episode = replace(self.episode, well_since=at, healed=proof.item)
        else:
            self._stand(Standing.CLOSED, ended=at, healed=proof.item)

    def _obey(self, at: datetime, deed: Deed) -> None:
        match deed:
            case Deed.TAKEN:
                self.episode = replace(self.episode, taken=True)
            case Deed.CLOSED:
                if self.episode.standing is Standing.OPEN:
                    self._stand(Standing.CLOSED, ended=at)
            case Deed.REJECTED:
                self._stand(Standing.REJECTED, ended=at)
            case Deed.DELETED:
                self._stand(Standing.DELETED, ended=at)
            case Deed.REOPENED:
                self._stand(Standing.OPEN)

    def _stand(self, standing: Standing, **changes: object) -> None:
        cleared: dict[str, object] = {"ended": None, "healed": "", "well_since": None}
        changed = {**cleared, **changes, "standing": standing}
        self.episode = replace(self.episode, **changed)  # type: ignore[arg-type]
