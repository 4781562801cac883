"""THE ROAD: pull -> classify -> route -> plan -> apply."""

from itsm_sync.cycle.road import Named, Road, Summary, run, write_edits

__all__ = ["Named", "Road", "Summary", "run", "write_edits"]
