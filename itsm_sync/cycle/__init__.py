"""THE ROAD: pull -> classify -> route -> plan -> apply."""

from itsm_sync.cycle.road import Chooser, Road, Summary, run, write_edits

__all__ = ["Chooser", "Road", "Summary", "run", "write_edits"]
