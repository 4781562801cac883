"""Findings: kept by key, since when, closed by a fact."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select, update

from itsm_sync.model.findings import Finding
from itsm_sync.model.words import Message
from itsm_sync.store.codec import decode, encode
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.records import OpenFinding
from itsm_sync.store.schema import findings
from itsm_sync.store.subject import Part

_STANDS = findings.c.closed_at.is_(None)


class Findings(Part):
    """Keeping, closing and listing findings."""

    def keep_findings(
        self,
        seen: Iterable[Finding],
        at: datetime,
        *,
        whole_kind: str | None = None,
        undecided: Collection[str] = (),
    ) -> None:
        """Store findings as seen now; one that was closed stands anew, since now.

        `whole_kind` is the beginning of kinds of which `seen` is all there is: others are closed,
        but for the keys that are `undecided`: they stay as they were.
        """
        now = {finding.key: finding for finding in seen}
        with self._database.writing() as connection:
            standing = select(findings).where(_STANDS)
            stood = {row.key: row for row in connection.execute(standing)}
            rows = [
                {
                    "key": key,
                    "kind": finding.kind,
                    "message": encode(finding.message),
                    "first_at": stood[key].first_at if key in stood else at,
                    "last_at": at,
                    "closed_at": None,
                }
                for key, finding in now.items()
            ]
            upsert(connection, findings, rows)
            if whole_kind is not None:
                ended = [k for k, row in stood.items() if row.kind.startswith(whole_kind)]
                left = {*now, *undecided}
                _close(connection, (key for key in ended if key not in left), at)

    def open_findings(self) -> tuple[OpenFinding, ...]:
        """Answer the findings that stand, the oldest first."""
        question = select(findings).where(_STANDS).order_by(findings.c.first_at, findings.c.key)
        with self._database.reading() as connection:
            return tuple(
                OpenFinding(
                    finding=Finding(
                        key=row.key, kind=row.kind, message=decode(Message, row.message)
                    ),
                    first_at=row.first_at,
                    last_at=row.last_at,
                )
                for row in connection.execute(question)
            )


def _close(connection: Connection, keys: Iterable[str], at: datetime) -> None:
    for some in chunks(keys):
        mine = update(findings).where(findings.c.key.in_(some), _STANDS)
        connection.execute(mine.values(closed_at=at))
