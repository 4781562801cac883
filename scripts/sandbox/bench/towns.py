"""Real Redmines with many tickets; made once, then copied."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from itsm_sync.desk.provisioning import ruby
from itsm_sync.operations.resync import resync
from itsm_sync.settings import load
from itsm_sync.sources.redmine.reading import ISSUES
from sandbox.bench.fleets import now
from sandbox.bench.program import Program
from sandbox.bench.stage import Stage
from sandbox.configuration import SHIPPED
from sandbox.office import Office
from sandbox.redmine import Redmine

CHECKOUT = Path(__file__).resolve().parents[3]
STORE = CHECKOUT / ".test" / "redmine"
BOT = "itsm-sync"  # whose key the program has
_RUBY = Path(__file__).with_name("town.rb")
_OFFICE = ("provisioned.json", "keys.json", "bot.key")
_STATE = "state.db"
_AGO, _APART = timedelta(hours=2), timedelta(minutes=5)
_AGE = f"""
written = Issue.where('updated_on > ?', Time.now.utc - {_AGO.seconds}).order(:id).pluck(:id)
written.each.with_index do |id, number|
  at = Time.now.utc.change(usec: 0) - {_AGO.seconds} - (number * {_APART.seconds})
  Issue.where(id: id).update_all(updated_on: at)
  Journal.where(journalized_type: 'Issue', journalized_id: id).update_all(created_on: at)
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A Redmine, and the program that has done there what there was to do."""

    office: Office
    program: Program


@contextmanager
def town(
    stage: Stage, tickets: int, opened: int | None = None, *, workers: int = 0
) -> Iterator[Office]:
    """Serve a Redmine with so many tickets, until the block is left.

    `opened`: so many of them are open; None: three in twenty. `workers`: the processes that serve.
    """
    template = _template(tickets, tickets * 3 // 20 if opened is None else opened)
    with Office.open(stage.fresh("redmine"), template, workers=workers) as office:
        yield office


@contextmanager
def settled(stage: Stage, tickets: int, *, whole: bool = False) -> Iterator[Settled]:
    """Serve a Redmine with so many tickets, of which the program has routed the open ones.

    `whole`: with signals and service levels, for which it has read the histories.
    """
    template = _settled(stage, tickets, whole=whole)
    with Office.open(stage.fresh("redmine"), template) as office:
        program = _program(stage, office, whole=whole)
        shutil.copy2(template / _STATE, program.database)
        program.settles()
        yield Settled(office=office, program=program)


def _program(stage: Stage, office: Office, *, whole: bool) -> Program:
    addresses = {"redmine": office.redmine.url}
    return Program.over(stage.fresh("state"), addresses, office.keys[BOT], whole=whole)


def _template(tickets: int, opened: int) -> Path:
    """Answer a directory that `Office.open` copies: the ABC projects with so many tickets."""
    plain = Office.prepare(STORE, ruby(load(SHIPPED, {}, secrets=False)))
    told = hashlib.sha256(plain.name.encode() + _RUBY.read_bytes()).hexdigest()[:12]
    filled = STORE / f"bench-{tickets}-{opened}-{told}"
    if not (filled / "ready").exists():
        shutil.rmtree(filled, ignore_errors=True)
        redmine = Redmine(root=filled)
        redmine.copy(plain)
        redmine.runner(_RUBY, {"NUMBER": str(tickets), "OPENED": str(opened)})
        _ready(filled, plain)
    return filled


def _settled(stage: Stage, tickets: int, *, whole: bool) -> Path:
    """Answer such a directory with the program's state in it."""
    plain = _template(tickets, stage.sizes.opened)
    aged = hashlib.sha256(_AGE.encode()).hexdigest()[:6]
    told = f"{load(SHIPPED, {}, secrets=False).hash}-{aged}{'-whole' if whole else ''}"
    made = STORE / f"{plain.name}-settled-{told}"
    if not (made / "ready").exists():
        shutil.rmtree(made, ignore_errors=True)
        with Office.open(stage.fresh("redmine"), plain) as office:
            program = _program(stage, office, whole=whole)
            program.settles()
            _age(office, program, stage.sizes.opened)
        Redmine(root=made).copy(office.redmine.root)
        shutil.copy2(program.database, made / _STATE)
        _ready(made, plain)
    return made


def _age(office: Office, program: Program, opened: int) -> None:
    """Let it have been written a while ago, one ticket after the other.

    What is new is looked at more closely, and seconds that follow each other are read together.
    """
    office.redmine.runner(_AGE)
    with program.app() as app:
        since = now() - _AGO * 2 - _APART * opened
        resync(app.road(), app.cycle(), "redmine", ISSUES, since)
    program.settles()


def _ready(made: Path, plain: Path) -> None:
    for name in _OFFICE:
        shutil.copy2(plain / name, made / name)
    (made / "ready").touch()
