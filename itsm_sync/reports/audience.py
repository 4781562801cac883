"""What a report may say of an item."""

from itsm_sync.model.audience import Kind, Place, may_say
from itsm_sync.model.items import Item

# Whoever a report is passed on to.
_READERS = Place(kind=Kind.PROJECT)


def may_tell(item: Item) -> bool:
    """Whether readers who are not known may be told more of an item than its number.

    A ticket may have become private since its item was read.
    """
    hidden = item.ticket is not None and item.ticket.private
    return may_say(item, _READERS, ()) and not hidden
