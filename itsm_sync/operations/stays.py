"""Tickets' times in stages as all that is stored tells them, for the digest and for measures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.histories import History
from itsm_sync.model.stages import StageSpan, begun
from itsm_sync.model.tickets import FieldName
from itsm_sync.store import KeptApproval, Store

# Answers ticket -> its history, where it was read.
Histories = Callable[[Iterable[int]], Mapping[int, History]]
_PLACING = (FieldName.PROCESS, FieldName.STAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of some tickets, by number."""

    spans: Mapping[int, tuple[StageSpan, ...]]
    approvals: Mapping[int, KeptApproval]
    histories: Mapping[int, History]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """Answers where tickets stood, the first time in a stage from when it really began."""

    store: Store
    histories: Histories
    _decided: dict[int, list[datetime]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for one in self.store.override_history():
            if one.override.field in _PLACING and one.since is not None:
                self._decided.setdefault(one.override.ticket, []).append(one.since)

    def known(self, tickets: Mapping[int, bool]) -> Known:
        """Answer what is known of tickets; True: what names it decided its stage."""
        histories, heard = self.histories(tickets), self.store.approvals(tickets)
        named = self._named(number for number, linked in tickets.items() if linked)
        spans = {
            number: begun(
                found,
                histories.get(number),
                [
                    *self._decided.get(number, ()),
                    *named.get(number, ()),
                    *_said(heard.get(number)),
                ],
            )
            for number, found in self.store.stage_spans(tickets).items()
        }
        return Known(spans=spans, approvals=heard, histories=histories)

    def _named(self, numbers: Iterable[int]) -> Mapping[int, list[datetime]]:
        keys = {f"redmine:issue/{number}": number for number in numbers}
        found = self.store.linked(keys) if keys else {}
        return {keys[key]: [item.updated_at for item in mine] for key, mine in found.items()}


def _said(heard: KeptApproval | None) -> Iterable[datetime]:
    stands = heard.approval.stands if heard is not None else None
    return () if stands is None else (stands.at,)
