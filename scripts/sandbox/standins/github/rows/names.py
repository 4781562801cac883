"""What all rows share: addresses, numbers and node ids that a name always gets again."""

import zlib
from typing import Any

Row = dict[str, Any]
API, WEB = "{api}", "{web}"


def number_for(name: str) -> int:
    """Answer a number that is always the same for a name."""
    return zlib.crc32(name.encode()) % 900_000_000 + 1_000_000


def node_id(kind: str, name: object) -> str:
    return f"{kind}_sample{number_for(f'{kind}{name}')}"
