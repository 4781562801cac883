"""plan, sync, apply: one cycle, begun and finished properly."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle import Chooser, Road, Summary
from itsm_sync.cycle import run as travel
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.plans import Edit, Plan
from itsm_sync.model.words import Message
from itsm_sync.operations.files import write_private
from itsm_sync.operations.summary import as_json, plan_json
from itsm_sync.settings import DECIDING, Settings


def plan(road: Road, settings: Settings, cycle: Cycle) -> Summary:
    """Pull, decide and plan; write nothing to Redmine."""
    return _travel(road, settings, cycle, None)


def sync(road: Road, settings: Settings, cycle: Cycle) -> Summary:
    """One cycle; it writes where the settings say `write: on`."""
    writes = settings.general.write == "on"
    return _travel(road, settings, cycle, _all if writes else None)


def apply(
    road: Road, settings: Settings, cycle: Cycle, file: Path
) -> tuple[Summary, tuple[int, ...]]:
    """Write the edits of a plan file that are planned again just so.

    Answers the summary and the tickets of the file that were left, because their plan is another
    now. Raises ConfigurationError where the file is no plan, or the settings say to observe.
    """
    if settings.general.write != "on":
        told = Message("`write: observe` writes nothing: set `write: on` to apply a plan")
        raise ConfigurationError([settings.documents["settings"].problem(("write",), told)])
    wanted = read_plan(file)
    left: list[int] = []

    def same(planned: Plan) -> tuple[Edit, ...]:
        now = {edit.ticket.id: edit for edit in planned.edits}
        chosen = [edit for number, edit in now.items() if fingerprint(edit) == wanted.get(number)]
        left.extend(sorted(set(wanted) - {edit.ticket.id for edit in chosen}))
        return tuple(chosen)

    return _travel(road, settings, cycle, same), tuple(left)


def _all(planned: Plan) -> tuple[Edit, ...]:
    return planned.edits


def _travel(road: Road, settings: Settings, cycle: Cycle, choose: Chooser | None) -> Summary:
    """Travel the road, alone on this database, and keep what the cycle did."""
    with road.store.exclusive():
        road.store.keep_configuration(settings.hash, deciding_files(settings), road.clock())
        with ending(road, cycle):
            summary = travel(road, cycle, choose)
        road.store.finish(cycle.id, summary.finished_at, as_json(summary))
    return summary


@contextmanager
def ending(road: Road, cycle: Cycle) -> Iterator[None]:
    """Note the end of a cycle that an error of a server or an interruption ends."""
    try:
        yield
    except (ClientError, KeyboardInterrupt) as error:
        road.store.finish(cycle.id, road.clock(), {"error": str(error) or "interrupted"})
        raise


def deciding_files(settings: Settings) -> Mapping[str, str]:
    """Answer the files that decide, as they are kept with the decisions."""
    return {name: settings.documents[name].text for name in DECIDING}


FORMAT = "itsm-sync plan 1"
# What a document that is no plan can raise while it is read; nobody knows what people edit into it.
_NO_PLAN = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


def write_plan(summary: Summary, language: str, file: Path) -> None:
    """Write the plan to a file that only its owner can read; raises ConfigurationError."""
    document = {
        "format": FORMAT,
        "made_at": summary.cycle.started_at.isoformat(),
        "configuration": summary.cycle.configuration,
        "plan": plan_json(summary.plan.edits, language),
    }
    try:
        write_private(file, json.dumps(document, ensure_ascii=False, indent=1))
    except OSError as error:
        told = Message("can't be written: {error}", {"error": error.strerror or str(error)})
        raise _no_plan(file, told) from error


def read_plan(file: Path) -> Mapping[int, str]:
    """Answer ticket -> fingerprint of its edit; raises ConfigurationError."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise KeyError("format")
        return {int(line["ticket"]): _fingerprint(line["fields"]) for line in document["plan"]}
    except OSError as error:
        told = Message("can't be read: {error}", {"error": error.strerror or str(error)})
        raise _no_plan(file, told) from error
    except _NO_PLAN as error:
        told = Message("is no plan; `itsm-sync plan --out FILE` writes one")
        raise _no_plan(file, told) from error


def _no_plan(file: Path, text: Message) -> ConfigurationError:
    return ConfigurationError([Problem(file=str(file), path=(), text=text)])


def fingerprint(edit: Edit) -> str:
    """Answer what must be equal for an edit to be the one that a person saw."""
    return _fingerprint({f.name.value: {"old": f.old, "new": f.new} for f in edit.fields})


def _fingerprint(fields: Mapping[str, Mapping[str, Any]]) -> str:
    return json.dumps({name: [f["old"], f["new"]] for name, f in fields.items()}, sort_keys=True)
