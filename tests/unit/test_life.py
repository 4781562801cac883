"""The life cycle's truth table: every state by every fact.

For letters and words see `tests.lives`: a ticket is open, taken, well (taken, and nothing wrong any
more), done (closed on proof), shut (closed by a person), wont (be mended), gone (deleted) or over
(deleted, and so is the trouble). Two failures in a row open a ticket, two successes close it, and
it comes back within three days.
"""

import pytest

from itsm_sync.model.signals import Life
from tests.lives import history, standings

LIFE = Life(open_after=2, close_after=2)

TABLE = """
        x         xx        y         yy        ?         .     ..   C    R    O     T     D
        -         open      -         open      -         -     -    -    -    -     -     -
x       open      open      open      open      open      -     -    -    -    -     -     -
xx      open      open      open      open      open      open  done shut wont open  taken gone
xx.     open      open      open      open      open      done  done shut wont open  taken gone
xx..O   open      open      open      open      open      open  done shut wont open  taken gone
xxT     taken     taken     taken     taken     taken     taken well shut wont taken taken gone
xxT..   taken     taken     taken     taken     taken     well  well shut wont well  well  over
xx..    done      open      done      done+open done      done  done done wont open  done  over
xx..~   done      done+open done      done+open done      done  done done wont open  done  over
xxC     open      open      shut+open shut+open open      shut  shut shut wont open  shut  gone
xxC~    shut+open shut+open shut+open shut+open shut+open shut  shut shut wont open  shut  gone
xxC.    shut      open      shut      shut+open shut      shut  shut shut wont open  shut  gone
xxC..~  shut      shut+open shut      shut+open shut      shut  shut shut wont open  shut  over
xxR     wont      wont      wont      wont+open wont      wont  wont shut wont open  wont  gone
xxR..~  wont      wont      wont      wont+open wont      wont  wont shut wont open  wont  over
xxD     gone      gone      gone      gone      gone      gone  over gone gone gone  gone  gone
xxD..   over      over+open over      over+open over      over  over over over over  over  over
"""


def cells() -> list[tuple[str, str, str]]:
    """Read the table: a state, a fact, and how the tickets stand then."""
    head, *rows = TABLE.strip("\n").splitlines()
    return [
        (row[:8].strip(), fact, then)
        for row in rows
        for fact, then in zip(head.split(), row[8:].split(), strict=True)
    ]


@pytest.mark.parametrize(("state", "fact", "then"), cells())
def test_what_becomes_of_a_ticket(state: str, fact: str, then: str) -> None:
    assert standings(history(state + fact, LIFE).lived(LIFE)) == then
