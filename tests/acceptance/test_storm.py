"""Five hundred failed builds at once are one ticket."""

from datetime import UTC, datetime, timedelta

from sandbox.standins.jenkins import new_job
from sandbox.torture.script import Built
from sandbox.torture.world import happen

from tests.acceptance.conftest import Program, Town

JOBS, TIMES = 250, 2
WRITES = ("POST", "PUT", "DELETE")


def writes(program: Program) -> int:
    return sum(program.proxy.asked(method) for method in WRITES)


def test_five_hundred_failed_builds_are_one_ticket_and_three_writes(watched: Town) -> None:
    program, jenkins = watched.program, watched.jenkins
    jobs = [f"abc/test/s{number:03}" for number in range(JOBS)]
    jenkins.job("abc/test")["jobs"] += [new_job(job) for job in jobs]
    program.office.create("yujin", "결제가 안 됩니다")
    assert program.sync().status == 0  # the first start: what the calendar says is opened
    shown = program.run("plan", "--json").json
    assert shown["plan"] == []

    at = datetime.now(UTC) - timedelta(minutes=30)
    for number, job in enumerate(jobs):
        word = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
        for time in range(TIMES):
            began = at + timedelta(seconds=number % 60 + 60 * time)
            event = Built(job=job, at=began, error=f"AssertionError: suite {word} failed")
            happen(event, jenkins, watched.github)

    said = program.sync()
    assert said.status == 0, said.err[-3000:]
    assert said.json["tickets"]["opened"] == 1
    assert writes(program) <= 3
    (storm,) = program.office.ask("admin", "GET", "/issues.json?sort=id:desc&limit=1")["issues"]
    assert "한꺼번에 많은 실패" in storm["subject"]

    again = program.sync()
    assert writes(program) == 0
    assert again.json["edits"]["planned"] == again.json["tickets"]["opened"] == 0
