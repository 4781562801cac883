"""One page of tickets: how it is asked for, and what it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.redmine import PAGE, RedmineClient
from itsm_sync.clients.redmine_payloads import moment
from itsm_sync.model.words import Message

Row = Mapping[str, Any]
_DIGITS = 18  # of a number of 63 bits, which every database takes
Condition = Sequence[str]  # an operator and its values; empty: no condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The first rows that fit, and how many fit in all; `unfit` rows have no id, time, project."""

    rows: Sequence[Row]
    total: int
    unfit: Sequence[object] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing more fits."""
        return not self.rows or len(self.rows) + len(self.unfit) >= self.total

    @property
    def newest(self) -> datetime | None:
        """The newest time on the page; None where there is no row."""
        return max((updated(row) for row in self.rows), default=None)


def ask(client: RedmineClient, *, sort: str, limit: int = PAGE, **conditions: Condition) -> Page:
    """Ask for the first tickets that fit all conditions, open and closed."""
    params = {"sort": sort, "include": "relations", **_params(status_id=("*",), **conditions)}
    found, total = client.issue_page(limit=limit, **params)
    rows: list[Row] = []
    unfit: list[object] = []
    for row in found:
        (rows if fits(row) else unfit).append(row)
    if unfit and not rows:
        raise Broken(Message("Redmine answered tickets of another shape"), system="redmine")
    return Page(rows=rows, total=total, unfit=unfit)


def numbers(client: RedmineClient, **conditions: Condition) -> Iterator[int]:
    """Answer the numbers of all tickets that fit all conditions, by Redmine's CSV.

    It has as many rows as Redmine's setting `issues_export_limit` says (500 as shipped), and no
    pages (`IssuesController#index`): the next begins at the number after the last one.
    """
    first, most = 1, 0
    while True:
        since = _params(issue_id=(">=", str(first)), **conditions)
        rows = client.table("/issues.csv", **{"c[]": ["id"], "sort": "id"}, **since)
        found = [_numeral(row) for row in rows]
        if found != sorted(set(found)) or (found and found[0] < first):
            raise Broken(Message("Redmine answered other tickets than asked"), system="redmine")
        yield from found
        most = max(most, len(found))
        if not found or len(found) < most:
            return
        first = found[-1] + 1


def _numeral(row: Sequence[str]) -> int:
    if len(row) != 1 or not row[0].isdecimal() or len(row[0]) > _DIGITS:
        raise Broken(Message("Redmine answered tickets of another shape"), system="redmine")
    return int(row[0])


def _params(**conditions: Condition) -> dict[str, Any]:
    """Answer the conditions as Redmine takes them.

    They are written in the long form: the short one knows no project list, and `project_id` in it
    makes Redmine refuse where the project has no tickets of its own.
    """
    given = {name: c for name, c in conditions.items() if c}
    params: dict[str, Any] = {"f[]": list(given)}
    for name, (operator, *values) in given.items():
        params[f"op[{name}]"] = operator
        if values:
            params[f"v[{name}][]"] = values
    return params


def stamp(at: datetime) -> str:
    """Answer a time as Redmine's filters take it: an offset or a fraction is 422 (fact 5)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(row: Row) -> int:
    """Answer the ticket's number."""
    return int(row["id"])


def project(row: Row) -> int:
    """Answer the number of the ticket's project."""
    return int(row["project"]["id"])


def updated(row: Row) -> datetime:
    """Answer when the ticket was last changed, as far as Redmine tells: to the second."""
    return moment(row["updated_on"])


def fits(row: Any) -> bool:
    """Whether a row has the number, project and time of a ticket."""
    try:
        number(row), project(row), updated(row)
    except (KeyError, TypeError, ValueError, OverflowError):
        return False
    return True
