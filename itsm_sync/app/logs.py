"""structlog: one line an event with a machine-readable name, colours on a terminal, else JSON."""

import logging
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, TextIO

import structlog

from itsm_sync.model.ports import Observer

HIDDEN = "[hidden]"
# Shorter ones would hide half of every line.
_SHORTEST = 4
_TELLTALE = ("key", "token", "password", "secret", "authorization", "cookie")
# Names that end like a secret's and are none.
_HARMLESS = ("ticket_key", "item_key")

# Events that are told otherwise than as information.
LEVELS = {
    "http.answered": logging.DEBUG,
    "http.failed": logging.WARNING,
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
    "daemon.busy": logging.WARNING,
    "edit.failed": logging.WARNING,
    "edit.refused": logging.WARNING,
    "edit.partly": logging.WARNING,
    "edit.field_refused": logging.WARNING,
    "edit.held": logging.WARNING,
    "history.unread": logging.WARNING,
    "groups.unread": logging.WARNING,
    "statuses.unread": logging.WARNING,
    "page.unread": logging.WARNING,
    "note.withheld": logging.WARNING,
}

Processor = Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]


def configure(stream: TextIO, level: int, secrets: Iterable[str]) -> None:
    """Set structlog up: lines of `level` and above to `stream`, without any of `secrets`."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if stream.isatty():
        renderer = structlog.dev.ConsoleRenderer(colors=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redactor(secrets),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def redactor(secrets: Iterable[str]) -> Processor:
    """Answer a processor that hides known secrets in any value, and values named like secrets."""
    known = sorted(
        {secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True
    )

    def hide(value: Any) -> Any:
        if isinstance(value, str):
            for secret in known:
                value = value.replace(secret, HIDDEN)
            return value
        if isinstance(value, dict):
            return {hide(k): HIDDEN if _is_telltale(str(k)) else hide(v) for k, v in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [hide(part) for part in value]
        if isinstance(value, (int, float, type(None))):
            return value
        return hide(str(value))

    def redact(
        logger: Any,  # noqa: ARG001 - structlog's signature
        method: str,  # noqa: ARG001
        event: MutableMapping[str, Any],
    ) -> MutableMapping[str, Any]:
        hidden: dict[str, Any] = hide(dict(event))
        return hidden

    return redact


def _is_telltale(name: str) -> bool:
    lowered = name.lower()
    return lowered not in _HARMLESS and any(lowered.endswith(word) for word in _TELLTALE)


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

    def saw(self, event: str, /, **details: object) -> None:
        for listener in self._listeners:
            listener.saw(event, **details)
