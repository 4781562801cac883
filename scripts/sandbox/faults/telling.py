"""A part of docs/faults.md and docs/faults.ko.md."""

from pathlib import Path

from sandbox.faults.runs import Matrix


def tell(found: Matrix, folder: Path) -> None:
    """Write it."""
