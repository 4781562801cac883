"""What a routing says on a ticket: the fields' values, the reason, the note."""

import re
from collections.abc import Iterable
from functools import lru_cache

from itsm_sync.locale import say
from itsm_sync.model.matrix import Matrix, Row
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.signals import called
from itsm_sync.model.text import one_line
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Language, Message

# Kept in text that quotes a ticket: letters, digits, blanks and marks that no mark-up reads.
_UNQUOTABLE = re.compile(r"[^\w\s.,%()/+·-]|_")
REASON_LIMIT = 500
_remembered = lru_cache(maxsize=1024)  # rules and their words come again and again


def values(matrix: Matrix, routing: Routing, language: Language) -> dict[FieldName, str]:
    """Answer what our fields shall show for a routing, in the language; without the assignee."""
    row = matrix.row(routing.row)
    approving = matrix.row(routing.accountable)
    return {
        FieldName.PROCESS: matrix.processes[routing.process][language],
        FieldName.STAGE: matrix.stages[routing.stage][language],
        FieldName.TEAM: matrix.teams[row.team].name[language],
        FieldName.ROLE: row.name[language],
        FieldName.RESPONSIBILITY: responsibility(row, language),
        FieldName.APPROVING_TEAM: matrix.teams[approving.team].name[language],
        FieldName.REASON: reason(matrix, routing, language),
        FieldName.KEY: routing.key,
    }


def responsibility(row: Row, language: Language) -> str:
    """Answer the row's role and responsibility in two lines."""
    return f"{row.role[language]}\n{row.responsibility[language]}"


def reason(matrix: Matrix, routing: Routing, language: Language) -> str:
    """Answer why, in one line with nothing in it that changes by itself."""
    return _shortened(_why(matrix, routing, language))


def overruled_reason(
    matrix: Matrix, chosen: Routing, decided: Iterable[str], language: Language, *, settled: bool
) -> str:
    """Answer the reason where people decided the named fields, and what the rules would say.

    `settled`: people decided what the rules doubt, so that nobody needs to confirm it any more.
    """
    told = (_chosen if settled else _why)(matrix, chosen, language)
    params = {"fields": ", ".join(decided), "told": told}
    said = Message("Set by people: {fields}. The rules would say: {told}", params)
    return _shortened(say(said, language))


@_remembered
def _shortened(reason: str) -> str:
    return one_line(reason, REASON_LIMIT)


def _why(matrix: Matrix, routing: Routing, language: Language) -> str:
    told = _chosen(matrix, routing, language)
    if routing.sure:
        return told
    if not routing.alternatives:
        return _doubted(told, None, "", language)
    rival = routing.alternatives[0]
    return _doubted(told, _answer(matrix, rival, language), rival.rule, language)


@_remembered
def _doubted(told: str, other: str | None, rule: str, language: Language) -> str:
    """Answer that what is told is not sure; `other` is what a rival answers, by its rule."""
    rival = Message(" — or {other}, by rule «{rule}»", {"other": other, "rule": rule})
    params = {"told": told, "rival": "" if other is None else rival}
    return say(Message("To be confirmed: {told}{rival}", params), language)


def _chosen(matrix: Matrix, routing: Routing, language: Language) -> str:
    row = matrix.row(routing.row)
    proof = routing.proof
    return _told(
        matrix.processes[routing.process][language],
        proof.rule if proof else "",
        proof.matched if proof else (),
        (row.name[language], matrix.teams[row.team].name[language]),
        language,
    )


@_remembered
def _told(
    process: str,
    rule: str,
    matched: tuple[tuple[str, str], ...],
    holder: tuple[str, str],
    language: Language,
) -> str:
    row, team = holder
    params = {"process": process, "rule": rule, "seen": _seen(matched), "row": row, "team": team}
    return say(Message("{process}: rule «{rule}»{seen} → {row} ({team})", params), language)


def _seen(matched: tuple[tuple[str, str], ...]) -> Message | str:
    """Answer which words or values spoke for the process."""
    if not matched:
        return ""
    if matched[0][0] == "signal":
        return Message(" on “{seen}”", {"seen": called(matched[0][1])})
    parts = list(dict.fromkeys(filter(None, [quotable(value) for _, value in matched])))
    return Message(" on “{seen}”", {"seen": ", ".join(parts[:4])}) if parts else ""


def _answer(matrix: Matrix, evidence: Evidence, language: Language) -> str:
    axes = {"process": matrix.processes, "domain": matrix.domains, "stage": matrix.stages}
    named = axes.get(evidence.axis, {}).get(evidence.answer)
    return evidence.answer if named is None else named[language]


def quotable(text: str) -> str:
    """Answer words of a ticket so that no mark-up, mention or link comes of them."""
    return one_line(_UNQUOTABLE.sub(" ", text), 40)


def note(
    matrix: Matrix,
    routing: Routing,
    *,
    before: str,
    why: str,
    language: Language,
    stage: bool = False,
    stayed: bool = False,
) -> str:
    """Answer the note of a hand-over, or of a new ticket.

    Args:
        matrix: gives the names.
        routing: as people's decisions make it.
        before: the team (or, within a team, the role) that hands over; "" where none does.
        why: the reason that the ticket shows: where people decided, it says so.
        language: to say it in.
        stage: whether a stage began, which is told first.
        stayed: whether people's decision keeps the ticket where it is, in a new stage.
    """
    row = matrix.row(routing.row)
    parts: dict[str, object] = {
        "team": matrix.teams[routing.responsible].name,
        "row": row.name,
        "reason": why,
        "before": before,
    }
    if before in {team.name[language] for team in matrix.teams.values()}:
        told = Message("Handed over from {before} to {team}, {row}. {reason}", parts)
    elif before:
        told = Message("Handed over within {team} from {before} to {row}. {reason}", parts)
    elif stayed:
        told = Message("Stays with {team}, as people decided. {reason}", parts)
    else:
        told = Message("{team}, {row}, takes care of this. {reason}", parts)
    if stage:
        told = Message(
            "Stage {stage}. {told}", {"stage": matrix.stages[routing.stage], "told": told}
        )
    return say(told, language)
