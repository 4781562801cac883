"""What comes with a stage that begins: consulted teams as watchers, and the note. Pure."""

from itsm_sync.desk.desired import desired, differs
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.desk.wording import note, values
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import FieldEdit, NoteEdit, Watch
from itsm_sync.model.routing import Routing
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName

# What tells where a ticket stands: where one of them moves, a stage begins.
_PLACE = (FieldName.PROCESS, FieldName.STAGE, FieldName.TEAM, FieldName.ROLE)


def may_watch(subject: Subject, matrix: Matrix, policy: Policy) -> bool:
    """Whether a stage begins, or a watcher could not be added when it did."""
    shown = values(matrix, subject.routing, policy.language)
    begins = any(differs(subject, name, shown[name]) for name in _PLACE)
    place = (subject.routing.process, subject.routing.stage)
    return begins or not all(done for at, done in subject.watched.items() if at[:2] == place)


def watchers(
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
        place = (project, team)
        if team == routing.responsible or place not in policy.groups or done:
            continue
        group = policy.groups[place]
        # Nobody is asked for without a stage that begins, or a group that is known by now.
        if not begins and (done is None or (group is None and not fields)):
            continue
        name = matrix.teams[team].group
        found.append(
            Watch(process=routing.process, stage=routing.stage, team=team, group=group, name=name)
        )
    return tuple(found)


def consulted(routing: Routing, project: int, matrix: Matrix, policy: Policy) -> tuple[Watch, ...]:
    """Answer the groups of the consulted teams of a ticket that is to be opened."""
    if not policy.watch:
        return ()
    teams = sorted({matrix.row(row).team for row in routing.consulted} - {routing.responsible})
    return tuple(
        Watch(
            process=routing.process,
            stage=routing.stage,
            team=team,
            group=policy.groups[project, team],
            name=matrix.teams[team].group,
        )
        for team in teams
        if (project, team) in policy.groups
    )


def told(
    subject: Subject, fields: list[FieldEdit], matrix: Matrix, policy: Policy
) -> NoteEdit | None:
    """Answer the note of a hand-over or of a new ticket; None where neither is told."""
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
        why=desired(subject, matrix, policy)[FieldName.REASON],
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
    told = FieldName.STAGE in subject.refusals  # once the note was written: once is enough
    return _moved(fields) is not None and kept and elsewhere and not told


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
