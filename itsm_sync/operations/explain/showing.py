"""explain, for people."""

from collections.abc import Iterator
from datetime import tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.catalogue import Service
from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.model.routing import Routing, Trial
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.clocks_shown import Where, by_number, lines, unpromised
from itsm_sync.operations.explain.explanation import Explained, linked
from itsm_sync.routing import Ground
from itsm_sync.store import KeptRouting

# Of a table and of a condition's parts on a terminal; JSON has them whole.
WIDEST, WIDTH = 100, 48
_LEGEND = Message("✔ chosen, ≈ fits too but comes later; conditions: asked → seen")
_AXES = {"severity": Message("severity"), "emergency": Message("emergency")}
_GROUNDS = {
    "job": "by its job {name}",
    "repository": "by its repository {name}",
    "category": "by its category {name} of the project {project}",
    "project": "by its project {name}",
}
_ALL = Message("{legend}; ✘ does not hold", {"legend": _LEGEND})


def show(
    explained: Explained,
    matrix: Matrix,
    console: Console,
    language: Language,
    zone: tzinfo,
    *,
    everything: bool,
    where: Where = by_number,
) -> None:
    """Print why, for people; `everything`: also the rules and conditions that did not match.

    Times are the zone's. `where` answers where in sla.yaml the target of a number is.
    """
    routing, item = explained.routing, explained.item
    title = item.title or explained.title
    console.print(Text(f"{routing.key}  {title}", style="bold"), soft_wrap=True)
    if explained.then is not None:
        _show_then(explained.then, console, language, zone)
    width = min(console.width, WIDEST)
    console.print(_answers(explained, matrix, language), width=width)
    console.print(_letters(routing, matrix, language), width=width)
    if explained.overrides:
        told = Message("The ticket shows what people decided; above is what the rules say")
        console.print(Text(say(told, language), style="yellow"), soft_wrap=True)
    for line in lines(explained.standings, zone, where):
        console.print(Text(say(line, language)), soft_wrap=True)
    for line in unpromised(explained.standings, explained.claim, matrix):
        console.print(Text(say(line, language), style="dim"), soft_wrap=True)
    for override in explained.overrides:
        name = say(override.field.value, language)
        at = f" ({override.at.astimezone(zone):%Y-%m-%d %H:%M})" if override.at else ""
        params = {"field": name, "value": override.value, "by": override.by, "at": at}
        told = Message("{by} decided {field}: {value}{at}", params)
        console.print(Text(say(told, language), style="yellow"))
    if explained.doubt is not None:
        console.print(Text(say(explained.doubt, language), style="yellow"), soft_wrap=True)
    if routing.tried:
        table = _tried(routing.tried, matrix, language, everything=everything)
        console.print(table, width=width)
        legend = _ALL if everything else _LEGEND
        console.print(Text(say(legend, language), style="dim"))


def _show_then(then: KeptRouting, console: Console, language: Language, zone: tzinfo) -> None:
    at = f"{then.at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    params = {"at": at, "cycle": then.cycle, "configuration": then.configuration}
    told = Message("decided {at}, cycle {cycle}, configuration {configuration}", params)
    console.print(Text(say(told, language), style="dim"), soft_wrap=True)


def _answers(explained: Explained, matrix: Matrix, language: Language) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for label, text in _answer(explained, matrix, language):
        table.add_row(Text(say(label, language), style="dim"), Text(text))
    return table


def _answer(explained: Explained, matrix: Matrix, language: Language) -> Iterator[tuple[str, str]]:
    routing = explained.routing
    yield "process", matrix.processes[routing.process][language]
    yield "domain", matrix.domains[routing.domain][language]
    yield "stage", matrix.stages[routing.stage][language]
    if routing.project != ANY:
        yield "matrix of the project", routing.project
    if explained.service is not None:
        yield "service", _service(explained.service, explained.ground, language)
    if verdict := explained.item.facts.get("approval"):
        said = explained.approval.stands if explained.approval is not None else None
        by = f" · {said.by}" if said is not None and said.by else ""
        yield "approval", say(str(verdict), language) + by
    if names := linked(explained.item):
        yield "linked", ", ".join(names)
    yield "certain", say("yes" if routing.sure else "to be confirmed", language)
    for rival in routing.alternatives:
        answer = _named(rival.axis, rival.answer, matrix, language)
        yield "rival", f"{answer} · «{rival.rule}»"


def _service(service: Service, ground: Ground | None, language: Language) -> str:
    """Answer the service's name, and by what of the item it was found."""
    name = service.name[language]
    if ground is None:
        return name
    params = {"name": ground.value, "project": ground.project}
    return f"{name} · {say(Message(_GROUNDS[ground.fact], params), language)}"


def _letters(routing: Routing, matrix: Matrix, language: Language) -> Table:
    """Answer who is responsible, accountable, consulted, informed: letter, row, team."""
    table = Table(box=None, pad_edge=False)
    for title in ("letter", "row", "team"):
        table.add_column(say(title, language), header_style="dim")
    for label, rows in (
        ("responsible (R)", (routing.row,)),
        ("accountable (A)", (routing.accountable,)),
        ("consulted (C)", routing.consulted),
        ("informed (I)", routing.informed),
    ):
        for row in map(matrix.row, rows):
            team = matrix.teams[row.team].name
            table.add_row(*map(Text, (say(label, language), row.name[language], team[language])))
    return table


def _named(axis: str, answer: str, matrix: Matrix, language: Language) -> str:
    """Answer what an answer is called, with the id that rules have for it."""
    known = {"process": matrix.processes, "domain": matrix.domains, "stage": matrix.stages}
    name = known.get(axis, {}).get(answer)
    return answer if name is None else f"{name[language]} ({answer})"


def _tried(
    trials: tuple[Trial, ...], matrix: Matrix, language: Language, *, everything: bool
) -> Table:
    table = Table(pad_edge=False)
    for title in ("axis", "rule", "answer", "conditions"):
        table.add_column(say(title, language), overflow="fold")
    axis = ""
    for trial in trials:
        if not (trial.matched or everything):
            continue
        if axis and trial.axis != axis:
            table.add_section()
        style = "bold green" if trial.won else "" if trial.matched else "dim"
        mark = "✔ " if trial.won else "≈ " if trial.matched else "  "
        first = say(_AXES.get(trial.axis, trial.axis), language) if trial.axis != axis else ""
        answer = _named(trial.axis, trial.answer, matrix, language)
        row = (first, mark + trial.rule, answer, _conditions(trial, everything))
        table.add_row(*(Text(cell, style=style) for cell in row))
        axis = trial.axis
    return table


def _conditions(trial: Trial, everything: bool) -> str:
    """Answer what made the rule match; `everything`: also what was asked in vain."""
    return "\n".join(
        f"{'✔' if c.holds else '✘'} {one_line(c.asks, WIDTH)} → {one_line(c.saw, WIDTH) or '–'}"
        for c in trial.conditions
        if everything or (c.holds and c.saw)
    )
