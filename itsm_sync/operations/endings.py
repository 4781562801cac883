"""How cycles ended, as it is remembered of them."""

from typing import Final

from itsm_sync.model.words import Message
from itsm_sync.operations.cycles import INTERRUPTED
from itsm_sync.store import CycleRecord

OUTCOMES: Final = ("ok", "unwell", "failed", INTERRUPTED)  # of cycles that have ended
SAID: Final = {
    "ok": "all done",
    "unwell": "something is left",
    "failed": "failed",
    INTERRUPTED: "interrupted",
    "crashed": "crashed",
    "running": "running",
}
_UNREAD = ("partly", "failed")


def outcome(record: CycleRecord) -> str:
    """Answer how a cycle ended: `ok`, `unwell` (something is left), `interrupted` (somebody ended
    the program), `failed`, or its state.
    """
    if record.finished_at is None:
        return record.state.value
    summary = record.summary
    if "error" in summary:
        return INTERRUPTED if summary["error"] == INTERRUPTED else "failed"
    edits = summary.get("edits")
    births = summary.get("births")
    bad = _sum(edits, "partly", "refused", "failed", "held") + _sum(births, "refused", "unknown")
    return "unwell" if bad or unread(record) or summary.get("withheld") else "ok"


def unread(record: CycleRecord) -> tuple[str, ...]:
    """Answer the sources that a cycle did not read, or only in part."""
    sources = record.summary.get("sources")
    if not isinstance(sources, dict):
        return ()
    told = {name: one.get("status") for name, one in sources.items() if isinstance(one, dict)}
    return tuple(name for name, status in told.items() if status in _UNREAD)


def trouble(record: CycleRecord) -> Message | str:
    """Answer what kept a cycle from doing all; "" where nothing did."""
    summary = record.summary
    if outcome(record) == "failed":
        system = summary.get("system")
        told = "{system} did not answer as it should; nothing was written"
        return Message(told, {"system": system}) if system else str(summary["error"])
    if sources := unread(record):
        return Message("not read, or only in part: {names}", {"names": ", ".join(sources)})
    return ""


def written(record: CycleRecord) -> Message | str:
    """Answer how many edits a cycle wrote, or that it was to plan only."""
    if record.summary.get("planned_only"):
        return Message("only planned")
    edits = applied(record)
    return "–" if edits is None else str(edits)


def applied(record: CycleRecord) -> int | None:
    """Answer how many edits a cycle wrote; None where it did not tell."""
    edits = record.summary.get("edits")
    return int(edits.get("applied") or 0) if isinstance(edits, dict) else None


def _sum(counts: object, *names: str) -> int:
    return sum(int(counts.get(name) or 0) for name in names) if isinstance(counts, dict) else 0
