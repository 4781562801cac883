"""All that is known of each open ticket, for the planner, which sees neither store nor desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.desk.planner import Subject
from itsm_sync.desk.provenance import judge, unexplained
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Routing
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.routing.overrule import Overruled, follow, named
from itsm_sync.store import Store

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The subjects of a plan, and the tickets whose history could not be read (left alone).

    `recognised` are values of ours, and nobody's, that the ledger does not know.
    """

    subjects: tuple[Subject, ...]
    unread: tuple[int, ...]
    recognised: Mapping[int, Mapping[FieldName, str]]


def gather(
    tickets: Sequence[tuple[Ticket, Routing]],
    *,
    store: Store,
    desk: Desk,
    matrix: Matrix,
    language: str,
    now: datetime,
) -> Gathered:
    """Fetch ledger, overrides, refusals and, only where needed, histories; judge each ticket."""
    ids = [ticket.id for ticket, _ in tickets]
    written = store.written(ids)
    known = _by_ticket(store.overrides())
    refusals = store.refusals(ids)
    rewrites = store.rewrites(now - DAY)
    asked = {t.id for t, _ in tickets if unexplained(t, written.get(t.id, {}), known.get(t.id, {}))}
    histories = desk.histories(sorted(asked))
    unread = set(asked) - set(histories)
    subjects = []
    for ticket, chosen in tickets:
        if ticket.id in unread:
            continue
        origin = _origin(ticket, store) if ticket.id in asked else None
        judgement = judge(
            ticket,
            ledger=written.get(ticket.id, {}),
            known=known.get(ticket.id, {}),
            history=histories.get(ticket.id, ()),
            bot=desk.account.id,
            bot_name=desk.account.name,
            origin=origin,
            carried=store.written([origin.id]).get(origin.id, {}) if origin else {},
        )
        overruled = {name: override.value for name, override in judgement.overrides.items()}
        subjects.append(
            Subject(
                ticket=ticket,
                routing=follow(matrix, chosen, _overruled(overruled, matrix, language, chosen)),
                chosen=chosen,
                judgement=judgement,
                ledger=written.get(ticket.id, {}),
                refusals=refusals.get(ticket.id, {}),
                rewrites=rewrites.get(ticket.id, {}),
            )
        )
    recognised = {s.ticket.id: found for s in subjects if (found := _recognised(s))}
    return Gathered(subjects=tuple(subjects), unread=tuple(sorted(unread)), recognised=recognised)


def _recognised(subject: Subject) -> Mapping[FieldName, str]:
    free = subject.judgement.ours | subject.judgement.inherited
    shown = {name: normal(subject.ticket.value(name)) for name in free}
    return {
        name: value
        for name, value in shown.items()
        if name not in subject.ledger or normal(subject.ledger[name].value) != value
    }


def _overruled(
    values: Mapping[FieldName, str], matrix: Matrix, language: str, chosen: Routing
) -> Overruled:
    return named(
        matrix,
        language,
        process=values.get(FieldName.PROCESS),
        team=values.get(FieldName.TEAM),
        role=values.get(FieldName.ROLE),
        approving_team=values.get(FieldName.APPROVING_TEAM),
        held_by=chosen.responsible,
    )


def _by_ticket(overrides: Iterable[Override]) -> dict[int, dict[FieldName, Override]]:
    found: dict[int, dict[FieldName, Override]] = {}
    for override in overrides:
        found.setdefault(override.ticket, {})[override.field] = override
    return found


def _origin(ticket: Ticket, store: Store) -> Ticket | None:
    """Answer the ticket that this one was copied from, by relation or by the key it carries."""
    key = ticket.value(FieldName.KEY) or ""
    own = f"redmine:issue/{ticket.id}"
    origin = f"redmine:issue/{ticket.copied_from}" if ticket.copied_from else key
    if not origin or origin == own:
        return None
    item = store.item(origin)
    return item.ticket if item is not None else None
