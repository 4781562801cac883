"""Brings the ABC world (sample data) into a Redmine, in two parts around the provisioning."""

import subprocess
import sys
from pathlib import Path

from sandbox.redmine import Redmine, RedmineTrouble

_LOADER = Path(__file__).parent / "world" / "redmine.rb"


def generate(directory: Path) -> Path:
    """Invent the world as documents in `directory`; answer it. Raises RedmineTrouble."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.world", "--out", str(directory)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RedmineTrouble(f"the ABC world could not be made:\n{done.stderr}")
    return directory


def load(redmine: Redmine, world: Path, part: str) -> None:
    """Load "organisation" (people, groups, projects) or "tickets" (issues, histories, wiki)."""
    redmine.runner(_LOADER, {"WORLD": str(world / "redmine.json"), "PART": part})
