"""Wiring: settings become clients, sources, desk and store; nothing else knows them all."""

from itsm_sync.app.wiring import App, route_only, start

__all__ = ["App", "route_only", "start"]
