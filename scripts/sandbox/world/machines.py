"""Nodes and queue of the ABC world's Jenkins (sample data), and how its jobs are driven."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world.things import FailedTest, Node, QueueItem

GIB = 1024**3

NODES = (
    Node(
        name="built-in",
        description="the controller itself",
        executors=1,
        labels=("built-in",),
        disk_free=118 * GIB,
        temp_free=21 * GIB,
        memory_free=5 * GIB,
        memory_total=16 * GIB,
        swap_free=2 * GIB,
        swap_total=2 * GIB,
        response_ms=0,
    ),
    Node(
        name="agent-01",
        description="빌드",
        executors=4,
        labels=("linux", "docker"),
        disk_free=96 * GIB,
        temp_free=18 * GIB,
        memory_free=11 * GIB,
        memory_total=32 * GIB,
        swap_free=4 * GIB,
        swap_total=4 * GIB,
        response_ms=34,
    ),
    Node(
        name="agent-02",
        description="배포",
        executors=2,
        labels=("linux", "deploy"),
        disk_free=61 * GIB,
        temp_free=12 * GIB,
        memory_free=GIB * 4 // 10,
        memory_total=16 * GIB,
        swap_free=4 * GIB,
        swap_total=4 * GIB,
        response_ms=41,
    ),
    Node(
        name="agent-03",
        description="성능 시험",
        executors=2,
        labels=("linux", "perf"),
        offline=True,
        offline_cause="Connection was broken: java.io.EOFException",
        offline_for=timedelta(hours=3, minutes=15),
    ),
    Node(
        name="agent-04",
        description="종단 간 시험",
        executors=2,
        labels=("linux", "e2e"),
        disk_free=GIB * 6 // 10,
        temp_free=GIB * 6 // 10,
        memory_free=2 * GIB,
        memory_total=16 * GIB,
        swap_free=GIB,
        swap_total=4 * GIB,
        response_ms=212,
    ),
)


def queue(now: datetime) -> tuple[QueueItem, ...]:
    """Answer what waits: one stuck on the agent that is offline, one blocked, one just in."""
    return (
        QueueItem(
            id=9041,
            job="abc/test/performance",
            why="‘agent-03’ is offline",
            since=now - timedelta(hours=3, minutes=10),
            stuck=True,
        ),
        QueueItem(
            id=9052,
            job="abc/deploy/portal-prod",
            why="Concurrent builds are disabled: a build is already in progress",
            since=now - timedelta(minutes=7),
            blocked=True,
            buildable=False,
            person="sua",
        ),
        QueueItem(
            id=9057,
            job="abc/build/mobile",
            why="In the quiet period. Expires in 2.1 sec",
            since=now - timedelta(seconds=5),
            buildable=False,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How a job behaves: the number of its first build here, its minutes, how its builds end.

    `odds` are for SUCCESS, FAILURE, UNSTABLE, ABORTED, NOT_BUILT. `every` is hours between timed
    builds (0: it is started by commits or people), `at` the hour of the day for those.
    """

    job: str
    first: int
    minutes: int
    node: str
    odds: tuple[int, int, int, int, int]
    every: int = 0
    at: int = 0
    failing_stage: str = "Test"
    tests: int = 0


HABITS = {
    habit.job: habit
    for habit in (
        Habit(job="abc/build/portal", first=412, minutes=6, node="agent-01", odds=(82, 10, 5, 3, 0),
              tests=214),
        Habit(job="abc/build/api", first=87, minutes=9, node="agent-01", odds=(80, 11, 6, 3, 0),
              tests=530),
        Habit(job="abc/build/batch", first=160, minutes=3, node="agent-01", odds=(88, 9, 0, 3, 0),
              tests=61),
        Habit(job="abc/build/mobile", first=45, minutes=14, node="agent-01", odds=(74, 16, 4, 6, 0),
              tests=120),
        Habit(job="abc/deploy/portal-staging", first=300, minutes=4, node="agent-02",
              odds=(90, 7, 0, 3, 0), failing_stage="Deploy"),
        Habit(job="abc/deploy/portal-prod", first=96, minutes=7, node="agent-02",
              odds=(91, 5, 0, 4, 0), failing_stage="Deploy"),
        Habit(job="abc/deploy/api-prod", first=71, minutes=8, node="agent-02",
              odds=(93, 3, 0, 4, 0), failing_stage="Deploy"),
        Habit(job="abc/test/e2e", first=512, minutes=38, node="agent-04", odds=(56, 8, 34, 2, 0),
              every=24, at=19, tests=88),
        Habit(job="abc/test/performance", first=22, minutes=95, node="agent-03",
              odds=(70, 10, 14, 6, 0), every=168, at=16, tests=12),
        Habit(job="abc/security/zap-scan", first=31, minutes=52, node="agent-01",
              odds=(60, 6, 34, 0, 0), every=168, at=17, tests=40, failing_stage="Scan"),
        Habit(job="abc/infra/terraform-apply", first=140, minutes=5, node="agent-02",
              odds=(72, 8, 0, 4, 16), failing_stage="Apply"),
        Habit(job="abc/infra/ansible-nightly", first=688, minutes=17, node="agent-02",
              odds=(88, 6, 0, 1, 5), every=24, at=17, failing_stage="Play"),
        Habit(job="abc/ops/db-backup", first=1203, minutes=24, node="agent-02",
              odds=(96, 3, 0, 1, 0), every=24, at=18, failing_stage="Dump"),
        Habit(job="abc/ops/legacy-export", first=8, minutes=2, node="agent-02",
              odds=(1, 0, 0, 0, 0)),
    )
}  # fmt: skip
RESULTS = ("SUCCESS", "FAILURE", "UNSTABLE", "ABORTED", "NOT_BUILT")

TESTS = {
    "abc/test/e2e": (
        ("e2e.LoginSpec", "세션 만료 후 재로그인", "Timeout 30000ms exceeded waiting for #login"),
        ("e2e.OrderSpec", "주문 취소 흐름", "expected '취소됨' but was '처리 중'"),
        ("e2e.SettlementSpec", "엑셀 내려받기", "download did not start within 20 s"),
    ),
    "abc/test/performance": (
        ("perf.OrderList", "p95 under 800 ms", "p95 was 1240 ms"),
        ("perf.Login", "p95 under 300 ms", "p95 was 355 ms"),
    ),
    "abc/security/zap-scan": (
        ("zap.Passive", "Content Security Policy header", "header not set on /orders"),
        ("zap.Active", "Cross Site Scripting (Reflected)", "parameter q is reflected"),
    ),
    "": (
        ("abc.OrderServiceTest", "returnsConflictOnDuplicate", "expected:<409> but was:<500>"),
        ("abc.SettlementTest", "반올림", "expected 1200 but was 1199"),
        ("abc.SessionTest", "refreshesOnce", "java.lang.AssertionError: token refreshed twice"),
    ),
}


def failed_tests(job: str, which: tuple[int, ...]) -> tuple[FailedTest, ...]:
    """Answer failed tests of a job by their places in its list."""
    known = TESTS.get(job, TESTS[""])
    return tuple(
        FailedTest(suite=suite, name=name, error=error)
        for suite, name, error in (known[place % len(known)] for place in which)
    )
