"""An item as conditions see it."""

from functools import lru_cache

from itsm_sync.model.items import Fact, Item
from itsm_sync.model.text import folded
from itsm_sync.routing.keywords import Keywords, prepared

TEXT_FACTS = ("title", "body", "text")

fold = lru_cache(maxsize=1024)(folded)  # trackers, labels and logins come again and again


class Seen:
    """One item's text, keyword hits and facts, folded once; answers of earlier axes are facts."""

    __slots__ = ("_answers", "_hits", "_item", "_texts", "_values")

    def __init__(self, item: Item, keywords: Keywords) -> None:
        self._item = item
        self._answers: dict[str, str] = {}
        self._values: dict[str, tuple[object, ...]] = {}
        title, body = prepared(item.title), prepared(item.body)
        self._texts = {"title": title, "body": body}
        hits = keywords.scan(title, body)
        self._hits = {"title": hits.title, "body": hits.body, "text": hits.title | hits.body}

    def answer(self, axis: str, answer: str) -> None:
        """Make an axis' answer a fact for the axes after it."""
        self._answers[axis] = answer
        self._values.pop(axis, None)

    def mask(self, part: str) -> int:
        """Answer the keywords found in `title`, `body` or `text` (both)."""
        return self._hits[part]

    def parts(self, part: str) -> tuple[tuple[str, bytes], ...]:
        """Answer the named texts that `title`, `body` or `text` stands for, in UTF-8."""
        named = self._texts if part == "text" else (part,)
        return tuple((name, self._texts[name]) for name in named)

    def fact(self, name: str) -> Fact | None:
        """Answer a fact as the source gave it; None where the item has none."""
        if (answered := self._answers.get(name)) is not None:
            return answered
        if name in ("source", "kind", "state"):
            return str(getattr(self._item, name))
        return self._item.facts.get(name)

    def values(self, name: str) -> tuple[object, ...]:
        """Answer a fact's values as they are compared, strings folded; none where it is absent."""
        if (values := self._values.get(name)) is None:
            values = self._values[name] = self._folded(name)
        return values

    def _folded(self, name: str) -> tuple[object, ...]:
        value = self.fact(name)
        if value is None or value == "":
            return ()
        if isinstance(value, (tuple, list)):
            return tuple(fold(str(part)) for part in value)
        return (comparable(value),)


def comparable(value: object) -> object:
    """Answer a value so that equal things are equal: text folded, yes and 1 kept apart."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (int, float)) else fold(str(value))
