"""status: how things stand, from the store alone."""

from itsm_sync.operations.status.showing import show
from itsm_sync.operations.status.telling import Terms, as_json

__all__ = ["Terms", "as_json", "show"]
