"""What the parsers of GitHub's answers share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from itsm_sync.model.items import Audience, Fact, Item, clean_item
from itsm_sync.model.text import clean

SOURCE = "github"
Payload = Mapping[str, Any]

# What a payload of another shape than GitHub's makes of a parser.
SHAPE_ERRORS = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
_BOT = "[bot]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The repository that a payload came from: its configured `owner/name`, and who may see it."""

    repository: str
    private: bool = False
    url: str = ""

    def key(self, rest: str) -> str:
        """Answer the key of a thing in it (`pull/7`)."""
        return f"{SOURCE}:{self.repository}/{rest}"


def moment(value: object) -> datetime | None:
    """Answer a time of GitHub's (`2026-11-23T21:46:46Z`) in UTC; None where there is none."""
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def first_moment(row: Payload, *names: str) -> datetime:
    """Answer the first of the named times that is there; raises ValueError where none is."""
    for name in names:
        at = moment(row.get(name))
        if at is not None:
            return at
    raise ValueError(f"none of {', '.join(names)} is set")


def whole(row: Payload, name: str) -> int:
    """Answer a whole number that must be there; raises one of SHAPE_ERRORS."""
    value = row[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is no whole number")
    return value


def login(person: object) -> str:
    """Answer a login, "" where the account is gone (null)."""
    return str(person.get("login") or "") if isinstance(person, Mapping) else ""


def is_bot(person: object) -> bool:
    """Whether an account is a program's."""
    kind = person.get("type") if isinstance(person, Mapping) else None
    return kind == "Bot" or login(person).endswith(_BOT)


def names(rows: object, field: str) -> tuple[str, ...]:
    """Answer a field of each of `rows`, each value once, empty ones left out."""
    rows = rows if isinstance(rows, Iterable) else ()
    found = (row.get(field) if isinstance(row, Mapping) else row for row in rows)
    return tuple(dict.fromkeys(clean(str(value)) for value in found if value))


def inner(row: object, *path: str) -> Any:
    """Answer what lies at `path` in nested objects; None where something on the way is null."""
    for name in path:
        row = row.get(name) if isinstance(row, Mapping) else None
    return row


def common(row: Payload, place: Place, author: object) -> dict[str, Fact | None]:
    """Answer the facts that every item of GitHub has. GitHub fact 10: the node id stays."""
    return {
        "repository": place.repository,
        "private": place.private,
        "node_id": str(row.get("node_id") or ""),
        "author": login(author),
        "author_is_bot": is_bot(author),
    }


def item(
    place: Place,
    *,
    rest: str,
    kind: str,
    title: object,
    state: object,
    url: object,
    created_at: datetime,
    updated_at: datetime,
    facts: Mapping[str, Fact | None],
    body: object = "",
    private: bool = False,
) -> Item:
    """Make an item of a repository; facts without a value are left out."""
    hidden = place.private or private
    return clean_item(
        key=place.key(rest) if rest else f"{SOURCE}:{place.repository}",
        source=SOURCE,
        kind=kind,
        title=clean(str(title or "")),
        body=clean(str(body or "")),
        url=str(url or ""),
        state=str(state),
        created_at=created_at,
        updated_at=updated_at,
        audience=Audience.PRIVATE if hidden else Audience.PUBLIC,
        facts={name: value for name, value in facts.items() if value not in (None, "", ())},
    )
