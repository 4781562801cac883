"""The command itsm-sync, with its clock moved: clocked.py SECONDS ARGUMENTS..."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine

from itsm_sync.cli import run

if __name__ == "__main__":
    then = datetime.now(UTC) + timedelta(seconds=float(sys.argv[1]))
    with time_machine.travel(then, tick=True):
        sys.exit(run(sys.argv[2:]))
