"""What the parsers share: the origin of an item, times, checked reads of a payload."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from itsm_sync.model.items import Item
from itsm_sync.model.text import clean

Payload = Mapping[str, Any]

# Jenkins tells no time of a job that never ran nor of a node that never answered.
UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)

# What reading a payload of another shape raises.
SHAPE_ERRORS = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose items these are: the source's name, the controller's name and address.

    `repositories` (`owner/name`) are those that a checkout may be linked to; empty: any.
    """

    source: str
    controller: str
    url: str
    repositories: Collection[str] = field(default=())

    def key(self, rest: str) -> str:
        return f"jenkins:{self.controller}:{rest}"

    def address(self, rest: str) -> str:
        """Answer an address that Jenkins gives in part (`queue/item/7/`) as a whole."""
        return urljoin(f"{self.url.rstrip('/')}/", rest)


def moment(milliseconds: int) -> datetime:
    """Answer the time of the controller's clock (Jenkins fact 11), exact to the millisecond."""
    return UNKNOWN_TIME + timedelta(milliseconds=milliseconds)


def whole(payload: Payload, name: str) -> int:
    """Answer a whole number that must be there; raises KeyError, TypeError."""
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is no whole number: {value!r:.40}")
    return value


def objects(value: Any) -> Iterator[Payload]:
    """Answer the objects of a list; Jenkins leaves `null` where a plugin's class is gone."""
    yield from (part for part in value or () if isinstance(part, Mapping))


def named(payload: object, *names: str) -> str:
    """Answer the first of the values that a payload has, whatever its shape; "?" for none."""
    found = (payload.get(name) for name in names) if isinstance(payload, Mapping) else iter(())
    return clean(str(next((value for value in found if value is not None), "?")))


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Answer the values that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))


def digest(item: Item) -> str:
    """Answer 12 characters that change with what an item says; its own times are left out."""
    said = (item.title, item.body, item.url, item.state, sorted(item.facts.items(), key=_first))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def _first(pair: tuple[str, object]) -> str:
    return pair[0]
