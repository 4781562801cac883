"""Looks for tickets of ours in Redmine: by who opened them since when, or by their key."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.redmine import PAGE, RedmineClient
from itsm_sync.clients.redmine_payloads import moment, ticket
from itsm_sync.clients.refusals import misshapen, shaped
from itsm_sync.model.openings import Shown
from itsm_sync.model.text import clean, normal
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.settings import TicketField

Row = Mapping[str, Any]
Condition = tuple[str, str]  # an operator and a value
_SYSTEM, _PATH = "redmine", "/issues.json"
_BEHIND = timedelta(minutes=10)
_NOBODYS = "nobody's key"  # no key of an item looks like this


class Unfiltered(Broken):
    """Redmine ignores a filter (Redmine fact 2), so that nothing is known by it."""


def find_own(
    client: RedmineClient,
    fields: Mapping[FieldName, TicketField],
    since: datetime,
    *,
    author: int,
    key_field_id: int | None = None,
    key: str | None = None,
) -> tuple[Shown, ...]:
    """Answer the tickets that somebody opened since a time, open and closed, the oldest first.

    Args:
        client: the bot's door.
        fields: ours, as the settings name them.
        since: aware, by our clock; Redmine's is not told (Redmine fact 11) and may be behind, so
            what was opened in the minutes before is there too.
        author: who opened them.
        key_field_id: the key field's number, where only those with the key are wanted.
        key: that key; a ticket whose tracker dropped it is not found by it (Redmine fact 28).

    Raises:
        ClientError: they can't be read whole.
    """
    start = (since.astimezone(UTC) - _BEHIND).replace(microsecond=0)
    asked = {
        "author_id": ("=", str(author)),
        "created_on": (">=", f"{start:%Y-%m-%dT%H:%M:%SZ}"),  # else 422 (Redmine fact 5)
    }
    with shaped(_SYSTEM, _PATH):
        rows = [row for row in _all(client, asked) if _opened(row, author, start)]
        if key_field_id is not None and key is not None:
            rows = [row for row in rows if normal(_held(row, key_field_id)) == normal(key)]
        return tuple(shown(row, fields) for row in rows)


def find_key(
    client: RedmineClient, fields: Mapping[FieldName, TicketField], field_id: int, value: str
) -> tuple[Shown, ...]:
    """Answer all tickets with this key, open and closed: copies carry it too (Redmine fact 28).

    Raises:
        Unfiltered: Redmine ignores the filter (Redmine fact 2), so that nothing is known.
        ClientError: as every read.
    """
    found, filters = [], False
    with shaped(_SYSTEM, _PATH):
        for row in _all(client, {f"cf_{field_id}": ("=", value)}):
            if normal(_held(row, field_id)) == normal(value):
                found.append(row)
            elif not filters:
                filters = _filters(client, field_id)
        return tuple(shown(row, fields) for row in found)


def shown(payload: Row, fields: Mapping[FieldName, TicketField]) -> Shown:
    """Read a ticket with its words."""
    return Shown(
        ticket=ticket(payload, fields),
        subject=clean(payload.get("subject")),
        description=clean(payload.get("description")),
        priority=int(payload["priority"]["id"]),
    )


def _all(client: RedmineClient, asked: Mapping[str, Condition]) -> Iterator[Row]:
    """Answer all tickets that fit, by their numbers; pages by offset lose some (Redmine fact 7)."""
    after = 0
    while True:
        page = _page(client, PAGE, {**asked, "issue_id": (">=", str(after + 1))})
        yield from page
        if len(page) < PAGE:
            return
        if int(page[-1]["id"]) <= after:
            raise misshapen(_SYSTEM, _PATH)  # it would be asked for ever
        after = int(page[-1]["id"])


def _page(
    client: RedmineClient, limit: int, asked: Mapping[str, Condition]
) -> list[dict[str, Any]]:
    """Ask in the long form: the short one takes a value with a bar in it for two."""
    params: dict[str, Any] = {"f[]": ["status_id", *asked], "op[status_id]": "*"}
    for name, (operator, value) in asked.items():
        params |= {f"op[{name}]": operator, f"v[{name}][]": value}
    return client.issue_page(limit, **params, sort="id", include="relations")[0]


def _filters(client: RedmineClient, field_id: int) -> bool:
    """Answer that Redmine filters by the field, if not quite by our rules. Raises Unfiltered."""
    if _page(client, 1, {f"cf_{field_id}": ("=", _NOBODYS)}):
        params = {"field": field_id}
        told = Message("Redmine does not filter by the field {field}: is it a filter?", params)
        raise Unfiltered(told, system=_SYSTEM)
    return True


def _opened(row: Row, author: int, start: datetime) -> bool:
    """Whether it was opened by that account, from that second on, whatever Redmine filtered."""
    return int(row["author"]["id"]) == author and moment(row["created_on"]) >= start


def _held(row: Row, field_id: int) -> object:
    fields = row.get("custom_fields", ())
    return next((one.get("value") for one in fields if int(one["id"]) == field_id), None)
