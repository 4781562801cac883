"""Monitoring alarms from a file: one JSON object a line, appended as alarms change.

{"id": "a-1", "host": "web-01", "severity": "critical", "project": "abc-app", "state": "firing",
 "text": "...", "at": "2026-03-02T12:00:00+09:00"}
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from itsm_sync.clients.errors import Unreachable
from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Clock, Memory, Observer, Source
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message

STREAM = "alarms"


class Options(BaseModel):
    """What may stand under the source's name in `settings.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path


def alarms(
    *,
    name: str,
    options: Mapping[str, object],
    secret: Callable[[str], str],
    observer: Observer,
    clock: Clock,
) -> Source:
    """Make the source; raises pydantic's ValidationError where the options are wrong."""
    del secret, observer, clock  # a file has no password, takes no request and tells its own time
    return AlarmSource(name, Options.model_validate(options).path)


@dataclass(frozen=True, slots=True)
class AlarmSource:
    """One stream, `alarms`; its cursor is the number of bytes read so far."""

    name: str
    path: Path

    def pull(self, memory: Memory) -> Iterator[Batch]:
        """Read the lines appended since; a file that became shorter is read from its beginning."""
        cursor = memory.cursor(STREAM)
        start = cursor if isinstance(cursor, int) else 0
        try:
            written = self.path.read_bytes()
        except OSError as error:
            told = Message("{path} can't be read", {"path": str(self.path)})
            raise Unreachable(told, system=self.name) from error
        start = start if start <= len(written) else 0
        end = written.rfind(b"\n") + 1  # the last line may be half written
        items, rejected = [], []
        for line in written[start:end].splitlines():
            try:
                items.append(self._item(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                why = f"{type(error).__name__}: {error}"
                rejected.append(Rejected(key=f"{self.name}:?", error=why))
        yield Batch(
            stream=STREAM,
            items=tuple(items),
            cursor=max(start, end),
            rejected=tuple(rejected),
        )

    def _item(self, alarm: Mapping[str, Any]) -> Item:
        at = datetime.fromisoformat(alarm["at"])
        return Item(
            key=f"{self.name}:{alarm['id']}",
            source=self.name,
            kind="alarm",
            title=clean(alarm["text"]),
            url="",
            state=alarm["state"],
            created_at=at,
            updated_at=at,
            facts={
                "host": clean(alarm["host"]),
                "severity": alarm["severity"],
                "project": alarm["project"],  # by which the catalogue finds the service
            },
        )
