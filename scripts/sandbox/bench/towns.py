"""Real Redmines with many tickets; made once, then copied."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
from sandbox.configuration import SHIPPED
from sandbox.office import Office
from sandbox.redmine import Redmine

CHECKOUT = Path(__file__).resolve().parents[3]
STORE = CHECKOUT / ".test" / "redmine"
_RUBY = Path(__file__).with_name("town.rb")


def template(tickets: int) -> Path:
    """Answer a directory that `Office.open` copies: the ABC projects with so many tickets."""
    plain = Office.prepare(STORE, ruby(load(SHIPPED, {}, secrets=False)))
    told = hashlib.sha256(plain.name.encode() + _RUBY.read_bytes()).hexdigest()[:12]
    filled = STORE / f"bench-{tickets}-{told}"
    if not (filled / "ready").exists():
        redmine = Redmine(root=filled)
        redmine.copy(plain)
        for name in ("provisioned.json", "keys.json", "bot.key"):
            (filled / name).write_bytes((plain / name).read_bytes())
        redmine.runner(_RUBY, {"NUMBER": json.dumps(tickets)})
        (filled / "ready").touch()
    return filled


@contextmanager
def town(home: Path, tickets: int) -> Iterator[Office]:
    """Serve a Redmine with so many tickets from `home`, until the block is left."""
    with Office.open(home, template(tickets)) as office:
        yield office
