"""A console's text as people read it: without marks for terminals, without secrets. Pure."""

import re
from collections.abc import Collection

from itsm_sync.model.secrets import masked
from itsm_sync.model.text import clean

# Jenkins' own notes (links, hidden in its page), then what colours terminals.
_NOTE = re.compile("\x1b\\[8mha:[^\x1b]*+(?:\x1b\\[0m)?")
_ESCAPE = re.compile(
    "\x1b(?:\\[[0-?]*+[ -/]*+[@-~]?|\\][^\x07\x1b\n]*+(?:\x07|\x1b\\\\)?|[@-Z^_]?)"
)

# A job says nothing of who may see the repository: words of commits stay out, as of a build's body.
_COMMIT = re.compile("(?:^|[ \\]])Commit message: ")


def lines_of(text: str, *, whole: bool = True, keep: Collection[str] = ()) -> tuple[str, ...]:
    """Answer the lines of a console, masked, without empty ones and words of commits.

    Args:
        whole: false where the text begins in the middle; what may be half a line is left out.
        keep: hashes of commits that are no secrets.
    """
    if not whole:
        text = text.partition("\n")[2]
    shown = _ESCAPE.sub("", _NOTE.sub("", text))
    lines = (_last_written(line) for line in masked(shown, keep).split("\n"))
    return tuple(line for line in lines if line.strip() and not _COMMIT.search(line))


def _last_written(line: str) -> str:
    """Answer what a terminal shows of a line: a progress bar is written over again and again."""
    return clean(line.rstrip().rpartition("\r")[2]).rstrip()
