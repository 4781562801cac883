"""Deliveries that came before."""

import hashlib
from collections import OrderedDict
from collections.abc import Collection

_MOST = 4_096  # a busy organisation's hour; about half a megabyte


class Replays:
    """Remembers the last deliveries, by their ids and by what they said."""

    def __init__(self, most: int = _MOST) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def known(self, names: Collection[str]) -> bool:
        """Answer whether one of the names was remembered."""
        return any(name in self._known for name in names)

    def remember(self, names: Collection[str]) -> None:
        """Remember the names; the oldest give way."""
        for name in names:
            self._known[name] = None
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def names_of(system: str, delivery: str, body: bytes) -> frozenset[str]:
    """Answer what a delivery is known by. Its id is not signed, so that its body counts as well:
    who has seen one can send it again under another id.
    """
    said = f"{system}:{hashlib.sha256(body).hexdigest()}"
    return frozenset({said, f"{system}#{delivery[:100]}"} if delivery else {said})
