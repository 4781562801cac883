"""Where a part of the bench plays: how large everything is, how often, and in which directory."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path

_NUMBERS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much there is of everything."""

    tickets: int
    opened: int  # of them, where the whole road is travelled
    grown: tuple[int, ...]  # stored tickets, ascending
    jobs: int
    builds: int  # of each job
    repositories: int
    pulls: int  # pull requests of each repository
    changed: tuple[int, int, int]  # tickets, new builds, pull requests
    moved: int  # of the changed tickets those whose priority a person changes
    texts: int  # to be classified in a turn
    hooks: int  # tickets made, each with its webhook
    writes: int  # in a turn
    tied: int  # tickets that are changed within one second


FULL = Sizes(
    tickets=10_000, opened=1_500, grown=(10_000, 30_000, 100_000), jobs=200, builds=100,
    repositories=100, pulls=5, changed=(100, 20, 10), moved=10, texts=10_000, hooks=15, writes=40,
    tied=475,
)  # fmt: skip
FAST = Sizes(
    tickets=120, opened=12, grown=(120, 240), jobs=6, builds=4, repositories=4, pulls=2,
    changed=(6, 3, 2), moved=2, texts=20, hooks=2, writes=3,
    tied=110,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a part is given."""

    home: Path
    rounds: int
    sizes: Sizes

    def fresh(self, name: str) -> Path:
        """Answer a directory that is not there yet."""
        return self.home / f"{name}-{next(_NUMBERS)}"
