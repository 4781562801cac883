"""Notes of ours that are kept up, as a ticket's history shows them. Pure."""

import re
from collections.abc import Iterable, Mapping

from itsm_sync.model.plans import KeptNote
from itsm_sync.model.signals import MARKER
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import Journal

_MARK = re.compile(rf"{MARKER} ([a-z_]+)")


def kept_notes(journals: Iterable[Journal], bot: int) -> Mapping[str, KeptNote]:
    """Answer name -> our note of that name, the oldest where there are more.

    Args:
        journals: the ticket's history.
        bot: our own user id; what others write is no note of ours, whatever it says.
    """
    found: dict[str, KeptNote] = {}
    for journal in journals:
        text = normal(journal.notes)
        mark = _MARK.fullmatch(text.split("\n")[-1])
        if mark is not None and journal.author.id == bot and mark[1] not in found:
            found[mark[1]] = KeptNote(
                name=mark[1], text=text, private=journal.private, journal=journal.id
            )
    return found
