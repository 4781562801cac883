"""Items that are not stored, given by hand to `explain --item`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Fact, Item
from itsm_sync.model.os_errors import why
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message


def read_items(file: Path, standard_input: TextIO) -> Iterator[Item]:
    """Read one item as JSON, or many as JSON lines; `-` is standard input.

    An item has `source`, `kind`, `title`, `body` and `facts`, and may have `key`.
    Raises ConfigurationError with the line.
    """
    name = "-" if str(file) == "-" else str(file)
    try:
        text = standard_input.read() if name == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = Message("can't be read: {error}", {"error": why(error)})
        raise ConfigurationError([Problem(file=name, path=(), text=told)]) from error
    for line, document in _documents(name, text):
        yield _item(name, line, document)


def _documents(name: str, text: str) -> Iterator[tuple[int, Any]]:
    try:
        yield 1, json.loads(text)
    except (ValueError, RecursionError):
        lines = text.split("\n")  # a JSON text may hold other line ends
    else:
        return
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            told = Message("is not JSON: {error}", {"error": str(error)})
            problem = Problem(file=name, path=(), line=number, text=told)
            raise ConfigurationError([problem]) from error


_KNOWN = {"key", "source", "kind", "title", "body", "facts", "state", "url"}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _item(name: str, line: int, document: Any) -> Item:
    def wrong(text: Message) -> ConfigurationError:
        return ConfigurationError([Problem(file=name, path=(), line=line, text=text)])

    if not isinstance(document, dict):
        raise wrong(Message("an item is a JSON object"))
    if unknown := sorted(set(document) - _KNOWN):
        params = {"keys": ", ".join(unknown), "known": ", ".join(sorted(_KNOWN))}
        raise wrong(Message("unknown keys: {keys} (an item has {known})", params))
    facts = document.get("facts") or {}
    if not isinstance(facts, dict):
        raise wrong(Message("facts is a JSON object"))
    texts = {key: document.get(key) or "" for key in _KNOWN - {"facts"}}
    if odd := sorted(key for key, value in texts.items() if not isinstance(value, str)):
        raise wrong(Message("not text: {keys}", {"keys": ", ".join(odd)}))
    return Item(
        key=clean(texts["key"]) or f"item/{line}",
        source=texts["source"] or "redmine",
        kind=texts["kind"] or "issue",
        title=clean(texts["title"]),
        body=clean(texts["body"]),
        url=texts["url"],
        state=texts["state"] or "open",
        created_at=_LONG_AGO,
        updated_at=_LONG_AGO,
        facts={clean(key): _fact(value) for key, value in facts.items()},
    )


def _fact(value: Any) -> Fact:
    if isinstance(value, list):
        return tuple(clean(str(part)) for part in value)
    if isinstance(value, str):
        return clean(value)
    return value if isinstance(value, (int, float, bool)) else json.dumps(value)
