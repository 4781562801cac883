"""Tickets that a text names."""

import re

# `#123`, not `abc#123` nor a colour such as `#123abc`; at most 7 digits, as Redmine's ids have.
_TICKET = re.compile(r"(?<![\w#&/])#([1-9]\d{0,6})(?![\w-])")


def tickets_named(*texts: str) -> tuple[str, ...]:
    """Answer the keys (`redmine:issue/123`) of the tickets that the texts name, each once."""
    found = (number for text in texts for number in _TICKET.findall(text))
    return tuple(dict.fromkeys(f"redmine:issue/{number}" for number in found))
