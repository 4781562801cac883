"""Real Redmines with many tickets; made once, then copied."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A Redmine, and the program that has done there what there was to do."""

    office: Office
    program: Program


@contextmanager
def town(stage: Stage, tickets: int, opened: int | None = None) -> Iterator[Office]:
    """Serve a Redmine with so many tickets, until the block is left.

    `opened`: so many of them are open; None: three in twenty.
    """
    template = _template(tickets, tickets * 3 // 20 if opened is None else opened)
    with Office.open(stage.fresh("redmine"), template) as office:
        yield office


@contextmanager
def settled(stage: Stage, tickets: int) -> Iterator[Settled]:
    """Serve a Redmine with so many tickets, of which the program has routed the open ones."""
    template = _settled(stage, tickets)
    with Office.open(stage.fresh("redmine"), template) as office:
        program = _program(stage, office)
        shutil.copy2(template / _STATE, program.database)
        program.settles()
        yield Settled(office=office, program=program)


def _program(stage: Stage, office: Office) -> Program:
    return Program.over(stage.fresh("state"), {"redmine": office.redmine.url}, office.keys[BOT])


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


def _settled(stage: Stage, tickets: int) -> Path:
    """Answer such a directory with the program's state in it."""
    plain = _template(tickets, stage.sizes.opened)
    decided = load(SHIPPED, {}, secrets=False).hash
    made = STORE / f"{plain.name}-settled-{decided}"
    if not (made / "ready").exists():
        shutil.rmtree(made, ignore_errors=True)
        with Office.open(stage.fresh("redmine"), plain) as office:
            program = _program(stage, office)
            program.settles()
        Redmine(root=made).copy(office.redmine.root)
        shutil.copy2(program.database, made / _STATE)
        _ready(made, plain)
    return made


def _ready(made: Path, plain: Path) -> None:
    for name in _OFFICE:
        shutil.copy2(plain / name, made / name)
    (made / "ready").touch()
