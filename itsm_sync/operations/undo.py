"""undo: puts back what a cycle wrote, where it is still ours."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from itsm_sync.cycle import Road, write_edits
from itsm_sync.desk.subject import is_pinned
from itsm_sync.locale import say
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Result
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.cycles import ending
from itsm_sync.store import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of an undo.

    `moved` are values that stay: somebody changed or decided them since, or the ticket was closed,
    pinned or deleted.
    """

    results: tuple[Result, ...]
    moved: tuple[Write, ...]

    @property
    def complete(self) -> bool:
        return all(result.outcome is Outcome.APPLIED for result in self.results)


def undo(road: Road, cycle: Cycle, wanted: str) -> Undone:
    """Put back what the cycle `wanted` wrote.

    Raises:
        ConfigurationError: no cycle of that name wrote anything that still stands.
        ClientError: Redmine can't be reached or rejects the key.
    """
    with road.store.exclusive():
        writes = [write for write in road.store.cycle_writes(wanted) if not write.undone_by]
        if not writes:
            text = Message(
                "no such cycle, or nothing of it stands; `itsm-sync status` lists the last ones"
            )
            raise ConfigurationError([Problem(file=wanted, path=(), text=text)])
        road.desk.open()
        road.store.begin(cycle)

        def record(result: Result) -> None:
            road.store.record_undo(wanted, result.edit.ticket.id, result.written, cycle.id)

        with ending(road, cycle):
            edits, moved = _edits(road, writes)
            results = write_edits(road, cycle, edits, record)
            road.store.finish(cycle.id, road.clock(), {"undo": wanted, "tickets": len(results)})
        return Undone(results=results, moved=tuple(moved))


def _edits(road: Road, writes: list[Write]) -> tuple[list[Edit], list[Write]]:
    """Answer the edits that put values back, and the writes that no longer stand."""
    by_ticket: dict[int, dict[FieldName, Write]] = {}
    moved: list[Write] = []
    decided = {(override.ticket, override.field) for override in road.store.overrides()}
    for write in writes:
        by_ticket.setdefault(write.ticket, {})[write.field] = write
    edits = []
    for start in range(0, len(by_ticket), 100):
        numbers = sorted(by_ticket)[start : start + 100]
        stands = road.desk.look(numbers)
        for number in numbers:
            mine = by_ticket[number]
            ticket = stands.get(number)
            left = ticket is None or ticket.closed or is_pinned(ticket)
            ours = {
                name: write
                for name, write in mine.items()
                if ticket and not left and (number, name) not in decided
                and normal(ticket.value(name)) == write.new
            }  # fmt: skip
            moved += [write for name, write in mine.items() if name not in ours]
            if ticket is not None and ours:
                edits.append(_edit(ticket, ours))
    return edits, moved


def _edit(ticket: Ticket, writes: dict[FieldName, Write]) -> Edit:
    return Edit(
        ticket=ticket,
        key=f"redmine:issue/{ticket.id}",
        fields=tuple(
            FieldEdit(name=name, old=write.new, new=write.old, why=Message("put back"))
            for name, write in writes.items()
        ),
    )


def as_json(undone: Undone) -> dict[str, Any]:
    """Answer what was put back and what stays."""
    return {
        "tickets": len(undone.results),
        "put_back": sum(len(result.written) for result in undone.results),
        "moved": [{"ticket": w.ticket, "field": w.field.value} for w in undone.moved],
        "failed": [r.edit.ticket.id for r in undone.results if r.outcome is not Outcome.APPLIED],
    }


def show(undone: Undone, console: Console, language: Language) -> None:
    """Print what was put back and what stays, for people."""
    counts = as_json(undone)
    told = Message(
        "{put_back} values of {tickets} tickets put back; {moved} stay: changed since, or the"
        " ticket is closed or pinned",
        {**counts, "moved": len(undone.moved)},
    )
    console.print(say(told, language), highlight=False)
    for number in counts["failed"]:
        told = Message("#{ticket}: not put back", {"ticket": number})
        console.print(Text(say(told, language), style="yellow"))
