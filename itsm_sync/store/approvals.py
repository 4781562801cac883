"""What tickets' histories said of their approval, so that they need not be read again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from itsm_sync.model.approvals import Approval
from itsm_sync.store.codec import decode, encode, loads, text_of
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.schema import approvals
from itsm_sync.store.subject import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApproval:
    """An approval as it was heard: for which team (id), by what it depended on beside the
    history, and the ticket's `updated_on` then.
    """

    ticket: int
    approval: Approval
    team: str
    claim: str
    seen: datetime


class Approvals(Part):
    """Keeping and reading approvals."""

    def approvals(self, tickets: Iterable[int]) -> Mapping[int, KeptApproval]:
        """Answer ticket -> what was heard of its approval."""
        found: dict[int, KeptApproval] = {}
        with self._database.reading() as connection:
            for some in chunks(tickets):
                question = select(approvals).where(approvals.c.ticket.in_(some))
                for row in connection.execute(question):
                    found[row.ticket] = KeptApproval(
                        ticket=row.ticket,
                        approval=decode(Approval, loads(row.content)),
                        team=row.team,
                        claim=row.claim,
                        seen=row.seen,
                    )
        return found

    def keep_approvals(self, heard: Iterable[KeptApproval]) -> None:
        """Store what was heard; it replaces what was heard before."""
        rows = [
            {
                "ticket": one.ticket,
                "content": text_of(encode(one.approval)),
                "team": one.team,
                "claim": one.claim,
                "seen": one.seen,
            }
            for one in heard
        ]
        with self._database.writing() as connection:
            upsert(connection, approvals, rows)


def still_heard(connection: Connection, ticket: int, seen: datetime) -> None:
    """Note that only we wrote to the ticket since: what was heard is as good as new."""
    mine = update(approvals).where(approvals.c.ticket == ticket)
    connection.execute(mine.values(seen=seen))
