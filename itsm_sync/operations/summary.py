"""What a cycle did: as JSON, as lines for a terminal, as an exit status."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.cycle import Summary
from itsm_sync.locale import say
from itsm_sync.model.caps import RATES
from itsm_sync.model.cycles import Health
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Plan, Result
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.births_shown import (
    all_results,
    birth_json,
    birth_rows,
    birth_troubles,
    births_json,
    births_told,
    kept_back,
    tickets_json,
)
from itsm_sync.operations.births_shown import unwell as births_unwell
from itsm_sync.operations.clocks_shown import summed, told
from itsm_sync.settings import TicketField
from itsm_sync.store import Pause

LINES = 20  # of what went wrong, on a terminal
Fields = Mapping[FieldName, TicketField]


def as_json(summary: Summary) -> dict[str, Any]:
    """Answer the summary in the words of `sync --json`."""
    return {
        "cycle": summary.cycle.id,
        "started_at": summary.cycle.started_at.isoformat(),
        "seconds": round((summary.finished_at - summary.cycle.started_at).total_seconds(), 3),
        "sources": {
            name: {
                "status": report.health,
                "items": report.items,
                "requests": report.requests,
                "error": report.error and str(report.error),
                "asked": report.asked,
                "stale": report.stale,
                "streams": {stream: health for stream, health in report.streams.items()
                            if health is not Health.OK},
            }
            for name, report in summary.sources.items()
        },
        "items": sum(report.items for report in summary.sources.values()),
        "routed": summary.decided.routed,
        "unrouted": summary.decided.unrouted,
        "unsure": summary.decided.unsure,
        "planned_only": summary.planned_only,
        "edits": {
            "planned": len(summary.plan.edits),
            **_counts(summary),
        },
        "caps": caps_json(summary.plan),
        "births": births_json(summary),
        "tickets": tickets_json(summary),
        "service_levels": summed(summary),
        "overrides": summary.overrides,
        "pinned": len(summary.plan.pinned),
        "dead_letters": summary.dead_letters,
        "paused": paused_json(summary.paused),
        "refusals": [_refusal(refusal.ticket, refusal.field, refusal.value, refusal.reason)
                     for result in all_results(summary) for refusal in result.refused],
        "withheld": [_refusal(w.ticket, w.field, w.value, w.why) for w in summary.plan.withheld],
    }  # fmt: skip


def _counts(summary: Summary) -> dict[str, int]:
    counts = {outcome.value: summary.count(outcome) for outcome in Outcome}
    return counts | {Outcome.HELD.value: summary.kept_back}


def _refusal(ticket: int, name: FieldName, value: str, why: Message) -> dict[str, Any]:
    return {"ticket": ticket, "field": name.value, "value": value, "reason": say(why, "en")}


def plan_json(plan: Plan, language: Language) -> list[dict[str, Any]]:
    """Answer the planned edits, field by field, and whether a cap keeps them back."""
    return [
        {
            "ticket": edit.ticket.id,
            "key": edit.key,
            "fields": {
                f.name.value: {
                    "old": f.old,
                    "new": f.new,
                    "why": say(f.why, language),
                    "old_by": f.old_by,
                    "old_at": f.old_at and f.old_at.isoformat(),
                    **_names(f),
                }
                for f in edit.fields
            },
            "note": None
            if edit.note is None
            else {"text": edit.note.text, "private": edit.note.private},
            "watchers": [watch.name for watch in edit.watchers],
            "keeps": {note.name: note.text for note in edit.kept},
            "relates": [*edit.related, *edit.kin],
            "kept": _kept(plan, edit),
        }
        for edit in plan.edits
    ] + [birth_json(birth, plan, language) for birth in plan.births]


def paused_json(paused: Pause | None) -> dict[str, Any] | None:
    """Answer who has paused writing, when and why; None while nobody has."""
    if paused is None:
        return None
    return {"by": paused.by, "why": paused.why, "at": paused.at.isoformat()}


def _names(f: FieldEdit) -> dict[str, str]:
    """Answer what people know a field's numbers by."""
    names = {"old_name": f.old_name, "new_name": f.new_name}
    return {name: value for name, value in names.items() if value}


def _kept(plan: Plan, edit: Edit) -> str:
    """Answer "held" (for a person), "waiting" (for the next cycle) or ""."""
    if edit.ticket.id in plan.held:
        return "held"
    return "waiting" if edit.ticket.id in plan.waiting else ""


def exit_status(summary: Summary) -> int:
    """Answer 1 where something was refused, failed, held or set aside, else 0."""
    bad = (Outcome.PARTLY, Outcome.REFUSED, Outcome.FAILED)
    unwell = any(
        report.health in (Health.FAILED, Health.PARTLY) for report in summary.sources.values()
    )
    wrong = any(result.outcome in bad for result in all_results(summary)) or births_unwell(summary)
    left = summary.kept_back or summary.plan.withheld or summary.decided.unread
    if summary.paused and (summary.plan.edits or summary.plan.births):
        left = True
    return int(unwell or bool(wrong or left))


def show(summary: Summary, console: Console, language: Language) -> None:
    """Print what the cycle did, for people."""
    console.print(_sources(summary, language))
    for message in _told(summary):
        console.print(say(message, language), highlight=False)
    lines = [say(told, language) for told in caps_told(summary.plan)]
    lines += birth_troubles(summary, language)
    lines += [line for result in all_results(summary) for line in _troubles(result, language)]
    for left in summary.plan.withheld:
        params = {"ticket": left.ticket, "field": left.field.value, "why": left.why}
        lines.append(say(Message("#{ticket} {field}: not tried: {why}", params), language))
    for line in lines[:LINES]:
        console.print(Text(line, style="yellow"))
    if len(lines) > LINES:
        more = Message("… and {n} more of these (--json has all)", {"n": len(lines) - LINES})
        console.print(Text(say(more, language), style="yellow"))


def _told(summary: Summary) -> tuple[Message, ...]:
    return (
        Message(
            "{n} items decided, {unsure} of them to be confirmed",
            {"n": summary.decided.routed, "unsure": summary.decided.unsure},
        ),
        Message(
            "{planned} tickets to edit: {applied} written, {partly} in part, {refused} refused,"
            " {failed} failed, {held} kept back",
            {"planned": len(summary.plan.edits), **_counts(summary)},
        ),
        *births_told(summary),
        *told(summed(summary)),
        Message(
            "{overrides} values decided by people, {pinned} tickets pinned",
            {"overrides": summary.overrides, "pinned": len(summary.plan.pinned)},
        ),
    )


def caps_json(plan: Plan) -> list[dict[str, Any]]:
    """Answer the caps that a plan goes over."""
    return [
        {"cap": over.cap, "of": over.of, "number": over.number, "most": over.most}
        for over in plan.over
    ]


def caps_told(plan: Plan) -> Iterator[Message]:
    """Tell the caps that a plan goes over, and what becomes of what they keep back."""
    for over in plan.over:
        told = "the rest waits for the next cycle" if over.cap in RATES else "held for a person"
        yield Message("{cap}: {told}", {"cap": over.told, "told": Message(told)})


def _sources(summary: Summary, language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("source", "status", "items", "requests", "error"):
        table.add_column(say(title, language), justify="right" if title in _NUMBERS else "left")
    for name, report in summary.sources.items():
        style = "green" if report.health is Health.OK else "red"
        table.add_row(
            Text(name),
            Text(say(report.health.value, language), style=style),
            str(report.items),
            str(report.requests),
            Text(say(report.error, language) if report.error else ""),
        )
    return table


_NUMBERS = ("items", "requests")


def _troubles(result: Result, language: Language) -> list[str]:
    ticket = result.edit.ticket.id
    refused: dict[str, list[str]] = {}
    for r in result.refused:
        refused.setdefault(say(r.reason, language), []).append(r.field.value)
    lines = [
        say(Message("#{ticket} {field}: refused: {why}",
                    {"ticket": ticket, "field": ", ".join(names), "why": why}), language)
        for why, names in refused.items()
    ]  # fmt: skip
    if result.error is not None:
        params = {"ticket": ticket, "outcome": result.outcome.value, "why": result.error}
        lines.append(say(Message("#{ticket}: {outcome}: {why}", params), language))
    lines += [
        say(Message("#{ticket} {field}: {by} decided in the meantime; put back",
                    {"ticket": ticket, "field": r.field.value, "by": r.by}), language)
        for r in result.restored
    ]  # fmt: skip
    return lines


def show_plan(
    plan: Plan, fields: Fields, console: Console, language: Language, limit: int = 50
) -> None:
    """Print the planned edits, field by field: old, new, why, and who set the old."""
    edits = plan.edits
    table = Table(pad_edge=False)
    for title in ("ticket", "field", "old", "new", "why", "set by"):
        table.add_column(say(title, language), overflow="fold")
    for edit in edits[:limit]:
        kept = say(_kept(plan, edit), language)
        first = f"#{edit.ticket.id}\n{kept}".strip()
        for n, row in enumerate(_rows(edit, fields, language)):
            table.add_row(Text(first if n == 0 else ""), *map(Text, row))
        table.add_section()
    births = plan.births[: max(0, limit - len(edits))]
    for birth in births:
        first = "\n".join(
            filter(None, (say("new ticket", language), say(kept_back(birth, plan), language)))
        )
        for n, (name, new, why) in enumerate(birth_rows(birth, language)):
            row = (field_name(name, fields, language), "", _short(new), why, "")
            table.add_row(Text(first if n == 0 else ""), *map(Text, row))
        table.add_section()
    if edits or births:
        console.print(table)
    if (left := len(edits) + len(plan.births) - limit) > 0:
        more = Message("… and {n} more tickets (--all shows them)", {"n": left})
        console.print(say(more, language))


def _rows(edit: Edit, fields: Fields, language: Language) -> Iterator[tuple[str, ...]]:
    """Answer an edit's lines: field, old, new, why, and who set the old."""
    for f in edit.fields:
        old, new = (_short(value) for value in _readable(edit, f))
        yield field_name(f.name, fields, language), old, new, say(f.why, language), f.old_by
    for watch in edit.watchers:
        yield say("watcher", language), "", watch.name, say("is consulted (C)", language), ""
    for note in edit.kept:
        yield say("kept note", language), "", _short(note.text), "", ""
    if edit.episode and edit.note is not None:
        yield say("note", language), "", _short(edit.note.text), "", ""
    for number in edit.related:
        yield say("relation", language), "", f"#{number}", "", ""


def _readable(edit: Edit, f: FieldEdit) -> tuple[str, str]:
    """Answer the old and new value for people: an assignee by name, who otherwise is a number."""
    if f.new_name:
        return f.old_name, f.new_name
    if f.name is not FieldName.ASSIGNEE or f.theirs is not None:
        return f.old, f.new
    now = edit.ticket.assignee
    team = next((e.new for e in edit.fields if e.name is FieldName.TEAM), None)
    return now.name if now else "", team or edit.ticket.value(FieldName.TEAM) or f.new


def field_name(name: FieldName, fields: Fields, language: Language) -> str:
    """Answer what a field is called in Redmine."""
    return fields[name].name if name in fields else say(name.value, language)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
