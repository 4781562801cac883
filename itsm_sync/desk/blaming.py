"""Which of our fields Redmine's reasons for a refusal name. Pure."""

from collections.abc import Iterable, Mapping

from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName


def blamed(reasons: Iterable[str], labels: Mapping[FieldName, str]) -> frozenset[FieldName]:
    """Answer the fields among `labels` (field -> its name in Redmine) that the reasons name.

    A reason begins with a field's name as Rails humanises it: "SLA 상태" becomes "Sla 상태",
    "ticket_id" becomes "Ticket". Where one name begins with another, the longer is meant.
    """
    known = {name: _humanised(label) for name, label in labels.items() if normal(label)}
    found = set()
    for reason in map(_humanised, reasons):
        meant = [name for name, label in known.items() if reason.startswith(label)]
        found |= {max(meant, key=lambda name: len(known[name]))} if meant else set()
    return frozenset(found)


def _humanised(text: str) -> str:
    """Answer a name, or what begins with one, as Rails' `humanize` has it, case folded."""
    bare = normal(text).lstrip("_").removesuffix("_id")
    return " ".join(bare.replace("_", " ").split()).casefold()
