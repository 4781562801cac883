"""Process, domain and stage to a row of the matrix and its letters."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from itsm_sync.model.items import Facts
from itsm_sync.model.matrix import ANY, Matrix, Ownership, Raci, Row
from itsm_sync.model.words import Message
from itsm_sync.routing.problems import Trouble, ValuePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who holds a process, domain and stage; which domains and stages would give another row."""

    row: Row
    accountable: str
    consulted: tuple[str, ...]
    informed: tuple[str, ...]
    approval: bool
    other_domains: frozenset[str]
    other_stages: frozenset[str]


class Holders:
    """The tables `ownership` and `raci`, asked once for each combination and remembered.

    Where `raci` has no line for a process and stage, the row that does the work approves it too.
    """

    def __init__(self, matrix: Matrix) -> None:
        self._views = {name: matrix.for_project(name) for name in (ANY, *matrix.projects)}
        self._rows = {row.id: row for row in matrix.rows}
        self._known: dict[tuple[str, str, str, str], Holding] = {}

    def project(self, facts: Facts) -> str:
        """Answer the project whose lines count for an item: the nearest of its projects that
        the matrix names, or the first of its service's where it has none; else `*`.
        """
        if len(self._views) == 1:
            return ANY
        path = facts.get("projects")
        above = reversed(path) if isinstance(path, tuple) else ()
        named = (facts.get("project", facts.get("service_project")), *above)
        return next((name for name in named if name in self._views), ANY)

    def of(self, process: str, domain: str, stage: str, project: str = ANY) -> Holding:
        """Answer who holds them in a project."""
        key = (process, domain, stage, project)
        if (holding := self._known.get(key)) is None:
            view = self._views.get(project, self._views[ANY])
            holding = self._known[key] = self._holding(view, process, domain, stage)
        return holding

    def _holding(self, view: Matrix, process: str, domain: str, stage: str) -> Holding:
        row = _row(view, process, domain, stage)
        raci = _raci(view, process, stage)
        return Holding(
            row=self._rows[row],
            accountable=raci.accountable if raci else row,
            consulted=raci.consulted if raci else (),
            informed=raci.informed if raci else (),
            approval=raci.approval if raci else False,
            other_domains=frozenset(
                other for other in view.domains if _row(view, process, other, stage) != row
            ),
            other_stages=frozenset(
                other for other in view.stages if _row(view, process, domain, other) != row
            ),
        )


def _row(view: Matrix, process: str, domain: str, stage: str) -> str:
    return next(
        line.row
        for line in view.ownership
        if line.process in (ANY, process)
        and line.domain in (ANY, domain)
        and line.stage in (ANY, stage)
    )


def _raci(view: Matrix, process: str, stage: str) -> Raci | None:
    fits = (
        line for line in view.raci if line.process in (ANY, process) and line.stage in (ANY, stage)
    )
    return next(fits, None)


def faults(matrix: Matrix) -> Iterator[Trouble]:
    """Answer everything in the matrix that names what is not there."""
    rows = [row.id for row in matrix.rows]
    for number, row in enumerate(matrix.rows):
        if row.id in rows[:number]:
            text = Message("a row `{row}` stands above", {"row": row.id})
            yield Trouble("matrix", ("rows", number, "id"), text)
        yield from _unknown(("rows", number, "team"), "team", [row.team], matrix.teams)
        for place, duty in enumerate(row.duties):
            path: ValuePath = ("rows", number, "duties", place, "team")
            yield from _unknown(path, "team", [duty.team], matrix.teams)
    for number, duty in enumerate(matrix.without_row):
        yield from _unknown(("without_row", number, "team"), "team", [duty.team], matrix.teams)
    known: Mapping[str, object] = dict.fromkeys(rows)
    for number, line in enumerate(matrix.ownership):
        path = ("ownership", number)
        yield from _answers(path, line, matrix)
        yield from _unknown((*path, "domain"), "domain", [line.domain], {**matrix.domains, ANY: 0})
        yield from _unknown((*path, "row"), "row", [line.row], known)
    yield from _open_end(matrix)
    for number, letters in enumerate(matrix.raci):
        path = ("raci", number)
        yield from _answers(path, letters, matrix)
        yield from _unknown((*path, "accountable"), "row", [letters.accountable], known)
        yield from _unknown((*path, "consulted"), "row", letters.consulted, known)
        yield from _unknown((*path, "informed"), "row", letters.informed, known)


def _answers(path: ValuePath, line: Ownership | Raci, matrix: Matrix) -> Iterator[Trouble]:
    processes, stages = {**matrix.processes, ANY: 0}, {**matrix.stages, ANY: 0}
    yield from _unknown((*path, "process"), "process", [line.process], processes)
    yield from _unknown((*path, "stage"), "stage", [line.stage], stages)


def _open_end(matrix: Matrix) -> Iterator[Trouble]:
    last = matrix.ownership[-1] if matrix.ownership else None
    if last is None or last != Ownership(row=last.row):
        text = Message("the last line must fit everything: only `row`")
        yield Trouble("matrix", ("ownership", max(0, len(matrix.ownership) - 1)), text)


def _unknown(
    path: ValuePath, what: str, names: Iterable[str], known: Mapping[str, object]
) -> Iterator[Trouble]:
    for name in names:
        if name not in known:
            params = {"what": Message(what), "name": name}
            yield Trouble("matrix", path, Message("no {what} is called `{name}`", params))
