"""Something wrong that a person must know."""

from dataclasses import dataclass
from typing import Final

from itsm_sync.model.words import Message

OWN: Final = "daemon."  # the beginning of the kinds that are about the daemon itself
CONFIGURATION: Final = "daemon.configuration"  # the kind: the daemon goes on with an old one
PORT: Final = "daemon.port"  # the kind: its HTTP port is not open where the settings say


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Kept with its key (one per trouble), shown, and closed by a fact."""

    key: str
    kind: str
    message: Message
