"""torture [--seed N] [--cycles N] [--kills N] [--daemon] [--postgresql] [--fast]: see
docs/faults.md, a part of which it writes.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
from sandbox.configuration import SHIPPED
from sandbox.office import Office
from sandbox.postgres import Postgres
from sandbox.redmine import ready
from sandbox.torture.killing import PHASES
from sandbox.torture.runs import Way, torture
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
    with _databases(postgresql=asked.postgresql) as databases:
        verdict = torture(
            home,
            template,
            asked.seed,
            steps,
            lambda told: print(f"{datetime.now(UTC):%H:%M:%S} {told}", file=sys.stderr),
            kills=asked.kills,
            way=Way(daemon=asked.daemon, databases=databases),
        )
    few = [] if asked.fast else [p.name for p in PHASES if verdict.chaos.kills[p.name] < LEAST]
    for line in (*verdict.wrong, *(f"fewer than {LEAST} kills in {name}" for name in few)):
        print(line)
    if not asked.fast:
        kept = "PostgreSQL" if asked.postgresql else "SQLite"
        tell(verdict, asked.seed, steps, CHECKOUT / "docs", kept if asked.daemon else "")
    print(dict(verdict.chaos.kills), dict(verdict.chaos.faults))
    if not asked.keep:
        shutil.rmtree(home)
    return 1 if verdict.wrong or few else 0


@contextmanager
def _databases(*, postgresql: bool) -> Iterator[tuple[str, str]]:
    """Answer the addresses of two empty databases of a server of our own; "": files will do."""
    if not postgresql:
        yield "", ""
        return
    with Postgres.serving() as server:
        yield server.create("undisturbed"), server.create("disturbed")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=0, help="at least so many, if it can be")
    parser.add_argument("--daemon", action="store_true", help="`run` in the place of `sync`")
    parser.add_argument("--postgresql", action="store_true", help="in the place of SQLite")
    parser.add_argument("--fast", action="store_true", help=f"{FAST} cycles")
    parser.add_argument("--keep", action="store_true", help="keep both runs' directories")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
