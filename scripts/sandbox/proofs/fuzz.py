"""fuzz [N] [--seed S] [--recordings FOLDER]: see docs/proofs.md."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from sandbox.proofs.fuzzing import Told, cycle, recorded

A_CYCLE = 150  # payloads that a cycle has at least


def main() -> int:
    """Run cycles over wrong payloads until there were enough; answer the exit status."""
    asked = _asked()
    samples = recorded(asked.recordings) if asked.recordings else ()
    payloads = cycles = wrong = 0
    with ProcessPoolExecutor(max_workers=asked.processes) as pool:
        while payloads < asked.count:
            many = max(asked.processes, (asked.count - payloads) // A_CYCLE)
            seeds = range(asked.seed + cycles, asked.seed + cycles + many)
            for seed, told in zip(seeds, pool.map(partial(_cycle, samples), seeds), strict=True):
                payloads += told.payloads
                wrong += bool(told.wrong)
                for line in told.wrong:
                    print(f"seed {seed}: {line}", flush=True)
            cycles += many
    print(f"{payloads} payloads in {cycles} cycles, twice each; {wrong} went wrong")
    return 1 if wrong else 0


def _cycle(samples: tuple[object, ...], seed: int) -> Told:
    try:
        return cycle(seed, samples)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return Told(payloads=0, wrong=(f"{type(error).__name__}: {error}",))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("count", type=int, nargs="?", default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--recordings", type=Path, help="a folder of recorded answers")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
