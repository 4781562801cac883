"""What a cycle asks of the servers where nothing happened."""

from collections.abc import Iterator
from statistics import median

from sandbox.bench.fleets import fleet, wanted
from sandbox.bench.logs import Log, Served
from sandbox.bench.program import Program
from sandbox.bench.rows import MILLISECONDS, REQUESTS, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import settled

_PULL = Said("no build runs; the pull alone", "실행 중인 빌드 없음. 수집만")
_PER_QUESTION = 50  # repositories in one question of GraphQL


def redmine_rows(stage: Stage) -> Iterator[Told]:
    """Measure Redmine; yield the rows."""
    served: list[Served] = []
    with settled(stage, stage.sizes.tickets, whole=True) as place, place.program.cycling() as cycle:
        cycle()
        log = Log.of(place.office)
        for _ in range(stage.rounds):
            cycle()
            served.append(log.since())
    about = Said("idle cycle against Redmine", "할 일 없는 주기, Redmine")
    yield Row(
        name="idle-redmine",
        title=about,
        measured=max(len(one.requests) for one in served),
        goal=2,
        unit=REQUESTS,
        beside=((Said("writes", "쓰기"), max(one.writes for one in served)),),
        note=Said("with signals and service levels", "신호와 서비스 수준까지"),
    )
    yield Row(
        name="idle-redmine-time",
        title=Said(f"{about.en}: server time", f"{about.ko}: 서버 시간"),
        measured=median(one.milliseconds for one in served),
        goal=60,
        unit=MILLISECONDS,
        known=Said.alike("20"),
    )


def fleet_rows(stage: Stage) -> Iterator[Told]:
    """Measure Jenkins and GitHub; yield the rows."""
    sizes = stage.sizes
    with fleet(sizes) as servers:
        program = Program.over(
            stage.fresh("state"), servers.addresses, "none", lambda s: wanted(s, sizes)
        )
        with program.pulling("jenkins", "github") as read:
            for _ in range(3):  # at first all is new, then what is new is looked at once more
                read()
            asked = []
            for _ in range(stage.rounds):
                servers.forget()
                read()
                asked.append(servers.asked())
    jenkins, costly, github = (max(one[place] for one in asked) for place in range(3))
    about = Said("idle cycle", "할 일 없는 주기")
    yield Row(
        name="idle-jenkins",
        title=Said(
            f"{about.en}, {sizes.jobs} jobs × {sizes.builds} builds on one controller",
            f"{about.ko}, 컨트롤러 하나에 작업 {sizes.jobs}개 × 빌드 {sizes.builds}개",
        ),
        measured=jenkins,
        goal=3,
        unit=REQUESTS,
        note=_PULL,
    )
    yield Row(
        name="idle-github",
        title=Said(
            f"{about.en}, {sizes.repositories} repositories at GitHub: what costs a point",
            f"{about.ko}, GitHub 저장소 {sizes.repositories}개: 한도를 쓰는 요청",
        ),
        measured=costly,
        goal=-(-sizes.repositories // _PER_QUESTION),
        unit=REQUESTS,
        beside=((Said("with those answered 304", "304 응답까지"), github),),
        note=_PULL,
    )
