"""What a report may say of an item."""

from itsm_sync.model.items import Audience, Item


def may_tell(item: Item) -> bool:
    """Whether readers who are not known may be told more of an item than its number."""
    hidden = item.ticket is not None and item.ticket.private
    return item.audience is Audience.PUBLIC and not hidden
