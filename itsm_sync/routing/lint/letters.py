"""What is wrong with who holds what: ownership, letters, and what rules can reach of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from itsm_sync.model.matrix import ANY, Letter, Matrix, Ownership, Raci
from itsm_sync.routing.lint.finding import LintFinding, found
from itsm_sync.routing.lint.reach import Place


def lint_letters(matrix: Matrix, places: frozenset[Place]) -> Iterator[LintFinding]:
    """Answer the findings of ownership and letters; `places` are those that rules may give."""
    yield from _ownership(matrix)
    yield from _raci(matrix)
    yield from _reached(matrix, places)
    yield from _both(matrix, places)
    yield from _unused(matrix, places)


def _ownership(matrix: Matrix) -> Iterator[LintFinding]:
    lines = matrix.ownership
    for number, line in enumerate(lines):
        if earlier := next((e for e in lines[:number] if _fits_all_of(e, line)), None):
            yield found(
                "matrix",
                ("ownership", number),
                "ownership-covered",
                "This line for {row} never decides: the line for {other} above fits all it fits.",
                row=line.row,
                other=earlier.row,
            )
    last = lines[-1] if lines else None
    if last is None or last != Ownership(row=last.row):
        yield found(
            "matrix",
            ("ownership", len(lines) - 1) if lines else ("ownership",),
            "ownership-end-missing",
            "The last line of ownership must fit everything (only `row`): somebody holds the rest.",
        )


def _fits_all_of(earlier: Ownership, line: Ownership) -> bool:
    pairs = (
        (earlier.project, line.project),
        (earlier.process, line.process),
        (earlier.domain, line.domain),
        (earlier.stage, line.stage),
    )
    return all(wide in (ANY, narrow) for wide, narrow in pairs)


def _raci(matrix: Matrix) -> Iterator[LintFinding]:
    for number, letters in enumerate(matrix.raci):
        path = ("raci", number)
        for earlier in matrix.raci[:number]:
            if earlier.process != letters.process or earlier.project not in (ANY, letters.project):
                continue
            if (earlier.project, earlier.stage) == (letters.project, letters.stage):
                yield found(
                    "matrix",
                    path,
                    "accountable-twice",
                    "{process}, stage {stage}: {row} and {other} are both accountable.",
                    process=letters.process,
                    stage=letters.stage,
                    row=letters.accountable,
                    other=earlier.accountable,
                )
            elif earlier.stage in (ANY, letters.stage):
                yield found(
                    "matrix",
                    path,
                    "raci-covered",
                    "{process}, stage {stage}: a line that fits all this one fits stands above.",
                    process=letters.process,
                    stage=letters.stage,
                )
        yield from _letters(number, letters)


def _letters(number: int, letters: Raci) -> Iterator[LintFinding]:
    named = (letters.accountable, *letters.consulted, *letters.informed)
    for row in sorted({row for row in named if named.count(row) > 1}):
        yield found(
            "matrix",
            ("raci", number),
            "letter-twice",
            "{process}, stage {stage}: {row} has more than one of the letters A, C and I.",
            process=letters.process,
            stage=letters.stage,
            row=row,
        )
    given = {Letter.R, Letter.A}
    given |= {Letter.C} if letters.consulted else set()
    given |= {Letter.I} if letters.informed else set()
    for place, letter in enumerate(letters.assumed):
        if letter not in given or letter in letters.assumed[:place]:
            yield found(
                "matrix",
                ("raci", number, "assumed", place),
                "assumed-without-letter",
                "{process}, stage {stage}: the letter {letter} is marked assumed and is not given "
                "(or is marked twice).",
                process=letters.process,
                stage=letters.stage,
                letter=letter,
            )


def holder(matrix: Matrix, place: Place) -> str | None:
    """Answer the row that ownership gives to a place; None where no line fits.

    `matrix` is that of one project (`Matrix.for_project`), here and below.
    """
    asked = Ownership(row="", process=place.process, domain=place.domain, stage=place.stage)
    return next((line.row for line in matrix.ownership if _fits_all_of(line, asked)), None)


def letters_of(matrix: Matrix, process: str, stage: str) -> Raci | None:
    """Answer the letters of a process and stage; None where no line fits."""
    fits = (r for r in matrix.raci if r.process == process and r.stage in (ANY, stage))
    return next(fits, None)


def _reached(matrix: Matrix, places: frozenset[Place]) -> Iterator[LintFinding]:
    """Answer the process stages without R or A, and the rows that nothing reaches."""
    if not places:
        return
    usual = matrix.for_project(ANY)  # a project has these lines too: it lacks no more
    unheld = {(p.process, p.stage) for p in places if holder(usual, p) is None}
    unanswered = {
        (p.process, p.stage) for p in places if letters_of(usual, p.process, p.stage) is None
    }
    for process, stages in _by_process(unheld):
        yield found(
            "matrix",
            ("ownership",),
            "responsible-missing",
            "{process}: no row is responsible (R) in the stages {stages}.",
            process=process,
            stages=stages,
        )
    for process, stages in _by_process(unanswered):
        yield found(
            "matrix",
            ("raci",),
            "accountable-missing",
            "{process}: no row is accountable (A) in the stages {stages}.",
            process=process,
            stages=stages,
        )
    views = [matrix.for_project(project) for project in (ANY, *matrix.projects)]
    held = {holder(view, place) for view in views for place in places}
    for number, row in enumerate(matrix.rows):
        if row.id not in held:
            yield found(
                "matrix",
                ("rows", number),
                "row-unreached",
                "The row {row} («{name}») holds nothing: no answer of the rules leads to it.",
                row=row.id,
                name=row.name,
            )


def _by_process(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    stages: dict[str, list[str]] = defaultdict(list)
    for process, stage in sorted(pairs):
        stages[process].append(stage)
    return ((process, ", ".join(named)) for process, named in stages.items())


def _both(matrix: Matrix, places: frozenset[Place]) -> Iterator[LintFinding]:
    """Answer where the row that does the work is also consulted or informed about it."""
    said = set()
    views = [(project, matrix.for_project(project)) for project in (ANY, *matrix.projects)]
    for (project, view), place in product(views, sorted(places)):
        letters = letters_of(view, place.process, place.stage)
        row = holder(view, place)
        if letters is None or row not in (*letters.consulted, *letters.informed):
            continue
        here = [n for n, line in enumerate(matrix.raci) if line.project in (ANY, project)]
        number = here[view.raci.index(letters)]
        if (number, row) not in said:
            said.add((number, row))
            yield found(
                "matrix",
                ("raci", number),
                "responsible-told-of-own-work",
                "{process}, stage {stage}: {row} is responsible (R) and consulted or informed too.",
                process=place.process,
                stage=place.stage,
                row=row,
            )


def _unused(matrix: Matrix, places: frozenset[Place]) -> Iterator[LintFinding]:
    """Answer processes, domains and stages that no rule answers and no line of ownership names."""
    if not places:
        return
    for kind, known, at in (
        ("processes", matrix.processes, 0),
        ("domains", matrix.domains, 1),
        ("stages", matrix.stages, 2),
    ):
        used = {place[at] for place in places}
        used |= {(line.process, line.domain, line.stage)[at] for line in matrix.ownership}
        for name in known:
            if name not in used:
                yield found(
                    "matrix",
                    (kind, name),
                    "unused",
                    "{name} is never used: no rule answers it and no line of ownership names it.",
                    name=name,
                )
