"""python -m sandbox.world --seed 1 --size 300 [--now ISO] --out DIR: writes the ABC world."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from sandbox.world.load import generate


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def main() -> None:
    """Write redmine.json, jenkins.json and github.json."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.world", description="sample data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300, help="how many tickets")
    parser.add_argument("--now", type=_moment, help="the moment it ends at (default: now)")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    generate(asked.out, seed=asked.seed, size=asked.size, now=asked.now)
    print(f"wrote the ABC world (sample data) to {asked.out}")


if __name__ == "__main__":
    main()
