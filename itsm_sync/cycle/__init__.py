"""THE ROAD: pull -> classify -> route -> plan -> apply."""

from itsm_sync.cycle.road import Road, Summary, run

__all__ = ["Road", "Summary", "run"]
