"""No secret in a log: known ones in whatever form they come, unknown ones by name and shape."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, quote_plus

from itsm_sync.model.secrets import masked

HIDDEN = "[hidden]"
# Shorter ones would hide half of every line.
_SHORTEST = 4
# Of so few characters base64 makes what stands in many a word.
_SHORTEST_CORE = 8
_DEEPEST = 12  # values within values; what is deeper is told as text
_TELLTALE = ("key", "token", "password", "passwd", "secret", "authorization", "cookie")
# Names that end like a secret's and are none.
_HARMLESS = ("ticket_key", "item_key")
# What we say ourselves of a line; everything else may have come from outside.
_OURS = ("event", "level", "timestamp", "cycle")
_BASE64 = re.compile(r"[A-Za-z0-9+/=_-]")

Processor = Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]


def redactor(secrets: Iterable[str]) -> Processor:
    """Answer a processor that hides secrets in any value: known ones, also where they were quoted,
    escaped or made base64 or hex of; values named like secrets; and what has a secret's shape.
    """
    known = Known(secrets)

    def redact(
        logger: Any,  # noqa: ARG001 - structlog's signature
        method: str,  # noqa: ARG001
        event: MutableMapping[str, Any],
    ) -> MutableMapping[str, Any]:
        ours = {name: event[name] for name in _OURS if isinstance(event.get(name), str)}
        hidden: dict[str, Any] = known.hide(dict(event))
        return hidden | {name: known.hide_known(text) for name, text in ours.items()}

    return redact


class Known:
    """The secrets that are known, and how to hide them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        wanted = {secret for secret in secrets if len(secret) >= _SHORTEST}
        self._forms = _any_of({form for secret in wanted for form in _forms(secret)})
        self._cores = _any_of({core for secret in wanted for core in _cores(secret)})

    def hide(self, value: Any, depth: int = 0) -> Any:
        """Answer `value` as JSON has it, without secrets."""
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, Mapping) and depth < _DEEPEST:
            return {
                self.hide(str(name)): HIDDEN if is_telltale(name) else self.hide(part, depth + 1)
                for name, part in value.items()
            }
        if isinstance(value, (list, tuple, set, frozenset)) and depth < _DEEPEST:
            return [self.hide(part, depth + 1) for part in value]
        if isinstance(value, (bytes, bytearray)):
            value = bytes(value).decode("utf-8", "replace")
        return masked(self.hide_known(str(value)))

    def hide_known(self, text: str) -> str:
        """Answer `text` without the known secrets in any form."""
        text = self._forms.sub(HIDDEN, text)
        parts, end = [], 0
        for found in self._cores.finditer(text):
            if found.start() < end:
                continue
            parts += [text[end : _run_begins(text, found.start(), end)], HIDDEN]
            end = _run_ends(text, found.end())
        return "".join((*parts, text[end:]))


def is_telltale(name: object) -> bool:
    """Whether a value of this name is a secret, whatever it looks like."""
    lowered = str(name).lower()
    return lowered not in _HARMLESS and lowered.endswith(_TELLTALE)


def _forms(secret: str) -> Iterator[str]:
    """Answer what libraries make of a secret that they print."""
    yield secret
    yield from (repr(secret)[1:-1], json.dumps(secret)[1:-1], html.escape(secret))
    quoted = quote(secret, safe="")
    yield from (quoted, quote(secret), quote_plus(secret), secret.encode().hex())
    yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)


def _cores(secret: str) -> Iterator[str]:
    """Answer what base64 makes of a secret wherever it stands in a longer text, such as
    `user:secret`: the characters that its neighbours do not change, for each of three offsets.
    """
    raw = secret.encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw).decode("ascii").rstrip("=")
        begin = (0, 2, 3)[offset]
        core = coded[begin : (offset + len(raw)) * 8 // 6]
        if len(core) >= _SHORTEST_CORE:
            yield from (core, core.translate(str.maketrans("+/", "-_")))


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Answer a pattern for any of the texts, the longest first; for none where there are none."""
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _run_begins(text: str, at: int, end: int) -> int:
    while at > end and _BASE64.match(text[at - 1]):
        at -= 1
    return at


def _run_ends(text: str, at: int) -> int:
    while at < len(text) and _BASE64.match(text[at]):
        at += 1
    return at
