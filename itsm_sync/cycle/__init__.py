"""THE ROAD: pull -> classify -> route -> plan -> apply."""

from itsm_sync.cycle.road import Named, Road, run, write_edits
from itsm_sync.cycle.summary import Summary

__all__ = ["Named", "Road", "Summary", "run", "write_edits"]
