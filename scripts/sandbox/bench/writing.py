"""Writing routings, looked at before and read back after, beside the bare requests."""

from collections.abc import Iterator
from itertools import count

import requests

from itsm_sync.app.wiring import App
from itsm_sync.cycle import Road
from itsm_sync.cycle.road import apply, decide, make_plan, pull
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Edit, Outcome, Plan
from itsm_sync.model.tickets import FieldName
from sandbox.bench.heats import Turn, heat
from sandbox.bench.program import NotWell, Program
from sandbox.bench.rows import Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town
from sandbox.office import Office

_PUT = Said("× raw PUT", "× 원시 PUT")


class Writing:
    """New tickets, planned and then written: by us, or plainly."""

    def __init__(self, office: Office, app: App, many: int) -> None:
        self._office, self._app, self._many = office, app, many
        self._road: Road = app.road()
        self._numbers = count(1)
        self._cycle: Cycle | None = None
        self._planned = Plan()

    def prepare(self) -> None:
        """Let people open tickets; plan what is to be written there, and nothing but fields."""
        subjects = [f"로그인이 안 됩니다 {next(self._numbers)}" for _ in range(self._many)]
        made = set(self._office.fill("yujin", subjects))
        road, cycle = self._road, self._app.cycle()
        road.store.begin(cycle)
        pull(road, cycle)
        road.desk.open()
        planned = make_plan(road, cycle, decide(road, cycle))
        edits = [edit for edit in planned.edits if edit.ticket.id in made]
        if len(edits) != self._many or any(edit.note for edit in edits):
            raise NotWell(f"{len(edits)} edits of {self._many} tickets were planned")
        self._cycle, self._planned = cycle, planned

    def ours(self) -> None:
        """Write them as a cycle does."""
        assert self._cycle is not None
        done = apply(self._road, self._cycle, self._planned, None)
        if any(result.outcome is not Outcome.APPLIED for result in done.results):
            raise NotWell("not everything was applied")

    def raw(self) -> None:
        """Send the same values, and look at nothing."""
        with requests.Session() as session:
            session.headers["X-Redmine-API-Key"] = self._office.keys[BOT]
            for edit in self._planned.edits:
                address = f"{self._office.redmine.url}/issues/{edit.ticket.id}.json"
                body = {"issue": self._attributes(edit)}
                session.put(address, json=body, timeout=30).raise_for_status()

    def _attributes(self, edit: Edit) -> dict[str, object]:
        ids, fields = self._office.fields, edit.fields
        values = [{"id": ids[f.name], "value": f.new} for f in fields if f.name in ids]
        group = [f.new for f in fields if f.name is FieldName.ASSIGNEE]
        return {"custom_fields": values, **({"assigned_to_id": group[0]} if group else {})}


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    many = stage.sizes.writes
    with town(stage, stage.sizes.moved, opened=0) as office:
        addresses = {"redmine": office.redmine.url}
        program = Program.over(stage.fresh("state"), addresses, office.keys[BOT], _without_notes)
        program.settles()
        with program.app() as app:
            store = app.store()
            with store.exclusive():
                writing = Writing(office, app, many)
                contestants: dict[str, Turn] = {"raw": writing.raw, "ours": writing.ours}
                before = dict.fromkeys(contestants, writing.prepare)
                done = heat(contestants, stage.rounds, before=before)
    yield Row(
        name="write",
        title=Said(
            "write of a routing without a note, looked at before and read back after",
            "메모 없는 라우팅 쓰기, 앞서 보고 뒤에 다시 읽음",
        ),
        measured=done.ratio("ours", "raw"),
        goal=1.25,
        unit=_PUT,
        known=Said("1.0 + 2 × 2 ms", "1.0 + 2 × 2 ms"),
        note=Said(
            f"a raw PUT took {done.wall('raw') / many * 1000:.0f} ms",
            f"원시 PUT 하나에 {done.wall('raw') / many * 1000:.0f} ms",
        ),
    )


def _without_notes(settings: dict[str, object]) -> None:
    redmine = settings["redmine"]
    assert isinstance(redmine, dict)
    redmine["notes"]["visibility"] = "none"
    redmine["watch"] = "never"
