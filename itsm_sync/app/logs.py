"""structlog: one line an event with a machine-readable name, colours on a terminal, else JSON."""

import logging
import os
import re
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from itsm_sync.app.redacting import redactor
from itsm_sync.clients.refusals import spoken
from itsm_sync.model.ports import Observer

# Events that are told otherwise than as information.
LEVELS = {
    "http.answered": logging.DEBUG,
    "http.failed": logging.WARNING,
    "limits.seen": logging.DEBUG,
    "budget.waited": logging.WARNING,
    "breaker.changed": logging.WARNING,
    "source.read": logging.DEBUG,
    "signal.observed": logging.DEBUG,
    "replay.decided": logging.DEBUG,
    "source.crashed": logging.ERROR,
    "cycle.failed": logging.ERROR,
    "daemon.lease_lost": logging.ERROR,
    "daemon.database_failed": logging.ERROR,
    "daemon.failed": logging.ERROR,
    "daemon.reload_failed": logging.ERROR,
    "daemon.cut_short": logging.WARNING,
    "daemon.standby": logging.WARNING,
    "daemon.time_put_back": logging.WARNING,
    "daemon.busy": logging.WARNING,
    "edit.failed": logging.WARNING,
    "edit.refused": logging.WARNING,
    "edit.partly": logging.WARNING,
    "edit.field_refused": logging.WARNING,
    "edit.held": logging.WARNING,
    "edit.fought": logging.WARNING,
    "history.unread": logging.WARNING,
    "groups.unread": logging.WARNING,
    "statuses.unread": logging.WARNING,
    "page.unread": logging.WARNING,
    "note.withheld": logging.WARNING,
    "report.undelivered": logging.WARNING,
    "report.zone_changed": logging.WARNING,
    "web.answered": logging.DEBUG,
    "web.turned_away": logging.DEBUG,
    "web.unsigned": logging.WARNING,
    "web.failed": logging.ERROR,
    "web.crashed": logging.ERROR,
    "heartbeat.failed": logging.DEBUG,
    "heartbeat.unheard": logging.WARNING,
}
# What syslog and the journal call our levels; a line's first characters tell (sd-daemon(3)).
_PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_QUERY = re.compile(r"\?[^\s'\"<>]+")


def configure(stream: TextIO, level: int, secrets: Iterable[str], *, journal: bool = False) -> None:
    """Set structlog up: lines of `level` and above to `stream`, without any of `secrets`. What
    libraries say by the standard library's logging goes the same way, from warnings on; where
    `level` is DEBUG, from INFO on: finer lines of theirs quote addresses and headers.

    Args:
        journal: whether the stream is systemd's journal, which wants a level before each line.
    """
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if stream.isatty():
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=True, exception_formatter=plain)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redactor(secrets),
            _Journal(renderer) if journal else renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Lasting(stream))),
        cache_logger_on_first_use=False,
    )
    _listen_to_libraries(logging.INFO if level <= logging.DEBUG else logging.WARNING)


def on_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether the stream is systemd's journal, as `JOURNAL_STREAM` names it (systemd.exec(5))."""
    with suppress(OSError, ValueError):  # no file behind it, or closed
        about = os.fstat(stream.fileno())
        return environment.get("JOURNAL_STREAM") == f"{about.st_dev}:{about.st_ino}"
    return False


class _Lasting:
    """A stream whose lines are lost where it can't take them: a disk is full, a pipe's reader has
    gone, it is closed. A log that can't be written must not end the work that it tells of.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


class _Journal:
    """Puts the journal's level before each line."""

    def __init__(self, renderer: Any) -> None:
        self._renderer = renderer

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        priority = _PRIORITIES.get(str(event.get("level")), 6)
        return f"<{priority}>{self._renderer(logger, method, event)}"


class LibraryLines(logging.Handler):
    """Tells what libraries log as events of ours (`library.said`), so in the same form and without
    secrets. Addresses lose their queries, which may quote items.

    That a signal ends us is no error of a library's that was at work just then.
    """

    def emit(self, record: logging.LogRecord) -> None:
        # Some libraries have levels of their own between or below the usual ones.
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        crash = record.exc_info
        if crash and crash[0] and issubclass(crash[0], KeyboardInterrupt):
            level, crash = logging.DEBUG, None
        told = {"library": record.name, "text": _text(record), "exc_info": crash}
        structlog.get_logger().log(level, "library.said", **told)


def _text(record: logging.LogRecord) -> str:
    """Answer what a library said; without its values where they do not fit."""
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001 - values are made text by code of the library's
        text = str(record.msg)
    return _QUERY.sub("?…", spoken(text))


def _listen_to_libraries(level: int) -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, LibraryLines)]:
        root.removeHandler(handler)
    root.addHandler(LibraryLines())
    root.setLevel(level)
    logging.captureWarnings(True)


class LogObserver:
    """Writes what rooms report."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def saw(self, event: str, /, **details: object) -> None:
        self._log.log(LEVELS.get(event, logging.INFO), event, **details)


class Observers:
    """Tells several listeners."""

    def __init__(self, *listeners: Observer) -> None:
        self._listeners = listeners

    def add(self, listener: Observer) -> None:
        """Tell this one, too, from here on."""
        self._listeners = (*self._listeners, listener)

    def saw(self, event: str, /, **details: object) -> None:
        for listener in self._listeners:
            listener.saw(event, **details)
