"""What a stream needs to be read, and how its refusals become batches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsm_sync.clients.github import GitHubClient, Page
from itsm_sync.model.cycles import Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Memory
from itsm_sync.sources.github.payloads import Place
from itsm_sync.sources.github.streams import stream_name

Cursor = Mapping[str, Any]
OVERLAP = timedelta(seconds=60)  # a change may become visible late
ANEW = "anew"  # in the cursor of a stream of which rows that seem the same are read, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One repository as it is read in one pull.

    `path` is where it is now (`/repos/abc/app`); `start` is how far a first read goes back;
    `now` is the time by our clock; `stamp` changes when what was read before counts no more:
    another repository under the same name, or one that became private or public (its items get
    another audience).
    """

    client: GitHubClient
    memory: Memory
    place: Place
    path: str
    start: datetime
    stamp: str
    now: datetime

    def stream(self, name: str) -> str:
        """Answer a stream's name in the store."""
        return stream_name(self.place.repository, name)

    def cursor(self, name: str) -> Cursor:
        """Answer the stream's cursor, empty at first."""
        cursor = cursor_of(self.memory, self.stream(name))
        return cursor if cursor.get("of") == self.stamp else {}

    def marked(self, **cursor: object) -> Cursor:
        """Answer a cursor that counts while the repository is the same."""
        return {**cursor, "of": self.stamp}

    def at(self, page: Page) -> datetime:
        """Answer when a page was answered, by the server's clock where it tells."""
        return page.at or self.now

    def unchanged(self, found: Iterable[Item], cursor: Cursor) -> set[str]:
        """Answer the keys of those items that are stored with the same `updated_at`, and were
        settled when they were read: within the second that a time tells a thing may change twice.
        """
        items = list(found)
        if not items:
            return set()
        oldest = min(item.updated_at for item in items)
        stored: dict[str, datetime] = {}
        for kind in {item.kind for item in items}:
            stored |= self.memory.updated_since(kind, oldest)
        read_at = datetime.fromisoformat(cursor["at"]) if "at" in cursor else None
        return {
            item.key
            for item in items
            if stored.get(item.key) == item.updated_at
            and (read_at is None or settled(item.updated_at, read_at))
        }

    def open_keys(self, kind: str, segment: str) -> tuple[str, ...]:
        """Answer the stored keys of this repository's open items of a kind."""
        prefix = self.place.key(f"{segment}/")
        return tuple(k for k in self.memory.known(kind, state="open") if k.startswith(prefix))

    def rejected(self, name: str, row: object, error: Exception) -> Rejected:
        """Answer a row set aside, by the key that its item would have, as far as can be seen."""
        row = row if isinstance(row, Mapping) else {}
        number = row.get("number") or row.get("id") or "?"
        return Rejected(key=self.place.key(f"{segment(name)}/{number}"), error=fault(error))


def segment(feed: str) -> str:
    """Answer what the keys of a feed's items have before their number."""
    return feed.rstrip("s")


def settled(changed: datetime, read_at: datetime) -> bool:
    """Whether what changed then can't have changed once more, with the same time, after a read."""
    return changed < read_at - OVERLAP


def cursor_of(memory: Memory, stream: str) -> Cursor:
    """Answer a stream's cursor as a mapping, empty where there is none of ours."""
    cursor = memory.cursor(stream)
    return cursor if isinstance(cursor, Mapping) else {}


def number_of(key: str) -> str:
    """Answer the last part of a key: the number or id."""
    return key.rpartition("/")[2]
