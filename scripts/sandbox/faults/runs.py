"""The matrix's two runs: one where servers misbehave, row by row, and one where none does."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.faults.events import beginning, happens, subject
from sandbox.faults.matrix import Row
from sandbox.faults.moving import between_pages, fill
from sandbox.faults.seeing import Paper, Reader, compare
from sandbox.torture import world
from sandbox.torture.killing import Run, sync
from sandbox.torture.script import START
from sandbox.torture.stage import Stage

_TURN = timedelta(minutes=1)  # so long after what happened the program has its turn
_ROW = timedelta(minutes=20)
_NEXT = timedelta(minutes=5)  # between two cycles of a row
_QUIET = 3  # undisturbed cycles after the first, at the most: until one has nothing to write

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of a row.

    Args:
        hits: requests that were spoilt.
        status: the exit status of the cycle.
        said: what it told of the system: its status in the summary, and the error.
        differences: from the undisturbed run after recovery; none where they are equal.
    """

    row: Row
    hits: int
    status: int
    said: str
    differences: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What became of all rows, and how both runs ended."""

    told: Sequence[Told]
    tickets: int
    wrong: Sequence[str]  # all that is not as it must be


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """How a run stands after a row."""

    first: Run  # of its cycles
    hits: int
    papers: tuple[Paper, ...]
    items: frozenset[tuple[str, str]]
    written: int  # by the last cycle
    strange: tuple[str, ...]

    def differs(self, other: "_Seen") -> list[str]:
        """Answer what another run has otherwise."""
        lost = sorted(map(str, self.items - other.items))[:5]
        more = sorted(map(str, other.items - self.items))[:5]
        found = compare(self.papers, other.papers)
        found += [f"not stored: {one}" for one in lost] + [f"stored: {one}" for one in more]
        found += [f"the last cycle writes {other.written}"] if other.written else []
        return found + list(other.strange)


def matrix(home: Path, template: Path, rows: Sequence[Row], say: Say) -> Matrix:
    """Go through the rows, both runs at the same time."""
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=2) as pool:
        opened = [
            pool.submit(stack.enter_context, Stage.open(home / name, template, START))
            for name in ("undisturbed", "disturbed")
        ]
        calm, disturbed = (_Play(stage=stage.result()) for stage in opened)
        list(pool.map(_Play.begin, (calm, disturbed)))
        told, known = [], set[str]()
        for number, row in enumerate(rows):
            plays = (
                pool.submit(calm.go, number, row, False),
                pool.submit(disturbed.go, number, row, True),
            )
            one, other = (play.result() for play in plays)
            told.append(_told(row, one, other, known))
            say(f"{number + 1}/{len(rows)} {told[-1]}")
        papers = [play.reader.read(anew=True) for play in (calm, disturbed)]
        ends = [line for line in compare(*papers) if line not in known]
    wrong = [f"{_name(one.row)}: {line}" for one in told for line in one.differences]
    wrong += [f"{_name(one.row)}: the fault met nothing" for one in told if not one.hits]
    return Matrix(told=told, tickets=len(papers[0]), wrong=[*wrong, *(f"end: {e}" for e in ends)])


def _told(row: Row, calm: _Seen, disturbed: _Seen, known: set[str]) -> Told:
    """Compare; what differed before this row is no fault of this one."""
    differences = [line for line in calm.differs(disturbed) if line not in known]
    differences += [f"undisturbed: {line}" for line in calm.strange]
    known.update(differences)
    return Told(
        row=row,
        hits=disturbed.hits,
        status=disturbed.first.status,
        said=_said(disturbed.first),
        differences=differences,
    )


@dataclass(slots=True, kw_only=True)
class _Play:
    """One run through the rows."""

    stage: Stage
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(office=self.stage.office)

    def begin(self) -> None:
        """Have all be well, and known."""
        for event in beginning():
            world.happen(event, self.stage.jenkins, self.stage.github)
        self.stage.clock.show(START + _TURN)
        first = sync(self.stage)
        assert first.complete, first.said

    def go(self, number: int, row: Row, disturbed: bool) -> _Seen:
        """Have a row happen, then cycles: the first disturbed, or not, the others never."""
        stage, at = self.stage, START + (number + 1) * _ROW
        stage.clock.show(at)
        for event in happens(number, at):
            world.happen(event, stage.jenkins, stage.github)
        stage.office.create("yujin", subject(number))
        stage.clock.show(at + _TURN)
        first, hits = self._first(row, at, disturbed)
        strange = [] if disturbed or first.complete else [_ended(first)]
        written = 1
        for _ in range(_QUIET if disturbed else 1):
            if not written:
                break
            at += _NEXT
            stage.clock.show(at + _TURN)
            stage.redmine.forget_requests()
            done = sync(stage)
            strange += [] if done.complete and not done.status else [_ended(done)]
            written = sum(map(stage.redmine.asked, ("POST", "PUT", "DELETE")))
        strange += ["Traceback" for _ in range("Traceback" in first.said)]
        return _Seen(
            first=first,
            hits=hits,
            papers=self.reader.read(),
            items=self._items(),
            written=written,
            strange=tuple(strange),
        )

    def _first(self, row: Row, at: datetime, disturbed: bool) -> tuple[Run, int]:
        """Run the first cycle; answer how many requests were spoilt in it."""
        if row.moves:
            return self._moved(row, at, disturbed)
        if not disturbed:
            return sync(self.stage), 0
        if row.fault is None:
            return self._at_another_time(row, at)
        server = self.stage.servers[row.place.system]
        fault = server.misbehave(row.place.match, method=row.place.method, **row.fault)
        done = sync(self.stage)
        server.behave()
        refused = sum(
            line.get("event") == "http.failed" and line.get("system") == row.place.system
            for line in _lines(done)
        )
        return done, refused if fault.kind == "refused" and fault.used else fault.used

    def _at_another_time(self, row: Row, at: datetime) -> tuple[Run, int]:
        clock = self.stage.clock
        clock.skew = row.theirs
        clock.show(at + _TURN)
        clock.offset += row.ours
        done = sync(self.stage)
        clock.skew = 0.0
        return done, sum(line.get("event") == "http.answered" for line in _lines(done))

    def _moved(self, row: Row, at: datetime, disturbed: bool) -> tuple[Run, int]:
        system = row.place.system
        move = fill(system, self.stage, at)
        if not disturbed:
            done = sync(self.stage)
            move()
            return done, 0
        end = between_pages(system, self.stage, move)
        return sync(self.stage), end()

    def _items(self) -> frozenset[tuple[str, str]]:
        """Answer what is stored of the systems whose keys are the same in both runs."""
        question = "SELECT key, state FROM items WHERE source <> 'redmine' AND gone_cycle IS NULL"
        with closing(sqlite3.connect(self.stage.home / "itsm-sync.db")) as database:
            return frozenset((str(key), str(state)) for key, state in database.execute(question))


def _said(run: Run) -> str:
    """Answer what a cycle told of the system that misbehaved."""
    if "error" in run.told:
        return str(run.told["error"])
    sources, edits = run.told.get("sources", {}), run.told.get("edits", {})
    told = [
        f"{name} {source['status']}" + (f": {source['error']}" if source.get("error") else "")
        for name, source in sources.items()
        if source["status"] != "ok"
    ]
    told += [f"edits {name}: {edits[name]}" for name in ("failed", "partly", "refused")
             if edits.get(name)]  # fmt: skip
    return "; ".join(told) or "ok"


def _ended(run: Run) -> str:
    errors = [f"{n}: {s.get('error')}" for n, s in run.told.get("sources", {}).items()
              if s.get("error")]  # fmt: skip
    counts = {name: run.told.get(name) for name in ("edits", "tickets", "dead_letters", "error")}
    return f"an undisturbed cycle ends with {run.status} {errors} {counts}"


def _lines(run: Run) -> list[dict[str, object]]:
    found = []
    for line in run.said.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _name(row: Row) -> str:
    return f"{row.place.system}, {row.place.name}, {row.name}"
