"""What is wrong with rules, matrix or catalogue, found when they are compiled."""

from typing import NamedTuple

from itsm_sync.model.words import Message

ValuePath = tuple[str | int, ...]


class Trouble(NamedTuple):
    """One fault: the file's name without `.yaml`, the way to the value in it, and what is wrong."""

    file: str
    path: ValuePath
    text: Message


class RoutingProblems(Exception):
    """The rules or the matrix can't be compiled; `problems` holds everything found."""

    def __init__(self, problems: list[Trouble]) -> None:
        lines = (f"{file}: {'.'.join(map(str, path))}: {text}" for file, path, text in problems)
        super().__init__("\n".join(lines))
        self.problems = problems
