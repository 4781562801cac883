"""cursors [N] [--seed S] [--system NAME]: see docs/proofs.md."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from sandbox.proofs.searching import SCENES, Found, search

AT_ONCE = 500  # histories of one search: each has a seed of its own, so that it can be had again


def main() -> int:
    """Search; print a line a system, and each history that was found. Answer the exit status."""
    asked = _asked()
    wrong = 0
    with ProcessPoolExecutor(max_workers=asked.processes) as pool:
        for system in asked.system:
            sizes = _parts(asked.count)
            chances = [asked.seed + n for n in range(len(sizes))]
            found = list(pool.map(partial(search, system), sizes, chances))
            wrong += _tell(system, chances, found)
    return 1 if wrong else 0


def _parts(count: int) -> list[int]:
    whole, rest = divmod(count, AT_ONCE)
    return [AT_ONCE] * whole + ([rest] if rest else [])


def _tell(system: str, chances: list[int], found: list[Found]) -> int:
    bad = [(chance, one) for chance, one in zip(chances, found, strict=True) if one.history]
    lived, seconds = sum(f.histories for f in found), sum(f.seconds for f in found)
    print(f"{system}: {lived} histories, {seconds:.0f} s of work, {len(bad)} found", flush=True)
    for chance, one in bad:
        print(f"  seed {chance}: {one.history}", *(f"    {w}" for w in one.wrong), sep="\n")
    return len(bad)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cursors")
    parser.add_argument("count", type=int, nargs="?", default=10_000, help="of each system")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--system", action="append", choices=tuple(SCENES))
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    asked.system = asked.system or list(SCENES)
    return asked


if __name__ == "__main__":
    sys.exit(main())
