"""The program with nothing stored yet, as often as a heat wants it."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from sandbox.bench.program import Program, Settle
from sandbox.bench.stage import Stage


@dataclass(kw_only=True)
class Fresh:
    """Opened anew before each of its turns, so that its start is in none of them."""

    stage: Stage
    addresses: Mapping[str, str]
    key: str
    only: tuple[str, ...] = ()
    change: Settle | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _read: Callable[[], object] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def anew(self) -> None:
        """Open one with nothing stored."""
        self._stack.close()
        home = self.stage.fresh("state")
        program = Program.over(home, self.addresses, self.key, self.change)
        self._read = self._stack.enter_context(program.pulling(*self.only))

    def read(self) -> None:
        """Read all there is."""
        assert self._read is not None
        self._read()
