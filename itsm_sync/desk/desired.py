"""What a ticket's fields shall show, and which of them we may set. Pure."""

from itsm_sync.desk import promises
from itsm_sync.desk.provenance import COUNTED
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.desk.wording import overruled_reason, values
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import DERIVED, FieldName

# Who decided one of these has looked at what the rules were not sure of.
_SETTLING = frozenset({FieldName.PROCESS, FieldName.TEAM, FieldName.ROLE})


def desired(subject: Subject, matrix: Matrix, policy: Policy) -> dict[FieldName, str]:
    """Answer the value of each field of ours as people's decisions and the matrix make it."""
    shown = values(matrix, subject.routing, policy.language)
    shown[FieldName.KEY] = subject.identity or shown[FieldName.KEY]
    if names := decided(subject, policy):
        settled = not _SETTLING.isdisjoint(subject.judgement.overrides)
        shown[FieldName.REASON] = overruled_reason(
            matrix, subject.chosen, names, policy.language, settled=settled
        )
    group = policy.groups.get((subject.ticket.project.id, subject.routing.responsible))
    if policy.assign and group is not None:
        shown[FieldName.ASSIGNEE] = str(group)
    return shown | promised(subject, policy)


def promised(subject: Subject, policy: Policy) -> dict[FieldName, str]:
    """Answer what the fields of the service level shall show; none where nobody knows just now."""
    if subject.standings is None:
        return {}
    return promises.shown(subject.standings, policy.language, policy.zone)


def decided(subject: Subject, policy: Policy) -> list[str]:
    """Answer what the fields are called that people decided."""
    overrides = subject.judgement.overrides
    return [policy.labels.get(name, name) for name in COUNTED if name in overrides]


def differs(subject: Subject, name: FieldName, new: str) -> bool:
    """Whether the ticket shows something else in a field that we may set."""
    now = subject.ticket.value(name)
    if now is None or now == new or normal(now) == normal(new):
        return False
    return name in DERIVED or subject.judgement.free(name)
