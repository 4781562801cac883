"""The world that measures count, gathered from the store page by page."""

from itsm_sync.operations.world.gather import Gathering
from itsm_sync.operations.world.tickets import Clocks

__all__ = ["Clocks", "Gathering"]
