"""Reading GitHub again: where a stream goes back to, and what can be read alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Item
from itsm_sync.sources.github.conversing import ISSUES, OPEN, read_conversation
from itsm_sync.sources.github.feeds import FEEDS, read_alone
from itsm_sync.sources.github.payloads import SHAPE_ERRORS
from itsm_sync.sources.github.reading import ANEW, Reading, segment

REPOSITORY, BRANCH = "repository", "branch"
_FEEDS = {segment(feed.name): feed for feed in FEEDS}


def rewound(cursor: Any, name: str, since: datetime | None) -> object | None:
    """Answer the cursor from which a repository's stream is read again.

    What is stored under the same time is read as well, so that it is put right.
    """
    if not isinstance(cursor, Mapping) or name == REPOSITORY:
        return None
    kept = {part: value for part, value in cursor.items() if part != "etag"}
    if name == BRANCH:
        return kept
    if name == OPEN:  # no count is this one: the open ones are listed
        return kept | {"unaccounted": None}
    reached = "since" if name == ISSUES else "until"
    before = kept.pop(reached, None)
    if since is not None and before is not None:
        kept[reached] = min(datetime.fromisoformat(str(before)), since).isoformat()
    return kept | {ANEW: True}


def read_again(reading: Reading, key: str) -> Batch | None:
    """Answer what a key of this repository names, read by itself; None: it can't be.

    Raises ClientError.
    """
    name, _, number = key.removeprefix(reading.place.key("")).rpartition("/")
    if not (number.isascii() and number.isdigit()):
        return None
    items: tuple[Item, ...]
    try:
        if name in ("issue", "pull"):
            item = read_conversation(reading, number)
            items = () if item is None else (item,)
            stream = reading.stream(ISSUES)
        else:
            feed = _FEEDS.get(name)
            if feed is None or feed.alone is None:
                return None
            items, _ = read_alone(feed, reading, [number])
            stream = reading.stream(feed.name)
    except SHAPE_ERRORS as error:
        bad = Rejected(key=key, error=fault(error))
        return Batch(stream=reading.stream(ISSUES), rejected=(bad,))
    # What turned out to be something else is no more under this key.
    gone = () if any(item.key == key for item in items) else (key,)
    return Batch(stream=stream, items=items, gone=gone)
