"""Which version this is."""

from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


@cache
def version() -> str:
    """Answer the version of the package; "0" where it runs without being installed."""
    try:
        return installed("itsm-sync")
    except PackageNotFoundError:
        return "0"
