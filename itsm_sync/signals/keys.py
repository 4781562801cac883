"""What an episode is called."""

from datetime import UTC, datetime
from hashlib import blake2b


def episode_key(signal: str, line: str, began: datetime) -> str:
    """Answer the key of the episode of a line that began at a time.

    It is like `builds/1f0c9a77e2/20260302T120000Z`: it stands on tickets, so it tells nothing
    of the line to who does not know it already.
    """
    return f"{signal}/{digest(line)}/{began.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def digest(text: str) -> str:
    """Answer 10 hexadecimal digits that stand for a text."""
    return blake2b(text.encode(), digest_size=5).hexdigest()
