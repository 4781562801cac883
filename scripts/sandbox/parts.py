"""Documents of several parts, each written by a script of its own."""

import re
from collections.abc import Iterable
from pathlib import Path

_MARK = re.compile(r"^<!-- part: (\w+) -->\n", re.MULTILINE)


def write_part(file: Path, name: str, text: str) -> None:
    """Put a part into a document in the place of the one of that name, or behind all others."""
    found = _MARK.split(file.read_text(encoding="utf-8"))[1:] if file.exists() else []
    parts = dict(zip(found[::2], found[1::2], strict=True))
    parts[name] = text.strip() + "\n"
    told = "\n".join(f"<!-- part: {one} -->\n{parts[one].rstrip()}\n" for one in parts)
    file.write_text(told, encoding="utf-8")


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterable[str]:
    """Answer the lines of a table."""
    titles = list(head)
    yield f"| {' | '.join(map(str, titles))} |"
    yield f"|{' --- |' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
