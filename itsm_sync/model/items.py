"""Anything pulled from a system, normalised."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from itsm_sync.model.text import clean
from itsm_sync.model.tickets import Ref, Ticket

Fact = str | int | float | bool | datetime | tuple[str, ...]
Facts = Mapping[str, Fact]


class Audience(StrEnum):
    """Who may see an item; its text never goes to a wider one."""

    PUBLIC = "public"  # whoever sees the Redmine project or the repository
    PRIVATE = "private"  # a private ticket, a private repository, a security alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing pulled from a source.

    `key` names it in the world: `redmine:issue/42`, `jenkins:ci:abc/deploy/main#17@1763871234000`,
    `github:abc/app/pull/7`. `state` is the system's own word ("open", "closed", "merged",
    "running", "SUCCESS", ...). `facts` hold what rules may ask about and nothing the bot wrote.
    Times are aware; `ticket` is set for Redmine issues only.
    """

    key: str
    source: str
    kind: str
    title: str
    url: str
    state: str
    created_at: datetime
    updated_at: datetime
    body: str = ""
    audience: Audience = Audience.PUBLIC
    facts: Facts = field(default_factory=dict)
    ticket: Ticket | None = None

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None or self.updated_at.tzinfo is None:
            name = "updated_at" if self.created_at.tzinfo else "created_at"
            raise ValueError(f"{self.key}: {name} has no time zone")

    def knowing(self, facts: Facts, audience: Audience) -> "Item":
        """Answer the item with other facts and another audience; far faster than `replace`."""
        return Item(
            key=self.key, source=self.source, kind=self.kind, title=self.title, url=self.url,
            state=self.state, created_at=self.created_at, updated_at=self.updated_at,
            body=self.body, audience=audience, facts=facts, ticket=self.ticket,
        )  # fmt: skip


def clean_item(
    *, key: str, title: str, url: str, state: str, facts: Facts, body: str = "", **others: Any
) -> Item:
    """Make an item without characters, in any of its texts, that a database refuses."""
    return Item(
        key=clean(key),
        title=clean(title),
        url=clean(url),
        state=clean(state),
        body=clean(body),
        facts={clean(name): clean_fact(value) for name, value in facts.items()},
        **others,
    )


def clean_fact(value: Fact) -> Fact:
    """Answer a fact without characters that a database refuses."""
    if isinstance(value, str):
        return clean(value)
    return tuple(map(clean, value)) if isinstance(value, tuple) else value


def worded(item: Item, priorities: Mapping[str, int]) -> Ticket | None:
    """Answer an item's ticket as the desk would see it, with the words that stand in the item.

    Args:
        item: None is answered where it is no ticket's.
        priorities: Redmine's, name to number; one that is not among them is as good as none.
    """
    if item.ticket is None:
        return None
    name = str(item.facts.get("priority", ""))
    return replace(
        item.ticket,
        subject=item.title,
        description=item.body,
        priority=Ref(id=priorities[name], name=name) if name in priorities else None,
        due_date=str(item.facts.get("due_date", "")),
    )
