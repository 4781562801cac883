"""How good our routings are, by what people made of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from itsm_sync.store import KeptOverride, Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of the tickets `routed`, how many people changed; `share` is None where none was routed."""

    routed: int
    changed: int

    @property
    def share(self) -> float | None:
        return self.changed / self.routed if self.routed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The share of our routings that people changed: of all, by rule, and by team (id)."""

    whole: Share
    rules: Mapping[str, Share]
    teams: Mapping[str, Share]


def quality(
    routed: Iterable[Routed], history: Iterable[KeptOverride], until: datetime | None = None
) -> Quality:
    """Answer the share of our routings that people changed.

    Definition: the denominator is the tickets that we wrote in a period by a rule's decision (or
    for a team): those of `routed`. The numerator is those among them for which a person's value
    differs from what that rule (for that team) chose, in a decision (process, team, role, approving
    team), also where it was given back later, or stood before we came. Not counted: a ticket that
    a signal opened, what clocks write, a value that agrees with the rule, one decided at `until` or
    later, one given back before we wrote.
    Unit: tickets; a ticket counts once for each rule and each team that decided it.
    Source: ledger, decisions and overrides as stored (`Store.routed_tickets`,
    `Store.override_history`).

    Args:
        routed: the tickets of the period, from `Store.routed_tickets`.
        history: all overrides, from `Store.override_history`.
        until: the period's end, so that a past period's share does not move; None: now.
    """
    disagreeing: dict[int, list[KeptOverride]] = {}
    for kept in history:
        if differs(kept) and (until is None or kept.since is None or kept.since < until):
            disagreeing.setdefault(kept.override.ticket, []).append(kept)
    decided = [(one, disagreeing.get(one.ticket, [])) for one in routed]
    return Quality(
        whole=_share(decided, "rule"), rules=_by(decided, "rule"), teams=_by(decided, "team")
    )


def differs(kept: KeptOverride) -> bool:
    """Whether the person decided otherwise than the rule."""
    return kept.override.value != kept.override.chosen


def changes(kept: KeptOverride, one: Routed, by: Literal["rule", "team"]) -> bool:
    """Whether the override is of that decision, by rule or team, and not over before it came."""
    same = getattr(kept.override, by) == getattr(one, by)
    return same and (kept.given_back_at is None or kept.given_back_at > one.at)


_Decided = list[tuple[Routed, list[KeptOverride]]]


def _by(decided: _Decided, by: Literal["rule", "team"]) -> dict[str, Share]:
    groups: dict[str, _Decided] = {}
    for one, kept in decided:
        groups.setdefault(getattr(one, by), []).append((one, kept))
    return {name: _share(groups[name], by) for name in sorted(groups)}


def _share(decided: _Decided, by: Literal["rule", "team"]) -> Share:
    changed = {one.ticket for one, all_of in decided if any(changes(k, one, by) for k in all_of)}
    return Share(routed=len({one.ticket for one, _ in decided}), changed=len(changed))
