"""The daemon's HTTP port: opened, shown another configuration, closed."""

from dataclasses import dataclass, field

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.web.metrics import Metrics
from itsm_sync.web.premises import Premises
from itsm_sync.web.server import Server


@dataclass(slots=True)
class Port:
    """Open where the settings want one; `metrics` listens to everything all the same."""

    metrics: Metrics = field(default_factory=Metrics)
    _server: Server | None = None

    def open(self, premises: Premises) -> None:
        """Open it, if it is wanted.

        Raises:
            ConfigurationError: the address is in use, or is none of this machine's.
        """
        if premises.settings.general.http.enabled:
            server = Server(premises, self.metrics)
            server.start()
            self._server = server

    def renew(self, premises: Premises, *, elsewhere: bool) -> None:
        """Show another configuration; `elsewhere`: at another address, if that can be opened."""
        if not elsewhere and self._server is not None:
            self._server.renew(premises)
            return
        self.close()
        try:
            self.open(premises)
        except ConfigurationError as error:
            premises.observer.saw("daemon.failed", what="http", error=str(error))

    def close(self) -> None:
        """Close it; a second call does nothing."""
        if self._server is not None:
            self._server.stop()
            self._server = None
