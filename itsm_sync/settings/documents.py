"""YAML documents as plain values that remember their lines."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scanner import RoundTripScanner

from itsm_sync.model.errors import Problem
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message

ValuePath = tuple[str | int, ...]

# What people write is far smaller; the reader needs about a minute for so many bytes.
_MOST_BYTES = 2_000_000
_MOST_PLACES = 100_000  # a few aliases of aliases are billions of values
_DEEPEST = 50  # the shipped rules are 10 deep
_TOO_DEEP = Message("is nested too deeply")
_MISSING = Message("the file is missing; `itsm-sync init DIR` makes a whole configuration")
_TWICE = "found duplicate key "
_GLUED = re.compile(r"\s*(?:- +)?([A-Za-z_]\w*):[^\s/:]")
# What people get wrong most, as the library says it.
_REASONS = frozenset(
    (
        "mapping values are not allowed here",
        "could not find expected ':'",
        "sequence entries are not allowed here",
        "found undefined alias",
        "found unexpected end of stream",
        "found character '\\t' that cannot start any token",
        # and what it expected instead
        "the node content",
        "<block end>",
    )
)


@dataclass(frozen=True, slots=True)
class Document:
    """One file's value, the line (from 1) of each path in it, and the text it was read from."""

    file: str
    value: Any
    lines: Mapping[ValuePath, int]
    text: str = field(default="", repr=False)

    def line(self, path: ValuePath) -> int | None:
        """Answer the line of the value at `path`, or of the nearest that surrounds it."""
        return _line(self.lines, path)

    def problem(self, path: ValuePath, text: Message) -> Problem:
        """Answer a problem at `path` that knows its line."""
        return Problem(file=self.file, path=path, text=text, line=self.line(path))


def _line(lines: Mapping[ValuePath, int], path: ValuePath) -> int | None:
    around = (path[:end] for end in range(len(path), -1, -1))
    return next((lines[one] for one in around if one in lines), None)


class _Unfit(Exception):
    """A file that is not taken, why, and at which line."""

    def __init__(self, message: Message, line: int | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.line = line


def read(path: Path) -> Document | Problem:
    """Read a YAML file whose top is a mapping; answer a problem where that can't be done."""
    try:
        text = _text(path)
    except FileNotFoundError:
        return Problem(file=str(path), path=(), text=_MISSING)
    except OSError as error:
        told = Message("can't be read: {error}", {"error": why(error)})
        return Problem(file=str(path), path=(), text=told)
    except UnicodeDecodeError as error:
        told = Message("is not UTF-8 text (byte {byte})", {"byte": error.start})
        return Problem(file=str(path), path=(), text=told)
    except _Unfit as error:
        return Problem(file=str(path), path=(), text=error.message)
    return parsed(str(path), text)


def parsed(file: str, text: str) -> Document | Problem:
    """Make a document of a file's text; answer a problem where that can't be done."""
    lines: dict[ValuePath, int] = {(): 1}
    try:
        tree = _loaded(text)
        if isinstance(tree, Mapping):
            return Document(file, _plain(tree, (), lines), lines, text)
    except YAMLError as error:
        return _syntax(file, error, text)
    except _Unfit as error:
        return Problem(file=file, path=(), text=error.message, line=error.line)
    told = Message("must have a mapping at the top")
    return Problem(file=file, path=(), text=told, line=1)


class _Scanner(RoundTripScanner):
    """Minds brackets in brackets before it looks for their ends, for which it needs long."""

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:  # noqa: N803 - its
        if self.flow_level >= _DEEPEST:
            raise MaxDepthExceededError(None, None, None, self.reader.get_mark())
        super().fetch_flow_collection_start(TokenClass, to_push)


class _Constructor(RoundTripConstructor):
    """Says where a value is that YAML takes for a date or number and that is none."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            kind = str(node.tag).rpartition(":")[2]
            raise ConstructorError(None, None, f"no {kind}", node.start_mark) from error


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise _Unfit(Message("is larger than {most} bytes", {"most": _MOST_BYTES}))
    return content.decode("utf-8")


def _loaded(text: str) -> Any:
    yaml = YAML(typ="rt")
    yaml.Scanner = _Scanner
    yaml.Constructor = _Constructor
    yaml.max_depth = _DEEPEST
    return yaml.load(text)


def _syntax(file: str, error: YAMLError, text: str) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = mark.line + 1 if mark else None
    if isinstance(error, MaxDepthExceededError):
        return Problem(file=file, path=(), text=_TOO_DEEP, line=line)
    if mark and (glued := _glued(text.split("\n")[: mark.line + 1])):
        number, key = glued
        told = Message("is not valid YAML: a blank is missing behind `{key}:`", {"key": key})
        return Problem(file=file, path=(), text=told, line=number)
    reason = (error.problem if isinstance(error, MarkedYAMLError) else str(error)) or "?"
    if isinstance(error, DuplicateKeyError):  # it quotes both values, and one may be a secret
        reason = reason.partition(" with value ")[0]
    if "undefined alias" in reason:  # a secret may begin with *
        reason = "found undefined alias"
    told = Message("is not valid YAML: {reason}", {"reason": _reason(" ".join(reason.split()))})
    return Problem(file=file, path=(), text=told, line=line)


def _glued(lines: Sequence[str]) -> tuple[int, str] | None:
    """Answer the number of the last of some lines that says anything, or of the one before it,
    and its key, where no blank parts the key from its value: YAML takes both for one text, which
    ends where the next colon does not fit.
    """
    said = [(n, line) for n, line in enumerate(lines, 1) if line.split("#")[0].strip()]
    for number, line in reversed(said[-2:]):
        if found := _GLUED.match(line):
            return number, found[1]
    return None


def _reason(told: str) -> Message | str:
    """Answer what the library says is wrong in our catalogue's words, where it has them."""
    if told.startswith(_TWICE):
        return Message("{key} is there twice", {"key": told.removeprefix(_TWICE)})
    for between in (", but found ", ", but got "):
        what, there, found = told.partition(between)
        if there and what.startswith("expected "):
            params = {"what": _known(what.removeprefix("expected ")), "found": found}
            return Message("expected {what}, but found {found}", params)
    return _known(told)


def _known(told: str) -> Message | str:
    return Message(told) if told in _REASONS else told


def _plain(node: Any, path: ValuePath, lines: dict[ValuePath, int]) -> Any:
    """Answer `node` as plain dicts, lists and scalars, noting the lines of all below it."""
    if len(path) > _DEEPEST:  # by aliases
        raise _Unfit(_TOO_DEEP, _line(lines, path))
    if len(lines) > _MOST_PLACES:
        raise _Unfit(Message("has more than {most} values", {"most": _MOST_PLACES}))
    if isinstance(node, Mapping):
        places = getattr(node, "lc", None)
        for key in node:
            if places is not None and places.data and key in places.data:
                lines[*path, key] = places.data[key][0] + 1
        return {key: _plain(value, (*path, key), lines) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        for index, place in (node.lc.data or {}).items() if hasattr(node, "lc") else ():
            lines[*path, index] = place[0] + 1
        return [_plain(value, (*path, index), lines) for index, value in enumerate(node)]
    if isinstance(node, str):
        return str(node)
    return node
