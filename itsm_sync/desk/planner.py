"""Desired against what stands: the edits of a cycle. Pure."""

from datetime import datetime, timedelta

from itsm_sync.desk.desired import decided, desired, differs, promised
from itsm_sync.desk.handover import may_watch, told, watchers
from itsm_sync.desk.promises import is_as_told
from itsm_sync.desk.provenance import COUNTED, setter
from itsm_sync.desk.subject import Policy, Subject, is_pinned
from itsm_sync.desk.wording import values
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Edit, FieldEdit, KeptNote, Override, Plan, Withheld
from itsm_sync.model.resting import rests
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import CLOCKS, DECISIONS, TEXTS, FieldName, Ticket
from itsm_sync.model.words import Message

# A refused field is tried again after a day even where nothing changed (house, "Apply").
RETRY_REFUSED = timedelta(days=1)
# A value of ours that had to be written this often in a day is somebody's fight with us.
FIGHT = 3
_CLOCK = Message("the clocks of its service level")


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


def plan_ticket(
    subject: Subject, matrix: Matrix, policy: Policy, now: datetime
) -> tuple[Edit | None, list[Withheld]]:
    """Answer one ticket's edit (None where nothing is to do), and the fields left out.

    What clocks say is told on a pinned ticket too: it is nobody's to decide.
    """
    pinned = is_pinned(subject.ticket)
    wanted = promised(subject, policy) if pinned else desired(subject, matrix, policy)
    differing = [
        _field_edit(subject, name, normal(new), policy)
        for name, new in wanted.items()
        if differs(subject, name, new)
    ] + ([] if pinned else _put_back(subject))
    fields: list[FieldEdit] = []
    withheld: list[Withheld] = []
    for edit in differing:
        held = _held(subject, edit, policy, now)
        if held is None:
            fields.append(edit)
        else:
            withheld.append(held)
    watching = () if pinned else watchers(subject, fields, matrix, policy)
    kept = _escalations(subject, policy, now)
    if all(_can_wait(subject, edit) for edit in fields):
        fields = []
    if not fields and not watching and not kept:
        return None, withheld
    made = Edit(
        ticket=subject.ticket,
        key=subject.routing.key,
        fields=tuple(fields),
        note=None if pinned else told(subject, fields, matrix, policy),
        kept=kept,
        watchers=watching,
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
    if policy.watch and subject.routing.consulted and may_watch(subject, matrix, policy):
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


def _field_edit(subject: Subject, name: FieldName, new: str, policy: Policy) -> FieldEdit:
    by, at = setter(subject.judgement, subject.ticket, subject.ledger, name)
    return FieldEdit(
        name=name,
        old=normal(subject.ticket.value(name)),
        new=new,
        why=_CLOCK if name in CLOCKS else _why(subject, policy),
        old_by=by,
        old_at=at,
        again=_written_before(subject, name, new),
    )


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
    """Whether a differing text is only our own older wording, or a time of ours that is a minute
    off: it waits for the next real edit.
    """
    entry = subject.ledger.get(edit.name)
    if not edit.old or entry is None or normal(entry.value) != edit.old:
        return False
    near = edit.name is FieldName.SLA_DUE and is_as_told(edit.old, edit.new)
    return edit.name in TEXTS or near


def _escalations(subject: Subject, policy: Policy, now: datetime) -> tuple[KeptNote, ...]:
    """Answer the notes that time runs out; none where Redmine refused one just a while ago."""
    refusal = subject.refusals.get(FieldName.NOTE)
    if refusal is None or refusal.circumstances != circumstances(
        subject.ticket, policy.configuration
    ):
        return subject.escalations
    given_up = refusal.tries >= policy.tries
    return () if given_up or rests(refusal.at, RETRY_REFUSED, now) else subject.escalations


def _written_before(subject: Subject, name: FieldName, new: str) -> bool:
    entry = subject.ledger.get(name)
    ours = entry is not None and normal(entry.value) == new
    return ours and subject.rewrites.get((name, new), 0) > 0


def _held(subject: Subject, edit: FieldEdit, policy: Policy, now: datetime) -> Withheld | None:
    ticket = subject.ticket
    refusal = subject.refusals.get(edit.name)
    given_up = refusal is not None and refusal.tries >= policy.tries
    if (
        refusal is not None
        and normal(refusal.value) == edit.new
        and refusal.circumstances == circumstances(ticket, policy.configuration)
        and (given_up or rests(refusal.at, RETRY_REFUSED, now))
    ):
        return Withheld(ticket=ticket.id, field=edit.name, value=edit.new, why=refusal.reason,
                        given_up=given_up)  # fmt: skip
    if subject.rewrites.get((edit.name, edit.new), 0) >= FIGHT:
        why = Message("came back changed {count} times in a day: something else writes this field",
                      {"count": FIGHT})  # fmt: skip
        return Withheld(ticket=ticket.id, field=edit.name, value=edit.new, why=why)
    return None


def circumstances(ticket: Ticket, configuration: str) -> str:
    """Answer what must differ before a refused field is tried again."""
    return f"{ticket.project.id}/{ticket.tracker.id}/{ticket.status.id}/{configuration}"


def _why(subject: Subject, policy: Policy) -> Message:
    if names := decided(subject, policy):
        return Message("follows what people decided: {fields}", {"fields": ", ".join(names)})
    return Message("rule «{rule}»", {"rule": subject.routing.rule})


def _counted(subject: Subject, matrix: Matrix, policy: Policy) -> list[Override]:
    """Answer the ticket's overrides, each with what the matrix would choose."""
    if not subject.judgement.overrides:
        return []
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
