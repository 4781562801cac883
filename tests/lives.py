"""Histories of a line, written as one letter for each thing that happens, an hour apart.

`x` and `y` are failures of two causes, `?` one of an unknown cause, `.` a success; `C`, `R`, `O`,
`T` and `D` are a person's closing, rejecting, reopening, taking and deleting of the ticket that is
the newest just then; `~` is a week in which nothing happens.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.model.signals import Act, Deed, Episode, Life, Observation, Past, Standing
from itsm_sync.signals.life.lives import live, rested
from tests.builders import NOON

HOUR = timedelta(hours=1)
SIGNAL, LINE = "builds", "jenkins:ci:abc/deploy/main"
DEEDS = {deed.name[0]: deed for deed in Deed} | {"R": Deed.REJECTED, "O": Deed.REOPENED}
CAUSES = {"x": "X", "y": "Y", "?": ""}


def hour(number: float) -> datetime:
    return NOON + number * HOUR


def said(at: float, letter: str, member: str = "", *, until: float | None = None) -> Observation:
    """What a build says: a success, or a failure of a cause."""
    return Observation(
        signal=SIGNAL,
        line=LINE,
        at=hour(at),
        until=hour(at if until is None else until),
        good=letter == ".",
        item=f"jenkins:ci:abc/deploy/main#{at:g}",
        member=member,
        fingerprint=CAUSES.get(letter, ""),
    )


@dataclass(frozen=True, kw_only=True)
class History:
    """What happened to a line."""

    observations: tuple[Observation, ...] = ()
    acts: tuple[Act, ...] = ()

    def __add__(self, other: "History") -> "History":
        return History(
            observations=self.observations + other.observations, acts=self.acts + other.acts
        )

    def lived(
        self, life: Life, known: Iterable[Episode] = (), past: Past | None = None
    ) -> tuple[Episode, ...]:
        return live(SIGNAL, LINE, self.observations, self.acts, life, known=known, past=past)

    def rested(
        self, life: Life, known: Iterable[Episode], past: Past | None, until: datetime
    ) -> Past | None:
        return rested(
            SIGNAL, LINE, self.observations, self.acts, life, known=known, past=past, until=until
        )

    def since(self, past: Past | None) -> "History":
        """Answer what is left where what was said before was let go."""
        left = (one for one in self.observations if past is None or one.at > past.since)
        return History(observations=tuple(left), acts=self.acts)


def moments(letters: str) -> Iterator[tuple[float, str]]:
    """Answer what happens, each with its hour."""
    at = 0
    for letter in letters:
        at += 7 * 24 if letter == "~" else 1
        if letter != "~":
            yield at, letter


def history(letters: str, life: Life) -> History:
    """Answer the history that letters tell."""
    so_far = History()
    for at, letter in moments(letters):
        if letter not in DEEDS:
            so_far += History(observations=(said(at, letter),))
        elif episodes := so_far.lived(life):
            act = Act(episode=episodes[-1].key, deed=DEEDS[letter], at=hour(at), by="김서준")
            so_far += History(acts=(act,))
    return so_far


def standing(episode: Episode) -> str:
    """Answer in a word how an episode stands."""
    if episode.live:
        return "well" if episode.well_since else "taken" if episode.taken else "open"
    if episode.standing is Standing.CLOSED:
        return "left" if episode.left else "done" if episode.healed else "shut"
    if episode.standing is Standing.REJECTED:
        return "wont"
    return "over" if episode.ended else "gone"


def standings(episodes: Iterable[Episode]) -> str:
    """Answer how a line's episodes stand."""
    return "+".join(map(standing, episodes)) or "-"
