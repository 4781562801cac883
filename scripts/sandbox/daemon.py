"""The daemon as a process of its own, for tests: what it says, and signals to it."""

import json
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any

from ruamel.yaml import YAML

from sandbox.canaries import found, secrets_in

LONG = 180.0  # seconds: far more than anything that is waited for takes
_LOOK = 0.2  # seconds between looks whether it lives: its end alone wakes nobody
_REST = 1.0  # seconds for what an ended one said last; a child of its may keep the pipe open
_LAST = 30  # lines that are shown of it
Event = Mapping[str, Any]


@dataclass(slots=True)
class Daemon:
    """A running `itsm-sync run`; its log, line by line."""

    process: "subprocess.Popen[str]"
    events: list[Event] = field(default_factory=list)
    other: list[str] = field(default_factory=list)  # lines that are no events
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST))  # the last it said
    _heard: Condition = field(default_factory=Condition)
    _silent: bool = False

    @classmethod
    @contextmanager
    def started(
        cls,
        environment: Mapping[str, str],
        *arguments: str,
        by: Sequence[str] = (sys.executable, "-m", "itsm_sync"),
    ) -> "Iterator[Daemon]":
        """Start one; end it, if it has not ended. It must have told no secret that it has."""
        process = subprocess.Popen(
            [*by, "run", *arguments],
            env={"ITSM_SYNC_HTTP": "127.0.0.1:0", **environment},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        daemon = cls(process)
        listener = Thread(target=daemon._listen, daemon=True)
        listener.start()
        try:
            yield daemon
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
            listener.join()
            assert process.stderr is not None
            process.stderr.close()
        assert found(secrets_in(environment), daemon.text()) == []

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._heard:
                self.lines.append(line.rstrip())
                try:
                    self.events.append(json.loads(line))
                except ValueError:
                    self.other.append(line)
                self._heard.notify_all()
        with self._heard:
            self._silent = True
            self._heard.notify_all()

    def heard(self, event: str, *, after: int = 0, **details: object) -> int:
        """Wait for an event with these details; answer its place, counted from 1."""

        def fits(said: Event) -> bool:
            return said.get("event") == event and all(said.get(k) == v for k, v in details.items())

        return self._wait(
            lambda: next((n for n, e in enumerate(self.events, 1) if n > after and fits(e)), 0),
            f"{event} {details}",
        )

    @property
    def url(self) -> str:
        """Answer where its HTTP port is, once it is open."""
        return str(self.events[self.heard("web.started") - 1]["url"])

    def said(self, event: str) -> list[Event]:
        """Answer the events of a name so far."""
        return [e for e in self.events if e.get("event") == event]

    def _wait(self, found: Callable[[], int], what: str) -> int:
        """Wait until something is found. Raises AssertionError: it ended before, or was silent."""
        late = monotonic() + LONG
        with self._heard:
            while not found() and self.process.poll() is None and monotonic() < late:
                self._heard.wait(_LOOK)
            self._heard.wait_for(lambda: found() or self._silent, _REST)
            if place := found():
                return place
            said = "\n".join(self.lines)
        end = self.process.poll()
        how = "it runs" if end is None else f"it ended with {end}"
        raise AssertionError(f"never heard: {what}; {how}; it said last:\n{said}")

    def text(self) -> str:
        """Answer all that it said."""
        return "\n".join([*(json.dumps(e, ensure_ascii=False) for e in self.events), *self.other])

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ended(self, seconds: float = LONG) -> int:
        """Wait for its end; answer its status."""
        return self.process.wait(seconds)


def schedule(directory: Path, **values: object) -> None:
    """Write a `schedules.yaml` into a configuration."""
    with (directory / "schedules.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(dict(values), file)
