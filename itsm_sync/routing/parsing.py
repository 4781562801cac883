"""The language of conditions (`docs/rules.md`) read into conditions that can be asked."""

from collections.abc import Collection, Mapping
from math import inf
from typing import Any

import re2

from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.routing import facts
from itsm_sync.routing.conditions import (
    All,
    AnyOf,
    Exists,
    Not,
    Pattern,
    Range,
    Test,
    Values,
    Words,
)
from itsm_sync.routing.keywords import Vocabulary, prepared
from itsm_sync.routing.problems import Trouble, ValuePath
from itsm_sync.routing.seen import TEXT_FACTS, comparable

_LISTS = ("any", "all", "none")
_TEXT_MATCHERS = (*_LISTS, "pattern", "exists")
_FACT_MATCHERS = (*_TEXT_MATCHERS, "at_least", "at_most")
_NEVER = AnyOf(())  # stands where a condition could not be read
_SHOWN = 120  # characters of a condition that `explain` shows


class Parser:
    """Reads conditions; gathers their keywords in `vocabulary` and their faults in `problems`.

    `answers` are the axes read so far: their answers are facts for the axes after them. Without it
    a fact may have any name.
    """

    def __init__(self, answers: Collection[str] | None = None) -> None:
        self.vocabulary = Vocabulary()
        self.problems: list[Trouble] = []
        self._answers = answers

    def parse(self, when: object, path: ValuePath) -> Test:
        """Read a mapping of facts to what they must be; all of it must hold."""
        if not isinstance(when, Mapping):
            return self._fault(path, Message("must be a mapping of facts to what they must be"))
        parts = [self._entry(str(key), value, (*path, key)) for key, value in when.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _entry(self, key: str, value: object, path: ValuePath) -> Test:
        if key == "not":
            return Not(self.parse(value, path))
        if key in ("all", "any"):
            if not isinstance(value, list) or not value:
                return self._fault(path, Message("must be a list of conditions"))
            parts = tuple(self.parse(part, (*path, n)) for n, part in enumerate(value))
            return All(parts) if key == "all" else AnyOf(parts)
        matchers = value if isinstance(value, Mapping) else {"any": value}
        return self._fact(key, matchers, path)

    def _fact(self, fact: str, matchers: Mapping[str, Any], path: ValuePath) -> Test:
        if fact in facts.SHOWN:
            text = Message(
                "`{fact}` is what a console said, which proves nothing; ask `error` instead",
                {"fact": fact},
            )
            return self._fault(path, text)
        if self._answers is not None and not facts.is_known(fact, self._answers):
            return self._unknown(fact, facts.nearest(fact, self._answers), path)
        known = _TEXT_MATCHERS if fact in TEXT_FACTS else _FACT_MATCHERS
        if strange := [key for key in matchers if key not in known]:
            text = Message(
                "unknown matcher `{matcher}` (known: {known})",
                {"matcher": strange[0], "known": ", ".join(known)},
            )
            return self._fault((*path, strange[0]), text)
        if not matchers:
            return self._fault(path, Message("asks nothing"))
        parts: list[Test] = []
        if any(key in matchers for key in _LISTS):
            parts.append(self._lists(fact, matchers, path))
        if "pattern" in matchers:
            parts.append(self._pattern(fact, matchers["pattern"], (*path, "pattern")))
        if "at_least" in matchers or "at_most" in matchers:
            parts.append(self._range(fact, matchers, path))
        if "exists" in matchers:
            parts.append(self._exists(fact, matchers["exists"], (*path, "exists")))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _unknown(self, fact: str, nearest: str, path: ValuePath) -> Test:
        params = {"fact": fact, "nearest": nearest}
        text = "no fact is called `{fact}` (another source's begins with `x.`)"
        if nearest:
            text = "no fact is called `{fact}`; is `{nearest}` meant?"
        return self._fault(path, Message(text, params))

    def _lists(self, fact: str, matchers: Mapping[str, Any], path: ValuePath) -> Test:
        """Read `any`, `all` and `none`: groups of which one value each must be there, or none."""
        groups: list[list[object]] = []
        barred: list[object] = []
        for key in _LISTS:
            if key not in matchers:
                continue
            listed = matchers[key] if isinstance(matchers[key], list) else [matchers[key]]
            if not listed:
                return self._fault((*path, key), Message("an empty list matches nothing"))
            if key == "all":
                groups.extend(part if isinstance(part, list) else [part] for part in listed)
            elif key == "any":
                groups.append(listed)
            else:
                barred = listed
        asks = one_line(f"{fact}: {_written(matchers)}", _SHOWN)
        if fact not in TEXT_FACTS:
            return Values(
                fact,
                tuple(frozenset(map(comparable, group)) for group in groups),
                frozenset(map(comparable, barred)),
                asks,
            )
        if trouble := self._not_words([*barred, *(word for group in groups for word in group)]):
            return self._fault(path, trouble)
        masks = tuple(self.vocabulary.mask(map(str, group)) for group in groups)
        return Words(fact, masks, self.vocabulary.mask(map(str, barred)), self.vocabulary, asks)

    def _not_words(self, values: list[object]) -> Message | None:
        for value in values:
            if isinstance(value, (bool, list, dict)) or not prepared(str(value)).strip(b"* "):
                return Message("`{value}` is no keyword", {"value": str(value)})
        return None

    def _pattern(self, fact: str, pattern: object, path: ValuePath) -> Test:
        if not isinstance(pattern, str):
            return self._fault(path, Message("must be text"))
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        try:
            regexp = re2.compile(pattern.encode(), options)
        except re2.error as error:
            reason = error.args[0] if error.args else ""
            text = reason.decode() if isinstance(reason, bytes) else str(reason)
            return self._fault(path, Message("is no RE2 pattern: {reason}", {"reason": text}))
        return Pattern(fact, regexp, one_line(f"{fact}: pattern {pattern}", _SHOWN))

    def _range(self, fact: str, matchers: Mapping[str, Any], path: ValuePath) -> Test:
        for key in ("at_least", "at_most"):
            bound = matchers.get(key, 0)
            if isinstance(bound, bool) or not isinstance(bound, (int, float)):
                return self._fault((*path, key), Message("must be a number"))
        low, high = matchers.get("at_least", -inf), matchers.get("at_most", inf)
        return Range(fact, low, high, f"{fact}: {_written(matchers)}")

    def _exists(self, fact: str, wanted: object, path: ValuePath) -> Test:
        if not isinstance(wanted, bool):
            return self._fault(path, Message("must be true or false"))
        return Exists(fact, wanted, f"{fact}: exists {str(wanted).lower()}")

    def _fault(self, path: ValuePath, text: Message) -> Test:
        self.problems.append(Trouble("rules", path, text))
        return _NEVER


def _written(matchers: Mapping[str, Any]) -> str:
    """Answer matchers as a line for people: `any of a, b; none of c`."""
    return "; ".join(
        f"{key.replace('_', ' ')} {_listed(matchers[key])}"
        for key in (*_LISTS, "at_least", "at_most")
        if key in matchers
    )


def _listed(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(
            f"({' | '.join(map(str, part))})" if isinstance(part, list) else str(part)
            for part in value
        )
    return str(value)
