"""Tickets to be opened, and what became of them: as JSON, as lines for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from itsm_sync.cycle import Summary
from itsm_sync.locale import say
from itsm_sync.model.openings import OpeningOutcome
from itsm_sync.model.plans import Birth, Born, Plan, Result
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Language, Message


def all_results(summary: Summary) -> tuple[Result, ...]:
    """Answer what became of planned edits and of those that followed births."""
    return (*summary.results, *summary.followed)


def birth_fields(birth: Birth) -> Mapping[FieldName, str]:
    """Answer the values with which a ticket is to be opened, those that Redmine gives left out."""
    opening = birth.opening
    values = {
        FieldName.SUBJECT: opening.subject,
        FieldName.DESCRIPTION: opening.description,
        FieldName.PRIORITY: str(opening.priority) if opening.priority else "",
        FieldName.DUE_DATE: opening.due,
        FieldName.ASSIGNEE: str(opening.group) if opening.group else "",
        FieldName.STATUS: str(birth.closed.id) if birth.closed else "",
        **{name: value for name, value in opening.fields.items() if name in opening.field_ids},
    }
    return {name: value for name, value in values.items() if value}


def birth_json(birth: Birth, plan: Plan, language: Language) -> dict[str, Any]:
    """Answer a birth in the form of a planned edit, without a ticket's number."""
    why = say(birth.why, language)
    fields = birth_fields(birth)
    note = birth.note
    return {
        "ticket": None,
        "key": birth.episode,
        "project": birth.opening.project,
        "tracker": birth.opening.tracker,
        "private": birth.opening.private,
        "fields": {
            name.value: {"old": "", "new": new, "why": why, "old_by": "", "old_at": None}
            for name, new in fields.items()
        },
        "note": None if note is None else {"text": note.text, "private": note.private},
        "watchers": [],
        "keeps": {one.name: one.text for one in birth.kept},
        "relates": [*birth.related, *birth.kin],
        "kept": kept_back(birth, plan),
    }


def kept_back(birth: Birth, plan: Plan) -> str:
    """Answer "waiting" where it waits for the next cycle, or ""."""
    return "waiting" if birth.episode in plan.unborn else ""


def births_json(summary: Summary) -> dict[str, int]:
    """Answer how many tickets were to be opened, and what became of them."""
    return {
        "planned": len(summary.plan.births),
        "opened": sum(_opened(born) for born in summary.born),
        "found": sum(born.found for born in summary.born),
        "refused": _count(summary, OpeningOutcome.REFUSED),
        "unknown": _count(summary, OpeningOutcome.UNKNOWN),
        "waiting": len(summary.plan.unborn),
    }


def tickets_json(summary: Summary) -> dict[str, int]:
    """Answer how many tickets were opened, written to, closed and opened again."""
    moved = [result for result in all_results(summary) if FieldName.STATUS in result.written]
    return {
        "opened": sum(_opened(born) for born in summary.born),
        "updated": summary.touched,
        "closed": sum(not result.edit.ticket.closed for result in moved),
        "reopened": sum(result.edit.ticket.closed for result in moved),
    }


def unwell(summary: Summary) -> bool:
    """Whether a ticket that was to be opened was not, or not told its words."""
    return bool(summary.plan.unborn) or any(_trouble(born) for born in summary.born)


def births_told(summary: Summary) -> Iterator[Message]:
    """Tell how many tickets were opened, where any was to be."""
    if not summary.plan.births:
        return
    yield Message(
        "{planned} tickets to open: {opened} opened, {found} there already, {refused} refused,"
        " {unknown} not known, {waiting} waiting",
        births_json(summary),
    )


def birth_troubles(summary: Summary, language: Language) -> Iterator[str]:
    """Tell what became of tickets that are not as they were to be."""
    for born in summary.born:
        if _trouble(born):
            params = {
                "key": born.birth.episode,
                "outcome": Message(born.opened.outcome.value),
                "why": born.opened.why or "",
            }
            yield say(Message("{key}: {outcome}: {why}", params), language)


def birth_rows(birth: Birth, language: Language) -> Iterator[tuple[FieldName, str, str]]:
    """Answer a birth's lines: field, value, why; people and statuses by name as far as known."""
    why = say(birth.why, language)
    for name, new in birth_fields(birth).items():
        if name is FieldName.STATUS and birth.closed is not None:
            yield name, birth.closed.name, why
        elif name is FieldName.ASSIGNEE:
            yield name, birth.opening.fields.get(FieldName.TEAM, new), why
        else:
            yield name, new, why


def _opened(born: Born) -> bool:
    return born.number is not None and not born.found


def _trouble(born: Born) -> bool:
    return born.opened.outcome is not OpeningOutcome.OPENED


def _count(summary: Summary, outcome: OpeningOutcome) -> int:
    return sum(born.opened.outcome is outcome for born in summary.born)
