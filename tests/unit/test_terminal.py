"""What commands print on a terminal, where titles are other people's words."""

from io import StringIO

from rich.table import Table
from rich.text import Text

from itsm_sync.cli.terminal import Terminal

HOSTILE = "\u202e거꾸로\u2066 \u200f둘\u2028셋\x85넷"


def test_no_text_turns_round_what_stands_beside_it_or_breaks_its_line() -> None:
    table = Table("이름", "값", width=40)
    table.add_row(Text(HOSTILE), "끝")
    out = StringIO()
    console = Terminal(file=out, width=60)

    console.print(Text(HOSTILE, style="bold"), soft_wrap=True)
    console.print(table)

    said = out.getvalue()
    assert said.splitlines()[0] == "거꾸로 둘 셋 넷"
    row = next(line for line in said.splitlines()[1:] if "거꾸로" in line)
    assert {"거꾸로", "둘", "셋", "넷", "끝"} <= set(row.split())
    assert not set(said) & set("\u202e\u2066\u200f\u2028\x85")


def test_colours_stay() -> None:
    out = StringIO()
    Terminal(file=out, force_terminal=True, color_system="standard").print(Text("x", style="red"))
    assert "\x1b[31m" in out.getvalue()
