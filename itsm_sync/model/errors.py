"""Errors that people must mend."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with the configuration: which file, where in it, what, and what to do.

    `path` is the way to the value (`("process", 3, "when", "pattern")`); `line` counts from 1.
    """

    file: str
    path: tuple[str | int, ...]
    text: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        dotted = ".".join(str(part) for part in self.path)
        return f"{place}: {dotted}: {self.text}" if dotted else f"{place}: {self.text}"


class ConfigurationError(Exception):
    """The configuration is wrong; `problems` holds everything found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
