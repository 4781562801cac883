"""What the program costs, beside the floor of its servers and its peers, in one run.

    bench [--rounds 5] [--fast] [--out DIR] [PART ...]

All parts at full size write docs/performance.md, performance.ko.md, performance.json and their
pictures; a choice of parts, and small sizes, write the same files to .test/bench. A goal that is
missed is no failure: the exit status is 1 only where a part could not be run.
"""

import argparse
import gc
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.bench.machine import Machine
from sandbox.bench.pages import Outcome, shown, write
from sandbox.bench.parts import NEED_NO_REDMINE, PARTS, Part
from sandbox.bench.rows import Curve, Failure, Row
from sandbox.bench.stage import FAST, FULL, Stage
from sandbox.bench.towns import CHECKOUT
from sandbox.redmine import ready

_ROUNDS, _FAST_ROUNDS = 5, 2


def main(arguments: list[str] | None = None, parts: Mapping[str, Part] = PARTS) -> int:
    """Run those of the parts that are wanted; answer the exit status."""
    asked = _asked(arguments, parts)
    chosen = asked.parts or list(parts)
    if not NEED_NO_REDMINE.issuperset(chosen):
        ready()
    outcome = Outcome(machine=Machine.this(CHECKOUT), rounds=asked.rounds, fast=asked.fast)
    (CHECKOUT / ".test").mkdir(exist_ok=True)
    for name in chosen:
        print(f"==> {name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=CHECKOUT / ".test") as home:
            stage = Stage(home=Path(home), rounds=asked.rounds, sizes=FAST if asked.fast else FULL)
            _run(name, parts[name], stage, outcome)
        outcome.parts += (name,)
        write(outcome, asked.out)  # a run of hours that is stopped leaves what it has
    print(f"==> written to {asked.out}", file=sys.stderr)
    return 1 if outcome.failures else 0


def _run(name: str, part: Part, stage: Stage, outcome: Outcome) -> None:
    """Run a part; one that can't be run stops no other."""
    try:
        for told in part(stage):
            if isinstance(told, Row):
                print(shown(told, fast=outcome.fast), flush=True)
                outcome.rows.append(told)
            elif isinstance(told, Curve):
                outcome.curves.append(told)
    except Exception as error:  # noqa: BLE001 - a part may fail in any way
        why = f"{type(error).__name__}: {str(error).strip()[-300:]}"
        print(f"{name}: COULD NOT BE RUN: {why}", file=sys.stderr, flush=True)
        outcome.failures.append(Failure(part=name, why=why))


def _asked(arguments: list[str] | None, parts: Mapping[str, Part]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=0, help=f"{_ROUNDS}, or {_FAST_ROUNDS} fast")
    parser.add_argument("--fast", action="store_true", help="small sizes: whether all of it runs")
    parser.add_argument("--out", type=Path, help="the directory to write to")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    asked.rounds = asked.rounds or (_FAST_ROUNDS if asked.fast else _ROUNDS)
    whole = not asked.fast and not asked.parts
    asked.out = asked.out or CHECKOUT / ("docs" if whole else ".test/bench")
    return asked


if __name__ == "__main__":
    gc.freeze()  # as the program itself begins, which shares this process
    sys.exit(main())
