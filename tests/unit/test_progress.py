"""Progress bars follow whatever is written, a cycle's edits or an undo's."""

from io import StringIO

from rich.console import Console

from itsm_sync.app.progress import ProgressBars
from itsm_sync.desk.writer import Writer
from tests.builders import BOT, NOON, ticket
from tests.unit.test_writer import Redmine, edit


def test_edits_that_no_cycle_planned_are_drawn_too() -> None:
    bars = ProgressBars(Console(file=StringIO(), force_terminal=True), "ko")
    redmine = Redmine({1: ticket()})
    writer = Writer(
        counter=redmine, bot=BOT.id, configuration="x", clock=lambda: NOON, observer=bars
    )
    try:
        results = list(writer.apply([edit(ticket(), team="IT기획팀")]))
    finally:
        bars.close()
    assert len(results) == 1


def test_decisions_made_anew_are_counted_page_by_page() -> None:
    out = StringIO()
    bars = ProgressBars(Console(file=out, force_terminal=True), "ko")
    for _ in range(3):
        bars.saw("replay.decided", decisions=500)
    bars.close()
    assert "다시 판단하는 중" in out.getvalue()
    assert "1500/?" in out.getvalue()
