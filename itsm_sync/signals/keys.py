"""The identity of an episode."""

import hashlib
from datetime import UTC, datetime


def episode_key(signal: str, line: str, began: datetime) -> str:
    """Answer the key of a line's episode by its beginning; it tells nothing of the line."""
    began = began.astimezone(UTC)
    return f"{signal}/{digest(line)}/{began:%Y%m%dT%H%M%SZ}"


def digest(text: str) -> str:
    """Answer 10 hexadecimal digits that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
