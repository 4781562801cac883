"""Desired against what stands: the edits of a cycle. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsm_sync.desk.provenance import COUNTED, Judgement, Ledger
from itsm_sync.desk.wording import note, overruled_reason, values
from itsm_sync.model.approvals import Approval
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import (
    Edit,
    FieldEdit,
    NoteEdit,
    Override,
    Plan,
    Refusal,
    Watch,
    Withheld,
)
from itsm_sync.model.routing import Routing
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import DECISIONS, DERIVED, TEXTS, FieldName, Ticket
from itsm_sync.model.words import Language, Message

# A refused field is tried again after a day even where nothing changed (house, "Apply").
RETRY_REFUSED = timedelta(days=1)
# A value of ours that had to be written this often in a day is somebody's fight with us.
FIGHT = 3
# What tells where a ticket stands: where one of them moves, a stage begins.
_PLACE = (FieldName.PROCESS, FieldName.STAGE, FieldName.TEAM, FieldName.ROLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the settings say of planning, and what Redmine says of its groups.

    `labels` are the fields' names in Redmine. `groups` maps (project id, team id) to the group
    that can be assigned there. `notes` is "none", "private" or "public"; a new ticket gets one
    only when made after `notes_since`.
    """

    language: Language
    configuration: str
    assign: bool = True
    watch: bool = False
    notes: str = "none"
    notes_on: tuple[str, ...] = ()
    notes_since: datetime | None = None
    groups: Mapping[tuple[int, str], int] = field(default_factory=dict)
    labels: Mapping[FieldName, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """All that is known of one ticket when it is planned.

    `routing` already follows the overrides; `chosen` is what the matrix would say without them.
    `rewrites` counts how often a value of ours was written in a row in the last day, by (field,
    value). `watched` tells of (process, stage, team) whether the team was made a watcher; False: it
    is to be tried again. `moved_at` is the newest time of what moved the ticket.
    """

    ticket: Ticket
    routing: Routing
    chosen: Routing
    judgement: Judgement
    ledger: Ledger
    refusals: Mapping[FieldName, Refusal] = field(default_factory=dict)
    rewrites: Mapping[tuple[FieldName, str], int] = field(default_factory=dict)
    approval: Approval | None = None
    watched: Mapping[tuple[str, str, str], bool] = field(default_factory=dict)
    moved_at: datetime | None = None


def plan(subjects: list[Subject], matrix: Matrix, policy: Policy, now: datetime) -> Plan:
    """Answer the plan for open tickets, in the order of their numbers."""
    edits: list[Edit] = []
    overrides: list[Override] = []
    pinned: list[int] = []
    withheld: list[Withheld] = []
    for subject in sorted(subjects, key=lambda s: s.ticket.id):
        overrides += _counted(subject, matrix, policy)
        if is_pinned(subject.ticket):
            pinned.append(subject.ticket.id)
            continue
        edit, left = plan_ticket(subject, matrix, policy, now)
        withheld += left
        if edit is not None:
            edits.append(edit)
    return Plan(
        edits=tuple(edits),
        overrides=tuple(overrides),
        pinned=tuple(pinned),
        withheld=tuple(withheld),
    )


def is_pinned(ticket: Ticket) -> bool:
    """Whether people asked to leave the ticket alone."""
    return ticket.value(FieldName.PIN) == "1"


def plan_ticket(
    subject: Subject, matrix: Matrix, policy: Policy, now: datetime
) -> tuple[Edit | None, list[Withheld]]:
    """Answer one ticket's edit (None where nothing is to do), and the fields left out."""
    differing = [
        FieldEdit(
            name=name,
            old=normal(subject.ticket.value(name)),
            new=normal(new),
            why=_why(subject, policy),
            old_by=subject.judgement.old_by.get(name, ""),
            old_at=subject.judgement.old_at.get(name),
        )
        for name, new in _desired(subject, matrix, policy).items()
        if _differs(subject, name, new)
    ] + _put_back(subject)
    fields: list[FieldEdit] = []
    withheld: list[Withheld] = []
    for edit in differing:
        held = _held(subject, edit, policy, now)
        if held is None:
            fields.append(edit)
        else:
            withheld.append(held)
    watchers = _watchers(subject, fields, matrix, policy)
    if all(_can_wait(subject, edit) for edit in fields):
        fields = []
    if not fields and not watchers:
        return None, withheld
    made = Edit(
        ticket=subject.ticket,
        key=subject.routing.key,
        fields=tuple(fields),
        note=_note(subject, fields, matrix, policy),
        watchers=watchers,
        rule=subject.routing.rule,
        process=subject.routing.process,
        team=subject.routing.responsible,
        routed=bool(subject.ledger),
    )
    return made, withheld


def wants_group(subject: Subject, matrix: Matrix, policy: Policy) -> bool:
    """Whether the ticket's assignee may have to be set, so that its project's groups matter."""
    if is_pinned(subject.ticket):
        return False
    if policy.watch and subject.routing.consulted and _may_watch(subject, matrix, policy):
        return True
    if not policy.assign:
        return False
    if subject.ticket.assignee is None:
        return True
    written = subject.ledger.get(FieldName.TEAM)
    team = matrix.teams[subject.routing.responsible].name[policy.language]
    return FieldName.ASSIGNEE in subject.judgement.ours and (
        written is None or normal(written.value) != normal(team)
    )


def replaces(subject: Subject, matrix: Matrix, policy: Policy, now: datetime) -> bool:
    """Whether the ticket's edit replaces a decision that we take for ours."""
    if is_pinned(subject.ticket):
        return False
    edit, _ = plan_ticket(subject, matrix, policy, now)
    mine = subject.judgement.ours.intersection(DECISIONS)
    return edit is not None and any(field.name in mine for field in edit.fields)


def _may_watch(subject: Subject, matrix: Matrix, policy: Policy) -> bool:
    """Whether a stage begins, or a watcher could not be added when it did."""
    desired = values(matrix, subject.routing, policy.language)
    begins = any(_differs(subject, name, desired[name]) for name in _PLACE)
    return begins or not all(subject.watched.values())


def _watchers(
    subject: Subject, fields: list[FieldEdit], matrix: Matrix, policy: Policy
) -> tuple[Watch, ...]:
    """Answer the groups of the consulted teams (C) that do not hold the ticket anyway.

    Each once for a process and stage, when it begins: who takes the group off has decided so.
    """
    if not policy.watch:
        return ()
    routing, project = subject.routing, subject.ticket.project.id
    begins = any(edit.name in _PLACE for edit in fields)
    found = []
    for team in sorted({matrix.row(row).team for row in routing.consulted}):
        done = subject.watched.get((routing.process, routing.stage, team))
        group = policy.groups.get((project, team))
        if team == routing.responsible or group is None or done or (done is None and not begins):
            continue
        name = matrix.teams[team].group
        found.append(
            Watch(process=routing.process, stage=routing.stage, team=team, group=group, name=name)
        )
    return tuple(found)


# Who decided one of these has looked at what the rules were not sure of.
_SETTLING = frozenset({FieldName.PROCESS, FieldName.TEAM, FieldName.ROLE})


def _desired(subject: Subject, matrix: Matrix, policy: Policy) -> dict[FieldName, str]:
    desired = values(matrix, subject.routing, policy.language)
    if decided := _decided(subject, policy):
        settled = not _SETTLING.isdisjoint(subject.judgement.overrides)
        desired[FieldName.REASON] = overruled_reason(
            matrix, subject.chosen, decided, policy.language, settled=settled
        )
    group = policy.groups.get((subject.ticket.project.id, subject.routing.responsible))
    if policy.assign and group is not None:
        desired[FieldName.ASSIGNEE] = str(group)
    return desired


def _decided(subject: Subject, policy: Policy) -> list[str]:
    """Answer what the fields are called that people decided."""
    overrides = subject.judgement.overrides
    return [policy.labels.get(name, name) for name in COUNTED if name in overrides]


def _differs(subject: Subject, name: FieldName, new: str) -> bool:
    now = subject.ticket.value(name)
    if now is None or normal(now) == normal(new):
        return False
    return name in DERIVED or subject.judgement.free(name)


def _put_back(subject: Subject) -> list[FieldEdit]:
    """Answer the edits that give people back what a write of ours replaced unseen."""
    ticket = subject.ticket
    return [
        FieldEdit(
            name=name,
            old=normal(ticket.value(name)),
            new=theirs.value,
            why=Message("{by} decided so; a write of ours replaced it", {"by": theirs.by}),
            theirs=theirs,
        )
        for name, theirs in subject.judgement.overrides.items()
        if ticket.value(name) is not None and normal(ticket.value(name)) != theirs.value
    ]


def _can_wait(subject: Subject, edit: FieldEdit) -> bool:
    """Whether a differing text is only our own older wording: it waits for the next real edit."""
    entry = subject.ledger.get(edit.name)
    return (
        edit.name in TEXTS
        and bool(edit.old)
        and entry is not None
        and normal(entry.value) == edit.old
    )


def _held(subject: Subject, edit: FieldEdit, policy: Policy, now: datetime) -> Withheld | None:
    ticket = subject.ticket
    refusal = subject.refusals.get(edit.name)
    if (
        refusal is not None
        and normal(refusal.value) == edit.new
        and refusal.circumstances == circumstances(ticket, policy.configuration)
        and now - refusal.at < RETRY_REFUSED
    ):
        return Withheld(ticket=ticket.id, field=edit.name, value=edit.new, why=refusal.reason)
    if subject.rewrites.get((edit.name, edit.new), 0) >= FIGHT:
        why = Message("came back changed {count} times in a day: something else writes this field",
                      {"count": FIGHT})  # fmt: skip
        return Withheld(ticket=ticket.id, field=edit.name, value=edit.new, why=why)
    return None


def circumstances(ticket: Ticket, configuration: str) -> str:
    """Answer what must differ before a refused field is tried again."""
    return f"{ticket.project.id}/{ticket.tracker.id}/{ticket.status.id}/{configuration}"


def _why(subject: Subject, policy: Policy) -> Message:
    if decided := _decided(subject, policy):
        return Message("follows what people decided: {fields}", {"fields": ", ".join(decided)})
    return Message("rule «{rule}»", {"rule": subject.routing.rule})


def _note(
    subject: Subject, fields: list[FieldEdit], matrix: Matrix, policy: Policy
) -> NoteEdit | None:
    if policy.notes == "none":
        return None
    before = _handed_from(subject, fields, matrix, policy)
    stayed = not before and _stayed(subject, fields)
    if not before and not stayed and not _newly_routed(subject, fields, policy):
        return None
    if ("handover" if before or stayed else "new") not in policy.notes_on:
        return None
    text = note(
        matrix,
        subject.routing,
        before=before,
        why=_desired(subject, matrix, policy)[FieldName.REASON],
        language=policy.language,
        stage=bool(_moved(fields)) and bool(before or stayed),
        stayed=stayed,
    )
    return NoteEdit(text=text, private=policy.notes == "private")


def _moved(fields: list[FieldEdit]) -> FieldEdit | None:
    """Answer the edit of a stage that a ticket leaves."""
    return next((edit for edit in fields if edit.name is FieldName.STAGE and edit.old), None)


def _stayed(subject: Subject, fields: list[FieldEdit]) -> bool:
    """Whether the stage moved to another team, and people's decision keeps the ticket here."""
    kept = FieldName.TEAM in subject.judgement.overrides
    elsewhere = subject.chosen.responsible != subject.routing.responsible
    return _moved(fields) is not None and kept and elsewhere


def _handed_from(subject: Subject, fields: list[FieldEdit], matrix: Matrix, policy: Policy) -> str:
    """Answer the team that the ticket leaves with these edits, "" where it leaves none.

    Where a person changed the team, the role that follows them is the hand-over. Within a team a
    stage that begins hands over from role to role.
    """
    edited = {edit.name: edit for edit in fields}
    team, role = edited.get(FieldName.TEAM), edited.get(FieldName.ROLE)
    if team is not None:
        # With a team that was refused once the note was written: once is enough.
        told = team.theirs is not None or FieldName.TEAM in subject.refusals
        return "" if told or FieldName.TEAM in subject.judgement.inherited else team.old
    decided = subject.judgement.overrides.get(FieldName.TEAM)
    if role is None or FieldName.ROLE in subject.refusals:
        return ""
    if decided is None:
        return role.old if _moved(fields) is not None and role.theirs is None else ""
    left = {
        normal(matrix.teams[row.team].name[policy.language])
        for row in matrix.rows
        if normal(row.name[policy.language]) == role.old
    }
    return "" if decided.value in left or len(left) != 1 else left.pop()


def _newly_routed(subject: Subject, fields: list[FieldEdit], policy: Policy) -> bool:
    """Whether a person's ticket, made since our first cycle, gets its team for the first time."""
    team = next((edit for edit in fields if edit.name is FieldName.TEAM), None)
    if team is None or team.theirs is not None or FieldName.TEAM in subject.refusals:
        return False
    since = policy.notes_since
    # Redmine tells no fractions of a second.
    new = since is not None and subject.ticket.created_on >= since.replace(microsecond=0)
    copied = FieldName.TEAM in subject.judgement.inherited
    return new and not subject.ledger and (not team.old or copied)


def _counted(subject: Subject, matrix: Matrix, policy: Policy) -> list[Override]:
    """Answer the ticket's overrides, each with what the matrix would choose."""
    chosen = values(matrix, subject.chosen, policy.language)
    return [
        Override(
            ticket=found.ticket,
            field=name,
            value=found.value,
            by=found.by,
            at=found.at,
            chosen=chosen[name],
            rule=subject.chosen.rule,
            team=subject.chosen.responsible,
        )
        for name in COUNTED
        if (found := subject.judgement.overrides.get(name)) is not None
    ]
