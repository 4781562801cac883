"""Configuration items and drift, from values alone; pure."""

from itsm_sync.routing.inventory.drift import KIND, drift
from itsm_sync.routing.inventory.making import make

__all__ = ["KIND", "drift", "make"]
