"""Relates tickets, and tells the refusals apart that are no errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from itsm_sync.clients.errors import Conflict, Invalid
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.refusals import shaped
from itsm_sync.model.relating import Relating

RELATES = "relates"  # closing one of two *duplicates* closes the other too (Redmine fact 29)


def relate(client: RedmineClient, ticket: int, other: int, kind: str = RELATES) -> Relating:
    """Relate two tickets that the bot sees; a relation that is there is left as it is.

    Raises:
        ClientError: as every write; Invalid also where the other ticket is not there.
    """
    wanted = {"relation": {"issue_to_id": other, "relation_type": kind}}
    try:
        client.post(f"/issues/{ticket}/relations.json", wanted)
    except (Conflict, Invalid):
        if (stands := _standing(client, ticket, other)) is None:
            raise
        return stands
    return Relating.RELATED


def _standing(client: RedmineClient, ticket: int, other: int) -> Relating | None:
    """Answer why Redmine refuses: it says so in the bot's language only."""
    with shaped("redmine", "/issues.json"):
        found = {int(row["id"]): row for row in client.issues([ticket, other])}
        if ticket not in found or other not in found:
            return None
        if any({ticket, other} == pair for pair in _pairs(found.values())):
            return Relating.ALREADY
        across = found[ticket]["project"]["id"] != found[other]["project"]["id"]
        return Relating.ACROSS if across else None


def _pairs(rows: Iterable[Mapping[str, Any]]) -> Iterable[set[int]]:
    for row in rows:
        for relation in row.get("relations", ()):
            yield {int(relation["issue_id"]), int(relation["issue_to_id"])}
