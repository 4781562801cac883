"""YAML documents as plain values that remember their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from itsm_sync.model.errors import Problem
from itsm_sync.model.words import Message

ValuePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One file's value, and the line (from 1) of each path in it."""

    file: str
    value: Any
    lines: Mapping[ValuePath, int]

    def line(self, path: ValuePath) -> int | None:
        """Answer the line of the value at `path`, or of the nearest that surrounds it."""
        for end in range(len(path), -1, -1):
            if (line := self.lines.get(path[:end])) is not None:
                return line
        return None

    def problem(self, path: ValuePath, text: Message) -> Problem:
        """Answer a problem at `path` that knows its line."""
        return Problem(file=self.file, path=path, text=text, line=self.line(path))


def read(path: Path) -> Document | Problem:
    """Read a YAML file whose top is a mapping; answer a problem where that can't be done."""
    try:
        tree = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Problem(file=str(path), path=(), text=Message("the file is missing"))
    except OSError as error:
        told = Message("can't be read: {error}", {"error": error.strerror or str(error)})
        return Problem(file=str(path), path=(), text=told)
    except UnicodeDecodeError as error:
        told = Message("is not UTF-8 text (byte {byte})", {"byte": error.start})
        return Problem(file=str(path), path=(), text=told)
    except YAMLError as error:
        return _syntax(path, error)
    if not isinstance(tree, Mapping):
        told = Message("must have a mapping at the top")
        return Problem(file=str(path), path=(), text=told, line=1)
    lines: dict[ValuePath, int] = {(): 1}
    return Document(str(path), _plain(tree, (), lines), lines)


def _syntax(path: Path, error: YAMLError) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    reason = (error.problem if isinstance(error, MarkedYAMLError) else str(error)) or "?"
    told = Message("is not valid YAML: {reason}", {"reason": " ".join(reason.split())})
    return Problem(file=str(path), path=(), text=told, line=mark.line + 1 if mark else None)


def _plain(node: Any, path: ValuePath, lines: dict[ValuePath, int]) -> Any:
    """Answer `node` as plain dicts, lists and scalars, noting the lines of all below it."""
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
