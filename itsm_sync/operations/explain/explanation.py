"""explain: each rule tried, each condition, the row chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.desk.approvals import Meanings
from itsm_sync.locale import say
from itsm_sync.model.approvals import Approval
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Evidence, Routing, Trial
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.clocks_shown import as_json as clocks_json
from itsm_sync.operations.clocks_shown import lines, standings_of
from itsm_sync.operations.explain.asked import asked
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import KeptRouting, Store

# Of a table and of a condition's parts on a terminal; JSON has them whole.
WIDEST, WIDTH = 100, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An item's routing with all that was tried, and what people decided instead.

    `approval` is what was heard of it, `standings` are the clocks of a ticket's service level, None
    where none are known. `title` is the stored one: rules are not asked of what the bot wrote
    itself, so the item may have none. `then` is the decision of history that this is, `doubt` why
    it can't be explained in full.
    """

    item: Item
    routing: Routing
    title: str = ""
    overrides: tuple[Override, ...] = ()
    approval: Approval | None = None
    standings: tuple[Standing, ...] | None = None
    then: KeptRouting | None = None
    doubt: Message | None = None


def explain_key(
    store: Store,
    router: Router,
    catalogue: Catalogue,
    meanings: Meanings,
    key: str,
    *,
    levels: ServiceLevels | None = None,
    now: datetime | None = None,
) -> Explained:
    """Explain a stored item.

    Args:
        store: what is stored.
        router: decides.
        catalogue: knows services and people.
        meanings: what says that somebody approved.
        key: also 42, #42 or an address.
        levels: what is promised; None: nothing.
        now: at which time its clocks are asked; None: they are not.

    Raises:
        ConfigurationError: nothing of that name is stored.
    """
    kept = stored(store, key)
    found = asked(store, catalogue, meanings, kept)
    enriched = catalogue.enriched(found.item)
    overrides = tuple(o for o in store.overrides() if f"redmine:issue/{o.ticket}" == enriched.key)
    return Explained(
        item=enriched,
        routing=router.explain(enriched),
        title=kept.title,
        overrides=overrides,
        approval=found.approval,
        standings=standings_of(store, levels, enriched.ticket, now) if now else None,
    )


def stored(store: Store, key: str) -> Item:
    """Answer the item that 42, #42, an address or a key stands for. Raises ConfigurationError."""
    found = store.find(key)
    item = store.item(found) if found else None
    if item is None:
        text = Message("nothing of that name is stored; `itsm-sync sync` reads what is new")
        raise ConfigurationError([Problem(file=key, path=(), text=text)])
    return item


def explain_items(
    router: Router, catalogue: Catalogue, items: Iterator[Item]
) -> Iterator[Explained]:
    """Explain items that are not stored."""
    for item in items:
        enriched = catalogue.enriched(item)
        yield Explained(item=enriched, routing=router.explain(enriched))


def as_json(explained: Explained, matrix: Matrix, language: Language) -> dict[str, Any]:
    """Answer one explanation in the words of `explain --json`; the role is named in a language."""
    routing = explained.routing
    return {
        "key": routing.key,
        "process": routing.process,
        "domain": routing.domain,
        "stage": routing.stage,
        "project": routing.project,
        "row": routing.row,
        "role": matrix.row(routing.row).name[language],
        "responsible": routing.responsible,
        "accountable": matrix.row(routing.accountable).team,
        "accountable_row": routing.accountable,
        "consulted": list(routing.consulted),
        "informed": list(routing.informed),
        "approval": _approval_json(explained),
        "service_level": clocks_json(explained.standings),
        "linked": list(_linked(explained.item)),
        "attributes": dict(routing.attributes),
        "rule": routing.rule,
        "evidence": [_evidence(evidence) for evidence in routing.evidence],
        "sure": routing.sure,
        "alternatives": [_evidence(evidence) for evidence in routing.alternatives],
        "overrides": [
            {
                "field": o.field.value,
                "value": o.value,
                "by": o.by,
                "at": o.at,
                "chosen": o.chosen,
                "rule": o.rule,
            }
            for o in explained.overrides
        ],
        "tried": [_trial(trial) for trial in routing.tried],
        **(_then(explained.then, explained.doubt) if explained.then is not None else {}),
    }


def _approval_json(explained: Explained) -> dict[str, Any] | None:
    """Answer the verdict that rules saw, and who gave it, as far as that is known."""
    if not (verdict := explained.item.facts.get("approval")):
        return None
    said = explained.approval.stands if explained.approval is not None else None
    return {"verdict": verdict, "by": said and said.by, "at": said and said.at}


def _linked(item: Item) -> tuple[str, ...]:
    linked = item.facts.get("linked")
    return linked if isinstance(linked, tuple) else ()


def _then(then: KeptRouting, doubt: Message | None) -> dict[str, Any]:
    return {
        "at": then.at,
        "cycle": then.cycle,
        "configuration": then.configuration,
        "doubt": doubt and str(doubt),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "axis": evidence.axis,
        "answer": evidence.answer,
        "rule": evidence.rule,
        "matched": [{"fact": fact, "seen": seen} for fact, seen in evidence.matched],
        "weight": evidence.weight,
        "last": evidence.last,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "axis": trial.axis,
        "rule": trial.rule,
        "answer": trial.answer,
        "matched": trial.matched,
        "won": trial.won,
        "conditions": [{"asks": c.asks, "saw": c.saw, "holds": c.holds} for c in trial.conditions],
    }


def show(
    explained: Explained,
    matrix: Matrix,
    console: Console,
    language: Language,
    zone: tzinfo,
    *,
    everything: bool,
) -> None:
    """Print why, for people; `everything`: also the rules and conditions that did not match.

    Times are the zone's.
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
    for line in lines(explained.standings, zone):
        console.print(Text(say(line, language)), soft_wrap=True)
    for override in explained.overrides:
        name = say(override.field.value, language)
        at = f" ({override.at.astimezone(zone):%Y-%m-%d %H:%M})" if override.at else ""
        params = {"field": name, "value": override.value, "by": override.by, "at": at}
        told = Message("{by} decided {field}: {value}{at}", params)
        console.print(Text(say(told, language), style="yellow"))
    if explained.doubt is not None:
        console.print(Text(say(explained.doubt, language), style="yellow"), soft_wrap=True)
    if routing.tried:
        console.print(_tried(routing.tried, language, everything=everything), width=width)


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
    if verdict := explained.item.facts.get("approval"):
        said = explained.approval.stands if explained.approval is not None else None
        by = f" · {said.by}" if said is not None and said.by else ""
        yield "approval", say(str(verdict), language) + by
    if linked := _linked(explained.item):
        yield "linked", ", ".join(linked)
    yield "certain", say("yes" if routing.sure else "to be confirmed", language)
    for rival in routing.alternatives:
        yield "rival", f"{rival.answer} · «{rival.rule}»"


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


def _tried(trials: tuple[Trial, ...], language: Language, *, everything: bool) -> Table:
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
        first = trial.axis if trial.axis != axis else ""
        row = (first, mark + trial.rule, trial.answer, _conditions(trial, everything))
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
