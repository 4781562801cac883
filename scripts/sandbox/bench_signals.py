"""What signals cost a cycle in which nothing happens: the same world with and without them."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from resource import getpagesize
from statistics import median
from time import process_time

from tests.fake_redmine import FakeOffice
from tests.idling import Idle, statements
from tests.property.bot import Clock, configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One cycle's."""

    seconds: float
    statements: int
    requests: int


def world(*, small: bool) -> Idle:
    """Make a world: people's tickets, an inventory, deliveries, jobs that fail or failed."""
    clock = Clock()
    idle = Idle(FakeOffice(configuration("watching")[0], clock), clock)
    if small:
        idle.has_tickets(100, 30)
        idle.begins(inventory=10)
        idle.fails(live=3, closed=2, jobs=10, builds=10)
    else:
        idle.has_tickets(10_000, 3_000)
        idle.begins(inventory=100)
        idle.delivers(100, 10)
        idle.fails(live=30, closed=20, jobs=200, builds=100)
    return idle


def cost(idle: Idle, *, signals: bool) -> Cost:
    """Let one cycle pass."""
    idle.bot.watches = signals
    with statements() as said:
        before = process_time()
        asked = idle.cycle()
        seconds = process_time() - before
    return Cost(seconds=seconds, statements=len(said), requests=len(asked))


def shown(name: str, costs: list[Cost]) -> float:
    """Print the medians; answer that of the seconds."""
    seconds = median(one.seconds for one in costs)
    counts = sorted({(one.statements, one.requests) for one in costs})
    print(f"{name}: {seconds:.3f} s of CPU; statements and requests to Redmine: {counts}")
    return seconds


def resident() -> int:
    """Answer the memory in use now, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize() // 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    idle = world(small=wanted.small)
    episodes = idle.bot.store.episodes()
    print(
        f"live episodes: {sum(e.live for e in episodes)}, over: {sum(not e.live for e in episodes)}"
    )
    for signals in (False, True):
        cost(idle, signals=signals)
    without, having, memory = [], [], []
    for _ in range(wanted.rounds):
        without.append(cost(idle, signals=False))
        having.append(cost(idle, signals=True))
        memory.append(resident())
    base = shown("without signals", without)
    print(f"ratio: {shown('with signals', having) / base:.2f}")
    print(f"resident after each round, MiB: {memory}")
    idle.bot.close()


if __name__ == "__main__":
    main()
