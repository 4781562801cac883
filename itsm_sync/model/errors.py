"""Errors that people must mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from traceback import extract_tb

from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with the configuration: which file, where in it, what, and what to do.

    `path` is the way to the value (`("process", 3, "when", "pattern")`); `line` counts from 1.
    `str` is all of it in English.
    """

    file: str
    path: tuple[str | int, ...]
    text: Message
    line: int | None = None

    @property
    def place(self) -> str:
        """Answer where it is: `settings.yaml:12: redmine.projects`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        dotted = ".".join(str(part) for part in self.path)
        return f"{place}: {dotted}" if dotted else place

    @property
    def told(self) -> Message:
        """Answer it with its place, to be said in any language."""
        return Message("{what}: {error}", {"what": self.place, "error": self.text})

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def joined(found: Iterable[Message]) -> Message:
    """Answer several messages as one; raises ValueError where there is none."""
    first, *others = found
    return reduce(lambda one, other: Message("{one}; {other}", {"one": one, "other": other}),
                  others, first)  # fmt: skip


def fault(error: Exception) -> str:
    """Answer what was wrong with a payload, without its values: they may be private.

    A ValueError quotes the value.
    """
    kind = type(error).__name__
    return kind if isinstance(error, ValueError) else f"{kind}: {error}"


def place(error: BaseException) -> str:
    """Answer an error's class and place; its text may quote what is private."""
    *_, last = extract_tb(error.__traceback__)
    return f"{type(error).__name__}, {last.filename.rpartition('/')[2]}:{last.lineno}"


class Unfit(ValueError):
    """A value of the configuration that the model rejects, and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class OptionsError(Exception):
    """The options of a source are wrong: the way to each value in them, and what is wrong."""

    def __init__(self, *problems: tuple[tuple[str | int, ...], Message]) -> None:
        super().__init__("; ".join(str(text) for _, text in problems))
        self.problems = problems


class ConfigurationError(Exception):
    """The configuration is wrong; `problems` holds everything found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
