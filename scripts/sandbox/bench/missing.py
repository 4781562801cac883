"""Whether a change is missed while people write, or where many share one second."""

import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.bench.fleets import now
from sandbox.bench.program import NotWell, Program
from sandbox.bench.rows import CHANGES, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town
from sandbox.office import Office

SWEEPS = 10
_RUBY = Path(__file__).with_name("writer.rb")
_STORED = "SELECT ticket, updated_at FROM items WHERE kind = 'issue'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A ticket's change: its time as Redmine shows it, to the second, and when it was committed."""

    ticket: int
    at: datetime
    committed: datetime


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the row."""
    missed, changes = 0, 0
    with town(stage, stage.sizes.tickets, opened=stage.sizes.tickets) as office:
        addresses = {"redmine": office.redmine.url}
        program = Program.over(stage.fresh("state"), addresses, office.keys[BOT])
        with program.pulling("redmine") as read, _writing(stage, office) as writer:
            for sweep in range(SWEEPS):
                if sweep == SWEEPS // 2:
                    writer.tie()
                begun = now()
                read()
                made = writer.changes(until=begun)
                missed += _missed(made, _stored(program.database))
                changes = len(made)
    if not changes:
        raise NotWell("nobody wrote anything")
    yield Row(
        name="missed",
        title=Said(
            f"missed under a writer of 10 writes/s, {SWEEPS} sweeps;"
            f" a tie of {stage.sizes.tied} issues in one second",
            f"초당 10번 쓰는 동안 {SWEEPS}번 훑으며 놓친 것;"
            f" 한 초에 바뀐 일감 {stage.sizes.tied}개 포함",
        ),
        measured=missed,
        goal=0,
        unit=CHANGES,
        known=Said.alike("0"),
        note=Said(
            f"{changes:,} changes, each looked for after every pull that began after its commit",
            f"변경 {changes:,}건. 커밋 뒤에 시작한 수집마다 그 변경이 들어왔는지 확인",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Speaks with `writer.rb` by files."""

    home: Path
    tied: int

    def tie(self) -> None:
        """Have many tickets changed within one second; wait until they are."""
        before = len(self._lines())
        (self.home / "tie").touch()
        while len(self._lines()) < before + self.tied:
            if (self.home / "stop").exists():
                raise NotWell("the writer ended")

    def changes(self, *, until: datetime) -> list[Change]:
        """Answer what was committed before a time."""
        made = (Change(ticket=int(n), at=_second(at), committed=_moment(done))
                for n, at, done in map(str.split, self._lines()))  # fmt: skip
        return [one for one in made if one.committed < until]

    def _lines(self) -> list[str]:
        file = self.home / "wrote"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        return text.splitlines()[: text.count("\n")]


@contextmanager
def _writing(stage: Stage, office: Office) -> Iterator[_Writer]:
    """Let somebody write, until the block is left."""
    home = stage.fresh("writer")
    home.mkdir()
    files = {name.upper(): str(home / name) for name in ("stop", "tie", "wrote")}
    environment = {**files, "TIED": str(stage.sizes.tied)}
    with ThreadPoolExecutor(max_workers=1) as pool:
        ended = pool.submit(office.redmine.runner, _RUBY, environment)
        ended.add_done_callback(lambda _: (home / "stop").touch())
        try:
            yield _Writer(home=home, tied=stage.sizes.tied)
        finally:
            (home / "stop").touch()
        ended.result()


def _stored(database: Path) -> Mapping[int, datetime]:
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(_STORED).fetchall()
    return {ticket: datetime.fromisoformat(at).replace(tzinfo=UTC) for ticket, at in found}


def _missed(made: list[Change], stored: Mapping[int, datetime]) -> int:
    return sum(one.ticket not in stored or stored[one.ticket] < one.at for one in made)


def _second(told: str) -> datetime:
    return datetime.fromtimestamp(int(float(told)), tz=UTC)


def _moment(told: str) -> datetime:
    return datetime.fromtimestamp(float(told), tz=UTC)
