"""What became of a relation that was asked for."""

from enum import StrEnum


class Relating(StrEnum):
    """How two tickets stand to each other after they were to be related."""

    RELATED = "related"
    ALREADY = "already related"  # in this way or another: two tickets have one relation
    ACROSS = "across projects"  # Redmine relates no tickets of two projects (Redmine fact 29)
