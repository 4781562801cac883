"""What the settings read: what the sources that read it are called, when they do, and how far."""

from itsm_sync.cycle.due import Timetable
from itsm_sync.cycle.histories import Reach
from itsm_sync.model.inventory import Controller, Scope
from itsm_sync.model.letters import Retrying
from itsm_sync.settings import Glimpse, Jenkins, Settings


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


def readers(settings: Settings | Glimpse) -> tuple[str, ...]:
    """Answer the names of the sources that are read."""
    general = settings.general
    alone = len(general.jenkins) == 1
    jenkins = (reader(controller, alone=alone) for controller in general.jenkins)
    return ("redmine", *jenkins, *(["github"] if general.github else []), *general.sources)


def timetable(settings: Settings | Glimpse) -> Timetable:
    """Answer how old each source may become, and the clocks of its streams."""
    reading = {name: settings.schedules.reading(name) for name in readers(settings)}
    return Timetable(
        promises={name: one.stale_after for name, one in reading.items()},
        clocks={name: one.streams for name, one in reading.items()},
    )


def reach(settings: Settings) -> Reach | None:
    """Answer how far tickets' histories are read; none are where nothing is counted by them."""
    if settings.sla is None:
        return None
    return Reach(a_cycle=settings.redmine.histories, back=settings.schedules.prune.keep.stages)


def retrying(settings: Settings | Glimpse) -> Retrying:
    """Answer when what is set aside is tried again, and how often."""
    return Retrying(tries=settings.schedules.letters.tries)
