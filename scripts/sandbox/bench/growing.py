"""What a cycle in which nothing happened costs, by how much there is."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median

from sandbox.bench.heats import Turn, heat
from sandbox.bench.logs import Log
from sandbox.bench.rows import Curve, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import settled

_NOISE = 1.1
_MS = 1000


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    sizes = stage.sizes.grown
    logs: dict[str, Log] = {}
    server: dict[str, list[int]] = {str(size): [] for size in sizes}
    contestants: dict[str, Turn] = {}
    with ExitStack() as stack:
        for size in sizes:
            place = stack.enter_context(settled(stage, size))
            contestants[str(size)] = stack.enter_context(place.program.cycling())
            contestants[str(size)]()
            logs[str(size)] = Log.of(place.office)
        before = {name: partial(_read_on, log) for name, log in logs.items()}

        def noting(name: str, turn: Turn) -> None:
            turn()
            server[name].append(logs[name].since().milliseconds)

        turns = {name: partial(noting, name, turn) for name, turn in contestants.items()}
        done = heat(turns, stage.rounds, before=before)
    few, many = str(sizes[0]), str(sizes[-1])
    yield Row(
        name="growth",
        title=Said(
            f"growth {sizes[0]:,} → {sizes[-1]:,} stored items: CPU of an idle cycle",
            f"저장된 항목 {sizes[0]:,} → {sizes[-1]:,}개: 할 일 없는 주기의 CPU",
        ),
        measured=done.cpu_ratio(many, few),
        goal=_NOISE,
        unit=Said("× the smaller", "× 작은 쪽"),
        beside=((Said("on the clock", "벽시계"), done.ratio(many, few)),
                (Said("server time", "서버 시간"), median(server[many]) / median(server[few]))),
    )  # fmt: skip
    of_server = tuple((size, float(median(server[str(size)]))) for size in sizes)
    cpu = tuple((size, done.cpu(str(size)) * _MS) for size in sizes)
    wall = tuple((size, done.wall(str(size)) * _MS) for size in sizes)
    about = Said("idle cycle", "할 일 없는 주기")
    for name, en, ko, points, goal in (
        ("cpu", "our CPU, ms", "우리 CPU, ms", cpu, _NOISE * cpu[0][1]),
        ("wall", "on the clock, ms", "벽시계, ms", wall, None),
        ("server", "Redmine's own time, ms", "Redmine의 시간, ms", of_server, None),
    ):
        title = Said(f"{about.en}: {en}", f"{about.ko}: {ko}")
        yield Curve(name=f"idle-{name}", title=title, points=points, goal=goal)


def _read_on(log: Log) -> None:
    log.since()
