"""The HTTP port: bound at once, served in a thread of its own until it is told to stop."""

import asyncio
import logging
import socket
from contextlib import suppress
from threading import Thread

import uvicorn

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message
from itsm_sync.web.application import application
from itsm_sync.web.looking import Looking
from itsm_sync.web.metrics import Metrics
from itsm_sync.web.patience import MOST_CONNECTIONS, Patient
from itsm_sync.web.premises import Premises

_GRACE = 0.5  # seconds that answers in hand have once it stops
_BACKLOG = 128
_TAKEN = (
    "the HTTP port can't be opened at {host}:{port}: {error}; `http` in settings.yaml names"
    " another, or switches it off"
)
_TAKEN_BY_VARIABLE = (
    "the HTTP port can't be opened at {host}:{port}: {error}; the variable may name another, or"
    " `enabled: false` of `http` in settings.yaml switches it off"
)


class Server:
    """Serves health, metrics, webhooks and the status page.

    Args:
        premises: what is shown and asked; `renew` puts another in its place.
        metrics: the listener whose figures `/metrics` gives.
    """

    def __init__(self, premises: Premises, metrics: Metrics) -> None:
        self._looking = Looking(premises)
        self._metrics = metrics
        self._socket: socket.socket | None = None
        self._uvicorn: uvicorn.Server | None = None
        self._thread: Thread | None = None
        self.url = ""

    def start(self) -> None:
        """Bind the port of the settings and serve it; port 0 takes a free one, which `url` tells.

        Raises:
            ConfigurationError: the address is in use, or is none of this machine's.
        """
        http = self._looking.premises.settings.general.http
        self._socket = bound = self._bind(http.host, http.port)
        host, port = bound.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        for name in ("uvicorn.error", "uvicorn.asgi"):  # what goes wrong is told as an event
            logging.getLogger(name).addHandler(logging.NullHandler())
        self._uvicorn = uvicorn.Server(_configured(self._looking, self._metrics))
        self._thread = Thread(target=self._serve, name="web", daemon=True)
        self._thread.start()
        self._looking.premises.observer.saw("web.started", url=self.url)

    @property
    def alive(self) -> bool:
        """Whether the port is served."""
        return self._thread is not None and self._thread.is_alive()

    def renew(self, premises: Premises) -> None:
        """Show and ask other premises from now on; the address stays until the next start."""
        self._looking.premises = premises

    def stop(self, timeout: float = 1.0) -> None:
        """Close the port and every connection; a second call does nothing."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout)
        if self._socket is not None:
            self._socket.close()
        self._looking.close()

    def _bind(self, host: str, port: int) -> socket.socket:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            bound = socket.socket(family, kind, protocol)
        except OSError as error:
            raise self._unfit("host", host, port, error) from error
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen(_BACKLOG)
        except OSError as error:
            bound.close()
            raise self._unfit("port", host, port, error) from error
        return bound

    def _unfit(self, key: str, host: str, port: int, error: OSError) -> ConfigurationError:
        params = {"host": host, "port": port, "error": why(error)}
        settings = self._looking.premises.settings
        by_settings = ("http", key) not in settings.given
        told = Message(_TAKEN if by_settings else _TAKEN_BY_VARIABLE, params)
        return ConfigurationError([settings.problem(("http", key), told)])

    def _serve(self) -> None:
        """Run the loop; nothing that goes wrong in it may end the daemon."""
        server, bound = self._uvicorn, self._socket
        if server is None or bound is None:
            return
        try:
            with suppress(asyncio.CancelledError):
                asyncio.run(server.serve(sockets=[bound]))
        except Exception as error:  # noqa: BLE001 - a listener hears of it, and the daemon lives on
            observer = self._looking.premises.observer
            observer.saw("web.crashed", error=type(error).__name__)


def _configured(looking: Looking, metrics: Metrics) -> uvicorn.Config:
    """Answer uvicorn's settings: no logging, no signals, nothing told of the server itself."""
    return uvicorn.Config(
        application(looking, metrics),
        http=Patient,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level=logging.CRITICAL,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=_GRACE,  # type: ignore[arg-type]  # waited for as a float
        backlog=_BACKLOG,
        h11_max_incomplete_event_size=16_384,
    )
