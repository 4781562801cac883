"""What the monthly report costs over a store of some size: seconds, and the most memory in use."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from zoneinfo import ZoneInfo

from itsm_sync.cycle.naming import names_of
from itsm_sync.model.items import Audience
from itsm_sync.operations.world import Clocks, Gathering
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import MEASURES, notices, section
from itsm_sync.reports.views.voice import Voice
from itsm_sync.routing import Catalogue
from itsm_sync.routing.service_levels import Clocks as LevelClocks
from itsm_sync.settings import Settings, load
from itsm_sync.store import Store
from sandbox.stored import END, filled

ROOT = Path(__file__).parents[2]
_CONFIG = ROOT / "config"
_MIB = 2**10  # of the kibibytes in which a child's memory is told


def _month(settings: Settings) -> Period:
    zone = ZoneInfo(settings.general.timezone)
    until = END.replace(tzinfo=zone)
    return Period(since=until.replace(month=3), until=until)


def gathering(store: Store, settings: Settings) -> Gathering:
    """Answer what gathers the world of a store."""
    return Gathering(
        store=store,
        matrix=settings.matrix,
        catalogue=Catalogue(settings.services, settings.people),
        production=frozenset({"production"}),
        histories=store.histories,
        clocks=_clocks(store, settings),
    )


def measure(path: Path) -> None:
    """Gather the month and count all measures there are, in Korean."""
    settings = load(_CONFIG, {}, secrets=False)
    period = _month(settings)
    with Store.open(f"sqlite:///{path}") as store:
        begun = process_time()
        world = gathering(store, settings).world(period, Audience.PRIVATE, END)
        gathered = process_time()
    zone = ZoneInfo(settings.general.timezone)
    voice = Voice(matrix=settings.matrix, language="ko", zone=zone, services=world.services)
    for name in MEASURES:
        at = process_time()
        section(name, world, period, voice, Options())
        if (took := process_time() - at) > 0.5:
            print(f"  {name}: {took:.1f} s")
    notices(MEASURES, world, period, voice)
    print(
        f"gathered in {gathered - begun:.1f} s of CPU ({len(world.tickets):,} tickets,"
        f" {len(world.builds):,} builds), counted and told in {process_time() - gathered:.1f} s"
    )


def _clocks(store: Store, settings: Settings) -> Clocks:
    levels, lists = settings.sla, store.offered()
    if levels is None or lists is None:
        return lambda *_: ()
    return LevelClocks(levels, names_of(lists, levels), store.bot() or 0).standings


def _run(command: Sequence[str], path: Path) -> None:
    """Run a child to its end; tell its time and the most memory that it had."""
    environment = {**os.environ, "ITSM_SYNC_DATABASE": f"sqlite:///{path}"}
    begun = monotonic()
    with subprocess.Popen(command, env=environment) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds, peak = monotonic() - begun, usage.ru_maxrss / _MIB
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{seconds:.1f} s ({cpu:.1f} s of CPU), at most {peak:.0f} MiB")
    if child.returncode:
        raise SystemExit(child.returncode)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=60, help="over which the items are spread")
    parser.add_argument("--report", default="", help="this report by command, in its forms")
    parser.add_argument("--database", type=Path, help="one that was filled before, or is to be")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.measure:
        measure(wanted.measure)
        return
    if wanted.fill:
        filled(wanted.fill, load(_CONFIG, {}, secrets=False), wanted.items, wanted.days)
        return
    with TemporaryDirectory(prefix="itsm-sync-bench-") as folder:
        path = wanted.database or Path(folder) / "itsm-sync.db"
        me = [sys.executable, "-m", "sandbox.bench_reports"]
        if not path.exists():
            begun = monotonic()
            size = ["--items", str(wanted.items), "--days", str(wanted.days)]
            # a process of its own: what it took is not the report's
            subprocess.run([*me, "--fill", str(path), *size], check=True)
            print(f"filled in {monotonic() - begun:.0f} s: {path.stat().st_size / 2**20:.0f} MiB")
        if wanted.report:
            command = [sys.executable, "-m", "itsm_sync", "--config", str(_CONFIG), "report",
                       wanted.report, "--from", "2026-03-01", "--to", "2026-03-31",
                       "--out", folder]  # fmt: skip
            _run(command, path)
        else:
            _run([*me, "--measure", str(path)], path)


if __name__ == "__main__":
    main()
