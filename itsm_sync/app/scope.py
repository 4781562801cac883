"""What the settings read, and what the sources that read it are called."""

from itsm_sync.model.inventory import Controller, Scope
from itsm_sync.settings import Jenkins, Settings


def reader(controller: Jenkins, *, alone: bool) -> str:
    """Answer the name of the source that reads a controller."""
    return "jenkins" if alone else f"jenkins:{controller.name}"


def scope(settings: Settings) -> Scope:
    """Answer what of the three systems is read."""
    general = settings.general
    alone = len(general.jenkins) == 1
    return Scope(
        controllers={
            one.name: Controller(reader=reader(one, alone=alone), jobs=one.jobs)
            for one in general.jenkins
        },
        repositories=general.github.repositories if general.github else None,
        projects=general.redmine.projects,
        redmine_url=general.redmine.url,
    )
