"""check: the projects that may carry what is private are there, and not public."""

from collections.abc import Collection, Iterable, Iterator

from itsm_sync.clients.errors import ClientError
from itsm_sync.clients.redmine import Project, RedmineClient
from itsm_sync.model.catalogue import Service
from itsm_sync.model.words import Message


def wrong_projects(
    services: Iterable[Service], redmine: RedmineClient, seen: Collection[Project]
) -> Iterator[tuple[str, Message]]:
    """Answer the projects named as private that are not, with what is wrong.

    Args:
        services: of `services.yaml`.
        redmine: asked for projects that are not among those seen.
        seen: the projects that were read already.
    """
    known = {project.identifier: project for project in seen}
    for name in sorted({name for service in services for name in service.private_projects}):
        try:
            project = known.get(name) or redmine.project(name)
        except ClientError as error:
            yield name, Message("can't be seen: {error}", {"error": error.message})
            continue
        if project.public:
            yield name, Message("is public, though services.yaml names it for what is private")
