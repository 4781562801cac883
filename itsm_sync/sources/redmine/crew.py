"""Readers that ask at the same time."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from types import TracebackType
from typing import Generic, Self, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Crew(Generic[_K, _V]):
    """Does tasks, so many at once, each in a thread.

    Leaving its block waits for what is under way.
    """

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=size)
        self._asked: dict[Future[_V], _K] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def send(self, name: _K, task: Callable[[], _V]) -> None:
        """Have a task done, by a name that nothing under way has."""
        # A thread has no context of its own: the cycle's id, for one, is in it.
        self._asked[self._pool.submit(copy_context().run, task)] = name

    @property
    def busy(self) -> frozenset[_K]:
        """The names of what is under way."""
        return frozenset(self._asked.values())

    def next(self) -> tuple[_K, _V]:
        """Wait for the first that is done; answer it, or raise what it raised."""
        done, _ = wait(self._asked, return_when=FIRST_COMPLETED)
        one = done.pop()
        return self._asked.pop(one), one.result()
