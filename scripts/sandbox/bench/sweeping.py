"""Looking whether all tickets are still there, which nothing tells by itself (Redmine fact 9)."""

from collections.abc import Iterator

import requests

from itsm_sync.operations.resync import resync
from itsm_sync.sources.redmine.again import VANISHED
from sandbox.bench.heats import Turn, heat
from sandbox.bench.program import Program
from sandbox.bench.rows import SECONDS, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    tickets = stage.sizes.tickets
    with town(stage, tickets, opened=tickets) as office:
        url, key = office.redmine.url, office.keys[BOT]
        program = Program.over(stage.fresh("state"), {"redmine": url}, key)
        program.pulls()
        with program.app() as app:
            road = app.road()

            def sweep() -> object:
                return resync(road, app.cycle(), "redmine", VANISHED)

            contestants: dict[str, Turn] = {
                "CSV": lambda: _csv(url, key),
                "ours": sweep,
                "idle": lambda: resync(road, app.cycle(), "redmine", "projects"),
            }
            done = heat(contestants, stage.rounds)
    yield Row(
        name="sweep",
        title=Said(
            f"existence sweep of {tickets:,} issues", f"일감 {tickets:,}개가 아직 있는지 훑기"
        ),
        measured=done.beyond("ours", "idle"),
        goal=1.5,
        unit=SECONDS,
        known=Said.alike("1.13"),
        beside=((Said("raw pages of CSV", "CSV 원시 페이지"), done.wall("CSV")),),
        note=Said(
            "beyond a pull that reads the projects anew; all tickets are open",
            "프로젝트를 새로 읽는 수집보다 더 걸린 시간. 모든 일감이 열려 있음",
        ),
    )


def _csv(url: str, key: str) -> None:
    """Ask for the number and the time of every ticket, and read of it where to go on alone."""
    last = 0
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = key
        while True:
            params: dict[str, str | list[str]] = {
                "f[]": ["status_id", "issue_id"], "op[status_id]": "*", "op[issue_id]": ">=",
                "v[issue_id][]": str(last + 1), "c[]": ["id", "updated_on"], "sort": "id",
                "encoding": "UTF-8",
            }  # fmt: skip
            answer = session.get(f"{url}/issues.csv", params=params, timeout=120)
            answer.raise_for_status()
            lines = answer.text.splitlines()
            if len(lines) < 2:
                return
            last = int(lines[-1].partition(",")[0])
