"""soak [MINUTES] [--every SECONDS] [--quiet] [--postgresql] [--out DIR]: see docs/proofs.md."""

import argparse
import csv
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from threading import Event
from time import monotonic

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
from itsm_sync.store import Store
from sandbox.configuration import SHIPPED, copy
from sandbox.daemon import Daemon, schedule
from sandbox.office import Office
from sandbox.postgres import Postgres
from sandbox.redmine import ready
from sandbox.soak.plot import Panel, svg
from sandbox.soak.town import Town
from sandbox.soak.trend import Trend, trend
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.torture import world
from sandbox.torture.script import REPOSITORIES
from sandbox.world.github import TOKEN as GITHUB_TOKEN
from sandbox.world.jenkins import TOKEN as JENKINS_TOKEN
from sandbox.world.jenkins import USER as JENKINS_USER

CHECKOUT = Path(__file__).resolve().parents[3]
LOOK = 2.0  # seconds between two samples
CHANGE = 5.0  # seconds between two changes of the world
WARM_UP = 0.33  # the part of the time that is not judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the daemon holds at a moment; `cycle_seconds` is its last cycle's."""

    seconds: float
    rss_mib: float
    open_files: int
    threads: int
    database_mib: float
    cycles: int
    cycle_seconds: float


def main() -> int:
    """Soak; answer the exit status: 1 where something grows."""
    asked = _asked()
    ready()
    template = Office.prepare(
        CHECKOUT / ".test" / "redmine", ruby(load(SHIPPED, {}, secrets=False))
    )
    (CHECKOUT / ".test").mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="soak-", dir=CHECKOUT / ".test"))
    with _stage(home, template, asked) as (environment, town):
        samples = list(_samples(environment, town, asked.minutes, home))
        # Another daemon over the same state: what it holds, too, is what the state asks for.
        fresh = list(_samples(environment, town, asked.minutes * WARM_UP, home))
    out = Path(asked.out) if asked.out else home
    out.mkdir(parents=True, exist_ok=True)
    _write(samples, out)
    trends = [*_trends(samples, quiet=asked.quiet), *_beyond(samples, fresh)]
    for one in trends:
        print(f"{one.name}: median {one.middle:.4g}, grew by {one.growth:.3g} ({one.verdict})")
    print(f"{samples[-1].cycles} cycles in {samples[-1].seconds / 60:.1f} min; {out}/samples.svg")
    return 0 if all(one.flat for one in trends) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("minutes", type=float, nargs="?", default=15.0)
    parser.add_argument("--every", type=int, default=3, help="seconds from cycle to cycle")
    parser.add_argument("--quiet", action="store_true", help="nothing happens meanwhile")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--out", help="the folder of the samples")
    return parser.parse_args()


@contextmanager
def _stage(
    home: Path, template: Path, asked: argparse.Namespace
) -> Iterator[tuple[Mapping[str, str], Town]]:
    """Set up the servers and the configuration; answer the program's environment."""
    lifetime = asked.minutes * 60 * 1.5 + 1800
    with (
        Office.open(home / "redmine", template, lifetime=lifetime) as office,
        JenkinsStandIn(world.jenkins()) as jenkins,
        GitHubStandIn(world.github()) as github,
        _database(home, asked) as database,
    ):
        addresses = {"redmine": office.redmine.url, "jenkins": jenkins.url, "github": github.url}
        directory = copy(home / "config", addresses=addresses, change=_free, signals=True)
        often = {"every": f"{asked.every}s"}
        schedule(
            directory,
            cycle=often,
            sources={"jenkins": often, "github": {"every": f"{3 * asked.every}s"}},
            letters={"every": "30s"},
            prune={"every": "2m"},
        )
        environment = {
            "PATH": os.environ["PATH"],
            "MALLOC_ARENA_MAX": "2",  # as the unit and the Containerfile have it
            "ITSM_SYNC_CONFIG": str(directory),
            "ITSM_SYNC_DATABASE": database,
            "REDMINE_API_KEY": office.keys["itsm-sync"],
            "JENKINS_USER": JENKINS_USER,
            "JENKINS_TOKEN": JENKINS_TOKEN,
            "GITHUB_TOKEN": GITHUB_TOKEN,
        }
        with Store.open(database):  # so that no daemon has to make the tables: that takes memory
            pass
        yield environment, Town(office=office, jenkins=jenkins, quiet=asked.quiet)


def _free(settings: dict[str, object]) -> None:
    """No caps, for these tell how much is done at once."""
    settings["caps"] = dict.fromkeys(("rule", "team", "cycle", "share", "mails", "new"), 0)
    github = settings["github"]
    assert isinstance(github, dict)
    github["repositories"] = list(REPOSITORIES)


@contextmanager
def _database(home: Path, asked: argparse.Namespace) -> Iterator[str]:
    if not asked.postgresql:
        yield f"sqlite:///{home}/itsm-sync.db"
        return
    with Postgres.serving() as server:
        yield server.create("soak")


def _samples(
    environment: Mapping[str, str], town: Town, minutes: float, home: Path
) -> Iterator[Sample]:
    """Let a daemon live, the world change, and look at what it holds."""
    tick, changed = Event(), 0
    with Daemon.started(environment) as daemon:
        daemon.heard("cycle.finished")
        begun = monotonic()
        while (now := monotonic() - begun) < minutes * 60:
            if now >= changed * CHANGE:
                town.change()
                changed += 1
            yield _sample(now, daemon, home)
            tick.wait(LOOK)
        daemon.send(signal.SIGTERM)
        status = daemon.ended(10)
    wrong = [e for e in daemon.events if e.get("level") in ("error", "critical")]
    if status or wrong or daemon.other:
        print(f"the daemon ended with {status}: {wrong[:5]} {daemon.other[:5]}", file=sys.stderr)


def _sample(now: float, daemon: Daemon, home: Path) -> Sample:
    folder = Path("/proc") / str(daemon.process.pid)
    status = dict(line.partition(":")[::2] for line in (folder / "status").read_text().splitlines())
    finished = daemon.said("cycle.finished")
    return Sample(
        seconds=round(now, 1),
        rss_mib=int(status["VmRSS"].split()[0]) / 1024,
        open_files=len(list((folder / "fd").iterdir())),
        threads=int(status["Threads"]),
        database_mib=sum(f.stat().st_size for f in home.glob("itsm-sync.db*")) / 2**20,
        cycles=len(finished),
        cycle_seconds=float(finished[-1]["seconds"]) if finished else 0.0,
    )


def _write(samples: list[Sample], out: Path) -> None:
    with (out / "samples.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [one.name for one in fields(Sample)])
        rows.writeheader()
        rows.writerows(asdict(sample) for sample in samples)
    quantities: dict[str, Callable[[Sample], float]] = {
        "memory in use (MiB)": lambda s: s.rss_mib,
        "open files": lambda s: s.open_files,
        "threads": lambda s: s.threads,
        "seconds of the last cycle": lambda s: s.cycle_seconds,
        "database (MiB)": lambda s: s.database_mib,
    }
    panels = [
        Panel(name=name, points=[(s.seconds, of(s)) for s in samples])
        for name, of in quantities.items()
    ]
    title = f"itsm-sync run, {samples[-1].cycles} cycles"
    (out / "samples.svg").write_text(svg(panels, title), encoding="utf-8")


def _trends(samples: list[Sample], *, quiet: bool) -> list[Trend]:
    """Judge what must stay as it is. Where the world changes, memory and cycles grow with what is
    stored: these are compared with a fresh daemon's.
    """
    judged = [s for s in samples if s.seconds >= WARM_UP * samples[-1].seconds]

    def points(name: str) -> list[tuple[float, float]]:
        return [(s.seconds, float(getattr(s, name))) for s in judged]

    return [
        trend("memory, MiB", points("rss_mib"), share=0.01, least=1.0, judged=quiet),
        trend("open files", points("open_files"), share=0.0, least=1.0),
        trend("threads", points("threads"), share=0.0, least=1.0),
        trend("seconds a cycle", points("cycle_seconds"), share=0.5, least=0.2, judged=quiet),
    ]


def _beyond(samples: list[Sample], fresh: list[Sample]) -> list[Trend]:
    """Judge by how much a daemon that has lived so long holds, and takes, more than a fresh one.

    Both follow what is stored, and how busy the machine is; what is beyond that would be a leak.
    """
    last = [s for s in samples if s.seconds >= 0.9 * samples[-1].seconds]
    warm = [s for s in fresh if s.seconds >= 0.7 * fresh[-1].seconds]

    def compared(title: str, name: str, share: float, least: float) -> Trend:
        middle, other = (median(float(getattr(s, name)) for s in some) for some in (last, warm))
        return Trend(
            name=f"{title} beyond a fresh daemon's",
            middle=middle,
            growth=middle - other,
            allowed=max(share * middle, least),
        )

    return [
        compared("memory, MiB,", "rss_mib", share=0.02, least=1.0),
        compared("seconds a cycle", "cycle_seconds", share=0.5, least=0.2),
    ]


if __name__ == "__main__":
    sys.exit(main())
