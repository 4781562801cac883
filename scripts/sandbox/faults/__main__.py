"""faults [--sample] [--keep]: see docs/faults.md, a part of which it writes."""

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
from sandbox.configuration import SHIPPED
from sandbox.faults.matrix import rows, sample
from sandbox.faults.runs import matrix
from sandbox.faults.telling import tell
from sandbox.office import Office
from sandbox.redmine import ready
from sandbox.torture.stage import CHECKOUT


def main() -> int:
    """Go through the matrix; answer the exit status."""
    asked = _asked()
    ready()
    template = Office.prepare(
        CHECKOUT / ".test" / "redmine", ruby(load(SHIPPED, {}, secrets=False))
    )
    home = Path(tempfile.mkdtemp(prefix="faults-", dir=CHECKOUT / ".test"))
    wanted = [row for row in (sample() if asked.sample else rows())
              if asked.only in f"{row.place.system} {row.place.name} {row.name}"]  # fmt: skip
    found = matrix(
        home,
        template,
        wanted,
        lambda told: print(f"{datetime.now(UTC):%H:%M:%S} {told}", file=sys.stderr),
    )
    for line in found.wrong:
        print(line)
    if not asked.sample and not asked.only:
        tell(found, CHECKOUT / "docs")
    if not asked.keep:
        shutil.rmtree(home)
    return 1 if found.wrong else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("--sample", action="store_true", help="every fault and place once")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows that have it in them")
    parser.add_argument("--keep", action="store_true", help="keep both runs' directories")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
