"""What it takes to publish in Redmine, said where Redmine does not let us."""

from urllib.parse import unquote

from itsm_sync.clients.errors import ClientError, Forbidden, Missing
from itsm_sync.model.reporting import Target, TargetKind
from itsm_sync.model.words import Message

# By kind: the module of the project, and the right that the bot needs in it.
NEEDED = {
    TargetKind.WIKI: ("wiki", "edit_wiki_pages"),
    TargetKind.NEWS: ("news", "manage_news"),
    TargetKind.TICKET: ("issue_tracking", "add_issues"),
}
_NOTE = ("issue_tracking", "add_issue_notes")
_FORBIDDEN = Message(
    "Redmine forbids it ({path}): in {where} the module `{module}` must be on, and the bot needs"
    " the right `{right}` → `itsm-sync provision`"
)
_ABSENT = Message("Redmine has no such place, or the bot can't see it ({path}): {where}")


def refusal(error: ClientError, target: Target) -> Message:
    """Answer what is wrong, and what is to be done, where Redmine refused a delivery."""
    place = target.wiki or target.news or target.ticket
    told = {Forbidden: _FORBIDDEN, Missing: _ABSENT}.get(type(error))
    if place is None or told is None:
        return error.message
    number = target.ticket.number if target.ticket else None
    module, right = NEEDED[target.kind] if number is None else _NOTE
    where = place.project if number is None else f"#{number}"
    path = unquote(str(error.message.params.get("path", ""))).removesuffix(".json")
    return Message(told.text, {"path": path, "where": where, "module": module, "right": right})
