"""Who sees what: the one rule on where words of an item may be said. Pure.

Numbers, and the names of projects, repositories and jobs that the settings name or include, are no
words of an item: logs and findings may tell them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.words import Message

# What is said in place of words that may not be.
NEUTRAL = Message("something that may not be shown here")


class Kind(StrEnum):
    """What words are written into."""

    PROJECT = "project"  # a ticket, a note, a report, a page: whoever sees the Redmine project
    OPERATOR = "operator"  # the terminal of a command, and files of mode 0600
    OPEN = "open"  # logs, metrics, the status page: nobody knows who reads them


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where words are to go.

    `project` is a Redmine identifier and `public` says whether everybody sees that project;
    `ticket` is the key of the ticket that the words go into. Whether that ticket or the note is
    private changes nothing: who sees it follows from roles in the project, which have nothing to do
    with who sees a repository.
    """

    kind: Kind
    project: str = ""
    public: bool = True
    ticket: str = ""


OPERATOR = Place(kind=Kind.OPERATOR)
OPEN = Place(kind=Kind.OPEN)


def may_say(item: Item, place: Place, private_projects: Collection[str]) -> bool:
    """Answer whether the item's words may go there.

    Args:
        item: enriched by the catalogue, so that what belongs to a private service is private.
        place: where they would go.
        private_projects: those that `services.yaml` names for what is private of its service.
    """
    if place.kind is not Kind.PROJECT:
        return place.kind is Kind.OPERATOR
    if item.audience is Audience.PUBLIC or place.ticket == item.key:
        return True
    return not place.public and place.project in private_projects
