"""Facts as words, and pieces of what tickets say. Words of items stand as plain parts: the desk
makes them harmless."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from itsm_sync.model.items import Audience, Fact, Facts, Item
from itsm_sync.model.prose import Block, Bullets, Part
from itsm_sync.model.words import Message

RUN = "workflow_run"
_LABEL = re.compile(r"^[\s\[]*(?:error|오류)[\s\]]*:\s*", re.IGNORECASE)
COMMITS = 100  # of one build that are looked up, the newest: a branch's first build has thousands


def word(facts: Facts, name: str) -> str:
    """Answer a fact that is text; "" where it is none."""
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def words(facts: Facts, name: str) -> tuple[str, ...]:
    """Answer a fact that is several texts; one text is one of them."""
    value = facts.get(name)
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else ()


def moment(facts: Facts, name: str) -> datetime | None:
    """Answer a fact that is a time."""
    value = facts.get(name)
    return value if isinstance(value, datetime) else None


def ended(item: Item) -> datetime:
    """Answer when a build or deployment was over."""
    return moment(item.facts, "finished_at") or item.updated_at


def happened(item: Item) -> datetime:
    """Answer the time of a build's end; of a run that of its start, for its end is not told."""
    told = moment(item.facts, "started_at" if item.kind == RUN else "finished_at")
    return told or (item.created_at if item.kind == RUN else item.updated_at)


def pull_place(pull: Item) -> str:
    """Answer a pull request's repository and number, told so that it is no ticket's."""
    repository, _, number = pull.key.partition(":")[2].rpartition("/pull/")
    return f"{repository} PR {number}"


def there(facts: Facts, *names: str) -> dict[str, Fact]:
    """Answer these facts, as far as they say something."""
    return {name: facts[name] for name in names if facts.get(name) not in (None, "", ())}


def stamp(at: datetime) -> str:
    """Answer a time for the name of a remark."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def entry(label: Message, *parts: Part) -> tuple[Part, ...]:
    """Answer an entry `label: parts`."""
    return (label, ": ", *parts)


def unlabelled(error: str) -> str:
    """Answer a line of an error without the label that its log put before it: it has one here."""
    return _LABEL.sub("", error, count=1) or error


def more(count: int) -> Message:
    """Answer what stands at the end of what was cut."""
    return Message("and {n} more", {"n": count})


def bounded(entries: Sequence[tuple[Part, ...]], most: int) -> tuple[Block, ...]:
    """Answer a list cut at `most`, with how many more there are; none where nothing is listed."""
    left = len(entries) - most
    rest: tuple[tuple[Part, ...], ...] = ((more(left),),) if left > 0 else ()
    return (Bullets((*entries[:most], *rest)),) if entries else ()


def may_stand(item: Item, audience: Audience) -> bool:
    """Whether an item's words may stand among words of that audience without making them private.

    Where the words are private already, the desk decides by the keys that they are about.
    """
    return item.audience is Audience.PUBLIC or audience is Audience.PRIVATE
