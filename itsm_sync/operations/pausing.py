"""pause, resume: whether anything is written to Redmine."""

from datetime import tzinfo
from typing import Any

from itsm_sync.model.words import Message
from itsm_sync.operations.summary import paused_json
from itsm_sync.store import Pause, Store


def as_json(store: Store) -> dict[str, Any]:
    """Answer how it stands."""
    return {"paused": paused_json(store.paused())}


def told_already(paused: Pause, zone: tzinfo | None) -> Message:
    """Answer who had paused writing before, when (in a zone; None: this machine's), and why."""
    at = paused.at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    params = {"by": paused.by, "at": at, "why": paused.why}
    if paused.why:
        text = "writing is paused already, by {by} since {at}: {why}; that stays as it is"
        return Message(text, params)
    return Message("writing is paused already, by {by} since {at}; that stays as it is", params)


def told(paused: Pause) -> Message:
    """Answer who has paused writing, and why; times are told elsewhere."""
    params = {"by": paused.by, "why": paused.why}
    if paused.why:
        return Message("writing is paused by {by}: {why}; `itsm-sync resume` lets it go on", params)
    return Message("writing is paused by {by}; `itsm-sync resume` lets it go on", params)
