"""What people overrule, rule by rule: the list of rules to mend. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.tickets import FieldName
from itsm_sync.reports.quality import changes, differs
from itsm_sync.store import KeptOverride, Routed

# Ticket -> field -> what the rules answer today; only tickets for which a rule answers.
Today = Mapping[int, Mapping[FieldName, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruled:
    """One answer of a rule in one field, and the answer that people preferred.

    `tickets` are those it happened on, the newest first; `by` counts them by person. `standing` is
    how many were not given back; of these the rules of today agree with the person on `mended`.
    `routed` is how many tickets the rule decided in the period, and `changed` how many of them
    are among these tickets (see `quality`).
    """

    rule: str
    field: FieldName
    chosen: str
    preferred: str
    tickets: tuple[int, ...]
    by: Mapping[str, int]
    since: datetime | None
    standing: int
    mended: int
    routed: int
    changed: int

    @property
    def share(self) -> float | None:
        """The share of the rule's tickets that were changed so; None where it decided none."""
        return self.changed / self.routed if self.routed else None


_Answer = tuple[str, FieldName, str, str]


def overruled(
    kept: Iterable[KeptOverride], routed: Iterable[Routed], today: Today
) -> tuple[Overruled, ...]:
    """Answer what people overruled, the most frequent first; values that agree are left out."""
    groups: dict[_Answer, list[KeptOverride]] = {}
    for one in kept:
        o = one.override
        if differs(one):
            groups.setdefault((o.rule, o.field, o.chosen, o.value), []).append(one)
    decided: dict[str, list[Routed]] = {}
    for ticket in routed:
        decided.setdefault(ticket.rule, []).append(ticket)
    found = [_group(a, group, decided.get(a[0], []), today) for a, group in groups.items()]
    return tuple(sorted(found, key=_rank))


def _group(
    answer: _Answer, group: list[KeptOverride], decided: list[Routed], today: Today
) -> Overruled:
    rule, field, chosen, preferred = answer
    by_ticket: dict[int, list[KeptOverride]] = {}
    for one in group:
        by_ticket.setdefault(one.override.ticket, []).append(one)
    changed = {
        one.ticket
        for one in decided
        if any(changes(kept, one, "rule") for kept in by_ticket.get(one.ticket, ()))
    }
    return Overruled(
        rule=rule,
        field=field,
        chosen=chosen,
        preferred=preferred,
        tickets=_tickets(group),
        by=_people(group),
        since=min((one.since for one in group if one.since), default=None),
        standing=sum(one.given_back_at is None for one in group),
        mended=sum(_mended(one, today) for one in group),
        routed=len({one.ticket for one in decided}),
        changed=len(changed),
    )


def within(
    kept: Iterable[KeptOverride], since: datetime | None, until: datetime | None
) -> tuple[KeptOverride, ...]:
    """Answer the overrides that people made from `since` on and before `until`."""
    return tuple(
        one
        for one in kept
        if (since is None or (one.since is not None and one.since >= since))
        and (until is None or one.since is None or one.since < until)
    )


def _rank(one: Overruled) -> tuple[int, str, str, str, str]:
    return -len(one.tickets), one.rule, one.field, one.chosen, one.preferred


def _tickets(group: list[KeptOverride]) -> tuple[int, ...]:
    """Answer the tickets, those decided last first."""
    newest: dict[int, float] = {}
    for one in group:
        at = one.since.timestamp() if one.since else 0.0
        ticket = one.override.ticket
        newest[ticket] = max(newest.get(ticket, 0.0), at)
    return tuple(sorted(newest, key=lambda ticket: (-newest[ticket], -ticket)))


def _people(group: list[KeptOverride]) -> dict[str, int]:
    """Answer person -> on how many tickets, the most frequent first."""
    pairs = {(one.override.by, one.override.ticket) for one in group}
    counted = Counter(by for by, _ in pairs)
    return dict(sorted(counted.items(), key=lambda found: (-found[1], found[0])))


def _mended(one: KeptOverride, today: Today) -> bool:
    answers = today.get(one.override.ticket, {})
    return one.given_back_at is None and answers.get(one.override.field) == one.override.value
