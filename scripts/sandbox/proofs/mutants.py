"""The sources made wrong on purpose: proof that the histories would find it."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

from sandbox.proofs.histories import Deed, History, Pull

SOURCES = "itsm_sync.sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of a module of the sources: `old`, which it has once, becomes `new`.

    `shown_by` is a history that shows it, where chance takes hundreds to find one.
    """

    name: str
    system: str
    module: str
    old: str
    new: str
    shown_by: History | None = None


def _after(*steps: Deed | Pull, hasty: bool = False) -> History:
    return History(page=2, skew=0, hasty=hasty, steps=steps)


MUTANTS = (
    Mutant(
        name="no overlap",
        system="redmine",
        module="redmine.reading",
        old="since - self._overlap",
        new="since",
    ),
    Mutant(
        name="no second look at the count",
        system="redmine",
        module="redmine.reading",
        old="self.place = replace(self.place, verify=True)",
        new="self._reached(page.newest)",
    ),
    Mutant(
        name="the next page begins after the last row's second",
        system="redmine",
        module="redmine.reading",
        old="            key = newest\n",
        new="            key = newest + SECOND\n",
    ),
    Mutant(
        name="a crowd within a second is not read",
        system="redmine",
        module="redmine.reading",
        old="yield from self._crowd(key)",
        new="pass",
    ),
    Mutant(
        name="the first read by id has its cursor after it",
        system="redmine",
        module="redmine.reading",
        old="self.place = replace(self.place, covered=done, cold=())",
        new="self.place = replace(self.place, covered=done, cold=(), since=self._newest())",
        shown_by=_after(
            ("clock", -600),
            ("make", 7, 2, 0),
            Pull(
                meanwhile=(
                    (6, ("edit", 0, 1, 0)),
                    (6, ("wait", 660_000)),
                    (7, ("edit", 6, 1, 0)),
                )
            ),
            hasty=True,
        ),
    ),
    Mutant(
        name="never a wide look",
        system="redmine",
        module="redmine.reading",
        old="if wide is not None:",
        new="if False:",
        shown_by=_after(("make", 3, 2, 0), Pull(), ("clock", -600), ("edit", 1, 1, 0)),
    ),
    Mutant(
        name="what is settled is settled at once",
        system="redmine",
        module="redmine.reading",
        old="settled = self._now - (self.place.since or ANCIENT) > SETTLED",
        new="settled = True",
    ),
    Mutant(
        name="moved tickets are not let go of",
        system="redmine",
        module="redmine.sweep",
        old="if tree.is_anothers(where)",
        new="if False",
        shown_by=_after(("make", 3, 2, 0), Pull(), ("move", 1, 20)),
    ),
    Mutant(
        name="closed tickets that were deleted stay",
        system="redmine",
        module="redmine.sweep",
        old='state=None if every else "open"',
        new='state="open"',
        shown_by=_after(("make", 3, 2, 0), ("close", 1), Pull(), ("delete", 1)),
    ),
    Mutant(
        name="no overlap",
        system="github",
        module="github.conversing",
        old="max(newest - OVERLAP, self._reading.start)",
        new="max(newest, self._reading.start)",
    ),
    Mutant(
        name="the same time is the same row",
        system="github",
        module="github.reading",
        old="return changed < read_at - OVERLAP",
        new="return True",
    ),
    Mutant(
        name="pages by number while rows move",
        system="github",
        module="github.conversing",
        old='since, etag = edge, ""\n                continue',
        new="return",
    ),
    Mutant(
        name="never a wide look",
        system="github",
        module="github.conversing",
        old="if wide is None:",
        new="if True:",
    ),
    Mutant(
        name="what runs and sank below the first page is not read again",
        system="github",
        module="github.feeds",
        old='list(cursor.get("sunk", ()))',
        new="[]",
        shown_by=_after(
            ("deploy", 1),
            Pull(),
            ("wait", 3_700_000),
            ("deploy", 105),
            Pull(),
            ("wait", 3_700_000),
            Pull(),
            ("deployed", 0, "success"),
        ),
    ),
    Mutant(
        name="the first page is not looked at once more",
        system="github",
        module="github.feeds",
        old="if walk.deep else None",
        new="if False else None",
        shown_by=_after(
            ("run", 110),
            ("wait", 90_000_000),
            ("run", 95),
            Pull(meanwhile=((9, ("unrun", 204)),)),
            hasty=True,
        ),
    ),
    Mutant(
        name="the count of before is trusted",
        system="github",
        module="github.conversing",
        old="unaccounted=len(listed - ours)",
        new="unaccounted=open_count - len(known) + len(gone)",
        shown_by=_after(
            ("issue", 4, 0), Pull(meanwhile=((2, ("issue", 1, 0)),)), ("delete", 0, 404)
        ),
    ),
    Mutant(
        name="what runs is stepped over",
        system="jenkins",
        module="jenkins.history",
        old="self._running[number] = now",
        new="pass",
    ),
    Mutant(
        name="a job made anew is the old one",
        system="jenkins",
        module="jenkins.history",
        old="(number := _number(build)) in times and",
        new="(number := _number(build)) in () and",
        shown_by=_after(("build", "nightly", 3, "SUCCESS"), Pull(), ("anew", "nightly", 1)),
    ),
    Mutant(
        name="pages do not overlap and a page of strangers is believed",
        system="jenkins",
        module="jenkins.history",
        old="start = max(start + 1, end - OVERLAP)",
        new="start = end + 1",
    ),
    Mutant(
        name="only one page is read",
        system="jenkins",
        module="jenkins.history",
        old="return self._before is not None and min(self._seen, default=0) <= self._floor",
        new="return True",
    ),
    Mutant(
        name="a vanished job keeps its builds",
        system="jenkins",
        module="jenkins.source",
        old="gone += tuple(key for job in batch.gone for key in builds.of(job))",
        new="pass",
    ),
)


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """Let the module be another one meanwhile, for all who have its functions already."""
    module = import_module(f"{SOURCES}.{mutant.module}")
    text = inspect.getsource(module)
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.module} does not have once: {mutant.old}")
    other = ModuleType(module.__name__)
    # A dataclass looks its module up while it is made.
    sys.modules[module.__name__] = other
    try:
        exec(compile(text.replace(mutant.old, mutant.new), "mutant", "exec"), other.__dict__)  # nosec B102
    finally:
        sys.modules[module.__name__] = module
    there, changed = _functions(module), _functions(other)
    before = {name: there[name].__code__ for name in there.keys() & changed.keys()}
    try:
        _put(there, {name: changed[name].__code__ for name in before})
        yield
    finally:
        _put(there, before)


def _put(functions: Mapping[str, FunctionType], codes: Mapping[str, CodeType]) -> None:
    for name, code in codes.items():
        functions[name].__code__ = code


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """Answer the functions and methods that a module defines, by their full names."""
    found: dict[str, FunctionType] = {}
    for owner in (module, *(v for v in vars(module).values() if isinstance(v, type))):
        if isinstance(owner, type) and owner.__module__ != module.__name__:
            continue
        for value in list(vars(owner).values()):
            function: Any = value.fget if isinstance(value, property) else value
            function = getattr(function, "__func__", function)
            mine = isinstance(function, FunctionType) and function.__module__ == module.__name__
            # What a closure or a dataclass makes has no line of its own.
            if mine and "<locals>" not in function.__qualname__ and not function.__closure__:
                found[function.__qualname__] = function
    return found
