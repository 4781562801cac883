"""Lists of more than a page that change while they are read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from sandbox.standins.github import rows
from sandbox.standins.server import Request
from sandbox.torture import world
from sandbox.torture.script import CAUSES, CROWD, REPOSITORIES, Built
from sandbox.torture.stage import Stage

_MANY = 110  # a page has a hundred
_JOB, _REPOSITORY = CROWD[0], REPOSITORIES[0]
_PATHS = {"redmine": "/issues.json", "jenkins": f"/job/{CROWD[0].rpartition('/')[2]}/api/json",
          "github": f"/repos/{REPOSITORIES[0]}/issues"}  # fmt: skip

Move = Callable[[], object]


def fill(system: str, stage: Stage, at: datetime) -> Move:
    """Have a list of several pages be news; answer what moves its rows."""
    match system:
        case "redmine":
            return _tickets(stage)
        case "jenkins":
            return _builds(stage, at)
        case _:
            return _issues(stage, at)


def between_pages(system: str, stage: Stage, move: Move) -> Callable[[], int]:
    """Have the rows move once the first page was read; answer how often that was."""
    server, lock, done = stage.servers[system], Lock(), [0]

    def after(request: Request) -> None:
        with lock:
            if done[0] or request.method != "GET" or not request.path.endswith(_PATHS[system]):
                return
            done[0] = 1
        move()

    server.after = after

    def end() -> int:
        server.after = None
        return done[0]

    return end


def _tickets(stage: Stage) -> Move:
    subjects = [f"옮겨지는 일감 {number}" for number in range(_MANY)]
    numbers = stage.office.fill("yujin", subjects)
    return lambda: stage.office.update("admin", numbers[5], subject="옮겨진 일감")


def _builds(stage: Stage, at: datetime) -> Move:
    for number in range(_MANY, 0, -1):
        built = at - timedelta(minutes=4) - number * timedelta(seconds=1)
        world.happen(Built(job=_JOB, at=built), stage.jenkins, stage.github)

    def move() -> None:
        for minutes in (3, 2):
            broken = Built(job=_JOB, at=at - timedelta(minutes=minutes), error=CAUSES[0])
            world.happen(broken, stage.jenkins, stage.github)

    return move


def _issues(stage: Stage, at: datetime) -> Move:
    for number in range(_MANY):
        _issue(stage, number, at - number * timedelta(seconds=1))
    return lambda: _issue(stage, _MANY, at)


def _issue(stage: Stage, number: int, at: datetime) -> None:
    issue = rows.issue(_REPOSITORY, 5000 + number, at=f"{at:%Y-%m-%dT%H:%M:%SZ}")
    stage.github.add(_REPOSITORY, "issues", issue)
