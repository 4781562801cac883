"""Why a value is not written, in one word: it can be counted, and tells nothing private."""

from typing import Final

from itsm_sync.model.words import Message

REJECTED, ABSENT, READ_ONLY, FORBIDDEN, NOTE, FOUGHT, OTHER = REASONS = (
    "rejected",  # a value that the field, the workflow or a plugin does not allow
    "absent",  # the ticket has no such field any more
    "read-only",  # dropped in silence: the workflow, or a missing right
    "forbidden",  # nothing may be written there, as in a closed project
    "note",  # the note was left out
    "fought",  # it came back changed: another program, or another itsm-sync, writes it
    "other",
)
TWIN: Final = Message("another itsm-sync writes this field with the same account")
_KNOWN: Final = {
    TWIN.text: FOUGHT,
    "Redmine rejects it: {reasons}": REJECTED,
    "the field is not on the ticket's tracker or project any more": ABSENT,
    "the bot may not write this field here: read-only by the workflow, or no right": READ_ONLY,
    "{system} answered {status} at {path}": FORBIDDEN,
    "Redmine left the note out": NOTE,
    "came back changed {count} times in a day: something else writes this field": FOUGHT,
}


def reason(why: object) -> str:
    """Answer the reason that a sentence tells."""
    return _KNOWN.get(why.text, OTHER) if isinstance(why, Message) else OTHER
