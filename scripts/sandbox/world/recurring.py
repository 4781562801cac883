"""A failure of the ABC world that keeps coming back (sample data): mended, and never cured."""

from dataclasses import replace

from sandbox.world.machines import failed_tests
from sandbox.world.things import Build

JOB = "abc/test/e2e"
SAID = "오류: 가격 캐시를 비운 뒤 주문 합계가 0원입니다 (sample)"
# The last nights, oldest first: days apart, so that each time is an incident of its own; the last
# one is not over.
_NIGHTS = "FFSSSSFFSSSSFF"


def recurring(made: list[Build]) -> list[Build]:
    """Answer the builds with those of the last nights of one job as they were told above."""
    ours = sorted((b for b in made if b.job == JOB), key=lambda build: build.number)
    told = dict(zip((b.number for b in ours[-len(_NIGHTS) :]), _NIGHTS, strict=False))
    return [_told(b, told[b.number]) if b.job == JOB and b.number in told else b for b in made]


def _told(build: Build, night: str) -> Build:
    if night == "S":
        return replace(build, result="SUCCESS", failed_tests=(), failed_stage="", log="")
    tests = failed_tests(JOB, (1,))  # the same one each time: one cause
    return replace(build, result="FAILURE", failed_tests=tests, failed_stage="Test", log=SAID)
