"""The HTTP port: health, metrics, webhooks, and the status page for people."""

from itsm_sync.web.metrics import Metrics
from itsm_sync.web.premises import Premises, Role, Waiting
from itsm_sync.web.server import Server

__all__ = ["Metrics", "Premises", "Role", "Server", "Waiting"]
