"""Three systems read at once, beside each of them alone."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from statistics import median

from sandbox.bench.fleets import apart, wanted
from sandbox.bench.fresh import Fresh
from sandbox.bench.heats import heat
from sandbox.bench.rows import Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town

_DELAY = 0.02  # seconds until a stand-in answers, as over a network
_ALONE = ("redmine", "jenkins", "github")


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    # so many of each that alone they take about as long
    sizes = replace(
        stage.sizes,
        tickets=max(100, stage.sizes.tickets // 5),
        repositories=max(2, stage.sizes.repositories // 8),
    )
    with ExitStack() as stack:
        office = stack.enter_context(town(stage, sizes.tickets))
        others = stack.enter_context(apart(stage.fresh("world"), sizes, delay=_DELAY))
        programs = {
            name: stack.enter_context(
                Fresh(
                    stage=stage,
                    addresses={"redmine": office.redmine.url, **others},
                    key=office.keys[BOT],
                    only=(name,) if name in _ALONE else (),
                    change=lambda settings: wanted(settings, sizes),
                )
            )
            for name in (*_ALONE, "together")
        }
        done = heat(
            {name: one.read for name, one in programs.items()},
            stage.rounds,
            before={name: one.anew for name, one in programs.items()},
        )
    slowest = [max(turns, key=lambda took: took.wall).wall
               for turns in zip(*(done.turns[name] for name in _ALONE), strict=True)]  # fmt: skip
    shared = zip(done.turns["together"], slowest, strict=True)
    yield Row(
        name="together",
        title=Said("three systems pulled together", "세 시스템을 함께 읽기"),
        measured=median(took.wall / alone for took, alone in shared),
        goal=1.1,
        unit=Said("× the slowest alone", "× 가장 느린 하나"),
        known=Said.alike("1.0"),
        beside=tuple((Said.alike(name), done.ratio(name, "together")) for name in _ALONE),
        note=Said(
            "beside: each alone, as a share of together; stand-ins take 20 ms for an answer",
            "비교: 함께 읽기에 대한 각각의 비. 대역 서버는 응답마다 20 ms",
        ),
    )
