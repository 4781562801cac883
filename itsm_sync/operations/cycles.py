"""plan, sync, apply: one cycle, begun and finished properly."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle import Named, Road, Summary
from itsm_sync.cycle import run as travel
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.errors import ConfigurationError, Problem, place
from itsm_sync.model.os_errors import why
from itsm_sync.model.plans import Birth, Edit
from itsm_sync.model.tickets import CLOCKS
from itsm_sync.model.words import Message
from itsm_sync.operations.births_shown import birth_fields
from itsm_sync.operations.files import write_report
from itsm_sync.operations.summary import as_json, exit_status, plan_json
from itsm_sync.settings import DECIDING, Settings
from itsm_sync.store import StoreError

INTERRUPTED = "interrupted"  # what is kept of a cycle that a person or a service manager ended


def plan(road: Road, settings: Settings, cycle: Cycle) -> Summary:
    """Pull, decide and plan; write nothing to Redmine."""
    return _travel(road, settings, cycle, write=False)


def sync(road: Road, settings: Settings, cycle: Cycle) -> Summary:
    """One cycle; it writes where the settings say `write: on`."""
    return _travel(road, settings, cycle, write=settings.general.write == "on")


def apply(
    road: Road, settings: Settings, cycle: Cycle, file: Path
) -> tuple[Summary, tuple[int | str, ...]]:
    """Write the edits and open the tickets of a plan file that are planned again just so; no cap
    holds them.

    Answers the summary and what of the file was left, because its plan is another now: tickets by
    number, those to be opened by key. Raises ConfigurationError where the file is no plan, or the
    settings say to observe.
    """
    if settings.general.write != "on":
        told = Message("`write: observe` writes nothing: set `write: on` to apply a plan")
        raise ConfigurationError([settings.documents["settings"].problem(("write",), told)])
    wanted = read_plan(file)
    if road.store.paused() is not None:
        told = Message("writing is paused: `itsm-sync resume` lets it go on")
        raise ConfigurationError([Problem(file=str(file), path=(), text=told)])

    def same(one: Edit | Birth) -> bool:
        return fingerprint(one) == wanted.get(_name(one))

    summary = _travel(road, settings, cycle, write=True, named=same)
    sent = {_name(result.edit) for result in summary.results}
    sent |= {_name(born.birth) for born in summary.born}
    return summary, tuple(sorted(set(wanted) - sent, key=str))


def _travel(
    road: Road, settings: Settings, cycle: Cycle, *, write: bool, named: Named | None = None
) -> Summary:
    """Travel the road, alone on this database, and keep what the cycle did, and what it holds."""
    _check_held(settings.held_plan)
    with road.store.exclusive():
        road.store.keep_configuration(settings.hash, deciding_files(settings), road.clock())
        with ending(road, cycle) as said:
            summary = travel(road, cycle, write=write, named=named)
            told = as_json(summary)
            road.store.finish(cycle.id, summary.finished_at, told)
            keep_held(summary, settings.language, settings.held_plan)
            said["outcome"] = "unwell" if exit_status(summary) else "ok"
            said |= {name: told["edits"][name] for name in ("planned", "applied")}
    return summary


@contextmanager
def ending(road: Road, cycle: Cycle) -> Iterator[dict[str, object]]:
    """Tell of a cycle's beginning and end, with what the block notes of it; note in the store the
    end of one that an error or an interruption ends.

    One that has lost its lease notes nothing: the database is another's by now.
    """
    said: dict[str, object] = {"outcome": "ok"}
    road.observer.saw("cycle.started")
    try:
        yield said
    except KeyboardInterrupt:
        _note_end(road, cycle, {"error": INTERRUPTED})
        road.observer.saw("cycle.interrupted", seconds=_seconds(road, cycle))
        raise
    except BaseException as error:
        told = str(error) if isinstance(error, ClientError | StoreError) else place(error)
        known = {"system": error.system} if isinstance(error, ClientError) else {}
        _note_end(road, cycle, {"error": told, **known})
        road.observer.saw("cycle.failed", error=told, seconds=_seconds(road, cycle))
        raise
    road.observer.saw("cycle.finished", seconds=_seconds(road, cycle), **said)


def _note_end(road: Road, cycle: Cycle, why: Mapping[str, str]) -> None:
    with suppress(StoreError):
        road.store.finish(cycle.id, road.clock(), why)


def _seconds(road: Road, cycle: Cycle) -> float:
    return round((road.clock() - cycle.started_at).total_seconds(), 3)


def deciding_files(settings: Settings) -> Mapping[str, str]:
    """Answer the files that decide, as they are kept with the decisions."""
    return {name: settings.documents[name].text for name in DECIDING}


FORMAT = "itsm-sync plan 1"
# What a document that is no plan can raise while it is read; nobody knows what people edit into it.
_NO_PLAN = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


def write_plan(summary: Summary, language: str, file: Path) -> None:
    """Write the plan to a file that only its owner can read; raises ConfigurationError."""
    _write_plan(summary, plan_json(summary.plan, language), file)


def keep_held(summary: Summary, language: str, file: Path) -> None:
    """Write what the caps hold to its file in the place of what they held before; nothing: none.

    Raises:
        ConfigurationError: it can't be written, or what lies there is no plan.
    """
    plan = summary.plan
    _check_held(file)
    if plan.held:
        edits = tuple(edit for edit in plan.edits if edit.ticket.id in plan.held)
        _write_plan(summary, plan_json(replace(plan, edits=edits), language), file)
    else:
        file.unlink(missing_ok=True)


def _check_held(file: Path) -> None:
    """Raise ConfigurationError where what lies there is no plan: nobody's file is to be lost."""
    if file.exists():
        read_plan(file)


def _write_plan(summary: Summary, lines: Sequence[Mapping[str, Any]], file: Path) -> None:
    document = {
        "format": FORMAT,
        "made_at": summary.cycle.started_at.isoformat(),
        "configuration": summary.cycle.configuration,
        "plan": lines,
    }
    write_report(file, json.dumps(document, ensure_ascii=False, indent=1))


def read_plan(file: Path) -> Mapping[int | str, str]:
    """Answer ticket -> fingerprint of its edit, and key -> that of a ticket to be opened.

    Raises ConfigurationError.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise KeyError("format")
        return {_named(line): _fingerprint(line["fields"]) for line in document["plan"]}
    except OSError as error:
        told = Message("can't be read: {error}", {"error": why(error)})
        raise _no_plan(file, told) from error
    except _NO_PLAN as error:
        told = Message("is no plan; `itsm-sync plan --out FILE` writes one")
        raise _no_plan(file, told) from error


def _no_plan(file: Path, text: Message) -> ConfigurationError:
    return ConfigurationError([Problem(file=str(file), path=(), text=text)])


def fingerprint(one: Edit | Birth) -> str:
    """Answer what must be equal for an edit, or a birth, to be the one that a person saw."""
    if isinstance(one, Birth):
        fields = {name.value: {"old": "", "new": new} for name, new in birth_fields(one).items()}
        return _fingerprint(fields)
    return _fingerprint({f.name.value: {"old": f.old, "new": f.new} for f in one.fields})


def _name(one: Edit | Birth) -> int | str:
    return one.episode if isinstance(one, Birth) else one.ticket.id


def _named(line: Mapping[str, Any]) -> int | str:
    """Answer what a line of a plan file is about; raises as what is no plan does."""
    return str(line["key"]) if line["ticket"] is None else int(line["ticket"])


def _fingerprint(fields: Mapping[str, Mapping[str, Any]]) -> str:
    """Answer them as text, but for what clocks say: that changes with time, and is no decision."""
    decided = {name: f for name, f in fields.items() if name not in CLOCKS}
    return json.dumps({name: [f["old"], f["new"]] for name, f in decided.items()}, sort_keys=True)
