"""Random histories of a system and of the pulls that read it: data, so that they can be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hypothesis import strategies as st

from itsm_sync.model.cycles import Batch
from itsm_sync.model.ports import Source
from tests.shelf import Shelf

# What happens: a name and numbers. Which thing a number means depends on what is there.
Deed = tuple[Any, ...]
SKEWS = (0, -600, -300, 300, 600)  # seconds: ten minutes off both ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """One pull.

    `meanwhile` is done before the request of that number, from 1. `fails` is the request that gets
    no answer. `dies`: the program ends after so many batches; whether the last was stored.
    """

    meanwhile: tuple[tuple[int, Deed], ...] = ()
    fails: int = 0
    dies: tuple[int, bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happens, in order.

    `page` is how many rows an answer has at most, `skew` how many seconds the server's clock is off
    at first. `hasty`: all is to be right after two more pulls at once; otherwise once what is read
    on a clock of its own was due, as clocks that are put back and things that vanish need.
    """

    page: int
    skew: int
    hasty: bool
    steps: tuple[Deed | Pull, ...]


class Unanswered(Exception):
    """A request of the model that gets no answer."""


@dataclass(slots=True, kw_only=True)
class Wire:
    """Stands before a model: notes each request, and lets things happen before it."""

    do: Callable[[Deed], None]
    now: Pull = field(default_factory=Pull)
    requests: int = 0

    def begin(self, pull: Pull) -> None:
        self.now, self.requests = pull, 0

    def ask(self) -> None:
        """Take note of a request; raises Unanswered."""
        self.requests += 1
        for at, deed in self.now.meanwhile:
            if at == self.requests:
                self.do(deed)
        if self.requests == self.now.fails:
            raise Unanswered


class Scene(Protocol):
    """A system as a model has it, its source, and what is stored of it."""

    @property
    def shelf(self) -> Shelf:
        """What is stored."""

    @property
    def source(self) -> Source:
        """What reads it."""

    @property
    def wire(self) -> Wire:
        """What stands before it."""

    def do(self, deed: Deed) -> None:
        """Let something happen in the system."""

    def rest(self, *, hasty: bool) -> None:
        """Let time pass: a little, or until all that is read on a clock of its own is due."""

    def wrong(self) -> list[str]:
        """Compare what is stored with what is there; answer what differs."""


def live(scene: Scene, history: History) -> list[str]:
    """Let a history happen; answer what is missed or stale once the world has come to rest."""
    scene.do(("clock", history.skew))
    for step in history.steps:
        if isinstance(step, Pull):
            pull(scene, step)
        else:
            scene.do(step)
    for _ in range(2):
        scene.rest(hasty=history.hasty)
        pull(scene, Pull())
    return scene.wrong()


def pull(scene: Scene, how: Pull) -> None:
    """Pull once as a cycle does: batch by batch, each stored with its cursor."""
    scene.wire.begin(how)
    count = 0
    try:
        for batch in scene.source.pull(scene.shelf):
            count += 1
            if how.dies == (count, False):
                return
            _keep(scene.shelf, batch)
            if how.dies == (count, True):
                return
    except Exception as error:  # as a cycle does: a source that fails never stops the others
        if not how.fails and how.dies is None:
            raise AssertionError("a pull that nobody disturbed failed") from error


def _keep(shelf: Shelf, batch: Batch) -> None:
    shelf.keep((batch,))


def histories(
    steady: st.SearchStrategy[Deed], wild: st.SearchStrategy[Deed], pages: Sequence[int]
) -> st.SearchStrategy[History]:
    """Answer histories of some deeds with pulls between and during them.

    Args:
        steady: what can happen in hasty ones.
        wild: what can happen besides.
        pages: how many rows an answer may have.
    """
    return st.one_of(
        _histories(steady, pages, hasty=True),
        _histories(st.one_of(steady, wild), pages, hasty=False),
    )


def _histories(
    deeds: st.SearchStrategy[Deed], pages: Sequence[int], *, hasty: bool
) -> st.SearchStrategy[History]:
    # Most requests of a pull come early; a late one is as good as none.
    when = st.integers(1, 9)
    pulls = st.builds(
        Pull,
        meanwhile=st.lists(st.tuples(when, deeds), max_size=3).map(tuple),
        fails=st.one_of(st.just(0), st.just(0), when),
        dies=st.one_of(st.none(), st.none(), st.tuples(st.integers(1, 5), st.booleans())),
    )
    steps = st.lists(st.one_of(deeds, deeds, pulls), min_size=8, max_size=24).map(tuple)
    return st.builds(
        History,
        page=st.sampled_from(pages),
        skew=st.sampled_from(SKEWS),
        hasty=st.just(hasty),
        steps=steps,
    )
