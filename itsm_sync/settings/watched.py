"""What is odd in a valid `signals.yaml`: names that lead nowhere, one name for two things."""

from collections.abc import Iterator

from itsm_sync.model.errors import Problem
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.watching import Watching
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document


def odd(watching: Watching, document: Document, matrix: Matrix | None) -> Iterator[Problem]:
    """Answer the problems; processes are compared only where the matrix could be read."""
    seen: set[str] = set()
    for n, one in enumerate(watching.schedules.tickets):
        path = ("schedules", "tickets", n)
        if one.id in seen:
            told = Message("`{name}` stands here twice", {"name": one.id})
            yield document.problem((*path, "id"), told)
        seen.add(one.id)
        if matrix is not None and one.process not in matrix.processes:
            params = {"what": Message("process"), "name": one.process}
            told = Message("no {what} of the matrix is called `{name}`", params)
            yield document.problem((*path, "process"), told)
    statuses = watching.statuses
    if statuses.closed in (statuses.open, ""):
        told = Message("a ticket can't be closed with `{name}`", {"name": statuses.closed})
        yield document.problem(("statuses", "closed"), told)
