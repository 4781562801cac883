"""What a Redmine's own log says of the requests since a moment."""

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.office import Office

_STARTED = re.compile(r'Started ([A-Z]+) "([^"]*)"')
_SINGLE = re.compile(r"/issues/\d+\.json")
_COMPLETED = re.compile(r"Completed \d+ .* in (\d+)ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Requests, method and path, and the milliseconds that the server says it took for all."""

    requests: tuple[tuple[str, str], ...]
    milliseconds: int

    @property
    def singles(self) -> int:
        """How many read one ticket, for its history."""
        return sum(_SINGLE.match(path) is not None for _, path in self.requests)

    @property
    def writes(self) -> int:
        """How many were no reading."""
        return sum(method != "GET" for method, _ in self.requests)


@dataclass(slots=True)
class Log:
    """Reads on where it was read before."""

    file: Path
    place: int = 0

    @classmethod
    def of(cls, office: Office) -> "Log":
        """Answer that of a Redmine, from now on."""
        log = cls(office.redmine.root / "log" / "production.log")
        log.since()
        return log

    def since(self) -> Served:
        """Answer what was served since the last time."""
        with self.file.open("rb") as file:
            file.seek(self.place)
            told = file.read()
        self.place += len(told)
        text = told.decode("utf-8", "replace")
        took = sum(int(found) for found in _COMPLETED.findall(text))
        return Served(requests=tuple(_STARTED.findall(text)), milliseconds=took)
