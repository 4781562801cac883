"""What `tree=` and `depth=` leave of a Jenkins document, as Jenkins' own exporter does it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]

PERMALINKS: dict[str, Callable[[Document], bool]] = {
    "lastBuild": lambda _: True,
    "lastCompletedBuild": lambda build: not build["building"],
    "lastSuccessfulBuild": lambda build: build["result"] in ("SUCCESS", "UNSTABLE"),
    "lastStableBuild": lambda build: build["result"] == "SUCCESS",
    "lastUnstableBuild": lambda build: build["result"] == "UNSTABLE",
    "lastFailedBuild": lambda build: build["result"] == "FAILURE",
    "lastUnsuccessfulBuild": lambda build: (
        not build["building"] and build["result"] not in ("SUCCESS", None)
    ),
}
_MAPS = ("monitorData",)  # maps show all their keys; `tree` prunes their values
_BUILD_SUMMARY = ("_class", "number", "url")
_SUMMARIES = {"jobs": ("_class", "name", "url", "color"), "builds": _BUILD_SUMMARY}


def properties(thing: Document) -> Document:
    """Answer all that may be asked of a thing: a job's builds are seen in many ways."""
    if "allBuilds" not in thing:
        return thing
    builds = thing["allBuilds"]
    seen = {name: next((b for b in builds if fits(b)), None) for name, fits in PERMALINKS.items()}
    oldest = builds[-1] if builds else None
    return {**thing, "builds": builds[:100], "firstBuild": oldest, **seen}


@dataclass(frozen=True, slots=True)
class Node:
    """One name of a `tree`: what is asked below it, and the range of a list's elements."""

    below: "dict[str, Node]" = field(default_factory=dict)
    part: slice | None = None


_TOKEN = re.compile(r"[\[\],]|\{[^}]*\}|[^\[\],{}]+")
_RANGE = re.compile(r"\{(\d*)(,?)(\d*)\}")


def parse_tree(text: str) -> dict[str, Node]:
    """Answer what `tree=` asks, as `a,b[c]{0,10}` does. Raises ValueError."""
    tokens = [token.strip() for token in _TOKEN.findall(text)]
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise ValueError(f"bad tree: {text}")
    asked, rest = _level(tokens)
    if rest:
        raise ValueError(f"bad tree: {text}")
    return asked


def _level(tokens: list[str]) -> tuple[dict[str, Node], list[str]]:
    asked: dict[str, Node] = {}
    while tokens:
        name, tokens = tokens[0], tokens[1:]
        if name[0] in "[],{":
            raise ValueError(f"a name belongs where {name} stands in tree")
        below: dict[str, Node] = {}
        if tokens[:1] == ["["]:
            below, tokens = _level(tokens[1:])
            if tokens[:1] != ["]"]:
                raise ValueError("tree lacks a ]")
            tokens = tokens[1:]
        part = None
        if tokens and tokens[0][0] == "{":
            part, tokens = _range(tokens[0]), tokens[1:]
        asked[name] = Node(below, part)
        if tokens[:1] != [","]:
            break
        tokens = tokens[1:]
    return asked, tokens


def _range(text: str) -> slice:
    """`{m,n}` is from m to before n, `{m,}` and `{,n}` leave an end open, `{n}` is that one."""
    found = _RANGE.fullmatch(text)
    if found is None or text in ("{}", "{,}"):
        raise ValueError(f"bad range in tree: {text}")
    start, comma, end = found.groups()
    if not comma:
        return slice(int(start), int(start) + 1)
    return slice(int(start or 0), int(end) if end else None)


def prune(value: Any, asked: Mapping[str, Node]) -> Any:
    """Answer of `value` what is asked; an object of which nothing is asked shows its class."""
    if isinstance(value, list):
        return [prune(part, asked) for part in value]
    if not isinstance(value, dict):
        return value
    return dict(_pruned(properties(value), asked))


def _pruned(thing: Document, asked: Mapping[str, Node]) -> Iterator[tuple[str, Any]]:
    for name, value in thing.items():
        node = asked.get(name) or asked.get("*")
        if name == "_class":
            yield name, value
        elif node is None:
            continue
        elif name in _MAPS:
            yield name, {key: prune(part, node.below) for key, part in value.items()}
        elif isinstance(value, list) and node.part:
            yield name, prune(value[node.part], node.below)
        else:
            yield name, prune(value, node.below)


def at_depth(thing: Document, depth: int) -> Document:
    """Answer a thing without `tree`: jobs and builds in it are summaries below `depth`."""
    shown: Document = {}
    for name, value in properties(thing).items():
        if name == "allBuilds":
            continue
        summary = _SUMMARIES.get(name) or (_BUILD_SUMMARY if name.endswith("Build") else None)
        if summary is None or value is None:
            shown[name] = value
        elif isinstance(value, list):
            shown[name] = [_deeper(part, summary, depth) for part in value]
        else:
            shown[name] = _deeper(value, summary, depth)
    return shown


def _deeper(thing: Document, summary: tuple[str, ...], depth: int) -> Document:
    if depth > 0:
        return at_depth(thing, depth - 1)
    return {name: thing[name] for name in summary if name in thing}
