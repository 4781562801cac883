"""explain: each rule tried, each condition, the row chosen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Fact, Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Evidence, Routing, Trial
from itsm_sync.model.text import clean, one_line
from itsm_sync.model.words import Language, Message
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import Store

WIDTH = 48  # of a condition on a terminal; JSON has it whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An item's routing with all that was tried, and what people decided instead."""

    item: Item
    routing: Routing
    overrides: tuple[Override, ...] = ()


def explain_key(store: Store, router: Router, catalogue: Catalogue, key: str) -> Explained:
    """Explain a stored item; `key` is also 42, #42 or an address. Raises ConfigurationError."""
    found = store.find(key)
    item = store.item(found) if found else None
    if item is None:
        text = Message("nothing of that name is stored; `itsm-sync sync` reads what is new")
        raise ConfigurationError([Problem(file=key, path=(), text=text)])
    enriched = catalogue.enriched(item)
    overrides = tuple(o for o in store.overrides() if f"redmine:issue/{o.ticket}" == item.key)
    return Explained(item=enriched, routing=router.explain(enriched), overrides=overrides)


def explain_items(
    router: Router, catalogue: Catalogue, items: Iterator[Item]
) -> Iterator[Explained]:
    """Explain items that are not stored."""
    for item in items:
        enriched = catalogue.enriched(item)
        yield Explained(item=enriched, routing=router.explain(enriched))


def read_items(file: Path, standard_input: TextIO) -> Iterator[Item]:
    """Read one item as JSON, or many as JSON lines; `-` is standard input.

    An item has `source`, `kind`, `title`, `body` and `facts`, and may have `key`.
    Raises ConfigurationError with the line.
    """
    name = "-" if str(file) == "-" else str(file)
    try:
        text = standard_input.read() if name == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = Message(
            "can't be read: {error}", {"error": getattr(error, "strerror", "") or str(error)}
        )
        raise ConfigurationError([Problem(file=name, path=(), text=told)]) from error
    for line, document in _documents(name, text):
        yield _item(name, line, document)


def _documents(name: str, text: str) -> Iterator[tuple[int, Any]]:
    try:
        yield 1, json.loads(text)
    except (ValueError, RecursionError):
        lines = text.split("\n")  # a JSON text may hold other line ends
    else:
        return
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            told = Message("is not JSON: {error}", {"error": str(error)})
            problem = Problem(file=name, path=(), line=number, text=told)
            raise ConfigurationError([problem]) from error


_KNOWN = {"key", "source", "kind", "title", "body", "facts", "state", "url"}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _item(name: str, line: int, document: Any) -> Item:
    def wrong(text: Message) -> ConfigurationError:
        return ConfigurationError([Problem(file=name, path=(), line=line, text=text)])

    if not isinstance(document, dict):
        raise wrong(Message("an item is a JSON object"))
    if unknown := sorted(set(document) - _KNOWN):
        params = {"keys": ", ".join(unknown), "known": ", ".join(sorted(_KNOWN))}
        raise wrong(Message("unknown keys: {keys} (an item has {known})", params))
    facts = document.get("facts") or {}
    if not isinstance(facts, dict):
        raise wrong(Message("facts is a JSON object"))
    texts = {key: document.get(key) or "" for key in _KNOWN - {"facts"}}
    if odd := sorted(key for key, value in texts.items() if not isinstance(value, str)):
        raise wrong(Message("not text: {keys}", {"keys": ", ".join(odd)}))
    return Item(
        key=clean(texts["key"]) or f"item/{line}",
        source=texts["source"] or "redmine",
        kind=texts["kind"] or "issue",
        title=clean(texts["title"]),
        body=clean(texts["body"]),
        url=texts["url"],
        state=texts["state"] or "open",
        created_at=_LONG_AGO,
        updated_at=_LONG_AGO,
        facts={clean(key): _fact(value) for key, value in facts.items()},
    )


def _fact(value: Any) -> Fact:
    if isinstance(value, list):
        return tuple(clean(str(part)) for part in value)
    if isinstance(value, str):
        return clean(value)
    return value if isinstance(value, (int, float, bool)) else json.dumps(value)


def as_json(explained: Explained, matrix: Matrix) -> dict[str, Any]:
    """Answer one explanation in the words of `explain --json`."""
    routing = explained.routing
    return {
        "key": routing.key,
        "process": routing.process,
        "domain": routing.domain,
        "stage": routing.stage,
        "row": routing.row,
        "role": matrix.row(routing.row).name.ko,
        "responsible": routing.responsible,
        "accountable": matrix.row(routing.accountable).team,
        "accountable_row": routing.accountable,
        "consulted": list(routing.consulted),
        "informed": list(routing.informed),
        "attributes": dict(routing.attributes),
        "rule": routing.rule,
        "evidence": [_evidence(evidence) for evidence in routing.evidence],
        "sure": routing.sure,
        "alternatives": [_evidence(evidence) for evidence in routing.alternatives],
        "overrides": [
            {"field": o.field.value, "value": o.value, "by": o.by, "at": o.at, "chosen": o.chosen,
             "rule": o.rule}
            for o in explained.overrides
        ],
        "tried": [_trial(trial) for trial in routing.tried],
    }  # fmt: skip


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
    console.print(Text(f"{routing.key}  {item.title}", style="bold"), soft_wrap=True)
    answer = Table(box=None, show_header=False, pad_edge=False)
    for label, text in _answer(routing, matrix, language):
        answer.add_row(Text(say(label, language), style="dim"), Text(text))
    console.print(answer)
    for override in explained.overrides:
        name = say(override.field.value, language)
        at = f" ({override.at.astimezone(zone):%Y-%m-%d %H:%M})" if override.at else ""
        params = {"field": name, "value": override.value, "by": override.by, "at": at}
        told = Message("{by} decided {field}: {value}{at}", params)
        console.print(Text(say(told, language), style="yellow"))
    console.print(_tried(routing.tried, language, everything=everything))


def _answer(routing: Routing, matrix: Matrix, language: Language) -> Iterator[tuple[str, str]]:
    row, approving = matrix.row(routing.row), matrix.row(routing.accountable)
    yield "process", matrix.processes[routing.process][language]
    yield "domain", matrix.domains[routing.domain][language]
    yield "stage", matrix.stages[routing.stage][language]
    yield "responsible (R)", f"{matrix.teams[row.team].name[language]} · {row.name[language]}"
    yield (
        "accountable (A)",
        f"{matrix.teams[approving.team].name[language]} · {approving.name[language]}",
    )
    for label, rows in (("consulted (C)", routing.consulted), ("informed (I)", routing.informed)):
        if rows:
            yield label, ", ".join(matrix.row(row_id).name[language] for row_id in rows)
    yield "certain", say("yes" if routing.sure else "to be confirmed", language)
    for rival in routing.alternatives:
        yield "rival", f"{rival.answer} · «{rival.rule}»"


def _tried(trials: tuple[Trial, ...], language: Language, *, everything: bool) -> Table:
    table = Table(pad_edge=False)
    for title in ("axis", "rule", "answer", "conditions"):
        table.add_column(say(title, language), overflow="fold")
    for trial in trials:
        if trial.matched or everything:
            style = "bold green" if trial.won else "" if trial.matched else "dim"
            mark = "✔ " if trial.won else "≈ " if trial.matched else "  "
            row = (trial.axis, mark + trial.rule, trial.answer, _conditions(trial, everything))
            table.add_row(*(Text(cell, style=style) for cell in row))
    return table


def _conditions(trial: Trial, everything: bool) -> str:
    """Answer what made the rule match; `everything`: also what was asked in vain."""
    return "\n".join(
        f"{'✔' if c.holds else '✘'} {one_line(c.asks, WIDTH)}: {one_line(c.saw, WIDTH)}"
        for c in trial.conditions
        if everything or (c.holds and c.saw)
    )
