"""torture [--seed N] [--cycles N] [--fast]: see docs/faults.md, which it writes."""

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
from sandbox.configuration import SHIPPED
from sandbox.office import Office
from sandbox.redmine import ready
from sandbox.torture.killing import PHASES
from sandbox.torture.runs import torture
from sandbox.torture.stage import CHECKOUT
from sandbox.torture.telling import tell

FAST = 30
LEAST = 5  # kills in each phase of a full run


def main() -> int:
    """Torture the program; answer the exit status."""
    asked = _asked()
    ready()
    template = Office.prepare(
        CHECKOUT / ".test" / "redmine", ruby(load(SHIPPED, {}, secrets=False))
    )
    home = Path(tempfile.mkdtemp(prefix="torture-", dir=CHECKOUT / ".test"))
    steps = FAST if asked.fast else asked.cycles
    verdict = torture(
        home,
        template,
        asked.seed,
        steps,
        lambda told: print(f"{datetime.now(UTC):%H:%M:%S} {told}", file=sys.stderr),
    )
    few = [] if asked.fast else [p.name for p in PHASES if verdict.chaos.kills[p.name] < LEAST]
    for line in (*verdict.wrong, *(f"fewer than {LEAST} kills in {name}" for name in few)):
        print(line)
    if not asked.fast:
        tell(verdict, asked.seed, steps, CHECKOUT / "docs")
    print(dict(verdict.chaos.kills), dict(verdict.chaos.faults))
    if not asked.keep:
        shutil.rmtree(home)
    return 1 if verdict.wrong or few else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--fast", action="store_true", help=f"{FAST} cycles")
    parser.add_argument("--keep", action="store_true", help="keep both runs' directories")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
