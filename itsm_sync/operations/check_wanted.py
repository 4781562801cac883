"""check: what `signals.yaml` needs of Redmine, by name."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from itsm_sync.model.catalogue import Service
from itsm_sync.model.watching import Alerts, Builds, Section, Watching
from itsm_sync.model.watching.schedules import Scheduled
from itsm_sync.operations.check_signals import Wanted
from itsm_sync.settings import Settings

Ticketed = Section | Scheduled


def wanted(settings: Settings) -> Wanted | None:
    """Answer it; None where nothing is watched for."""
    watching = settings.watching
    if watching is None:
        return None
    found = tuple(ticketed(watching))
    services = settings.services
    usual = _usual(settings.redmine.projects, services)
    places = ((place, one.tracker) for one in found for place in _projects(one, usual))
    return Wanted(
        places=tuple(dict.fromkeys(places)),
        priorities=tuple(dict.fromkeys(filter(None, _priorities(watching, found)))),
        statuses=tuple(filter(None, (watching.statuses.open,))),
        closing=(watching.statuses.closed,),
        rejecting=watching.statuses.wont_fix,
        private=tuple(dict.fromkeys(p for service in services for p in service.private_projects)),
    )


def _priorities(watching: Watching, found: Iterable[Ticketed]) -> Iterator[str]:
    """Answer the priorities of the parts that open tickets; some have more than one."""
    for one in found:
        yield one.priority
        if isinstance(one, Builds):
            yield one.production_priority
        if isinstance(one, Alerts):
            yield from (urgency.priority for urgency in watching.security.severities.values())


def ticketed(section: object) -> Iterator[Ticketed]:
    """Answer the parts that open tickets and are not switched off, those of parts too."""
    if getattr(section, "enabled", True) is False:
        return
    if isinstance(section, Section | Scheduled):
        yield section
    elif isinstance(section, tuple):
        for one in section:
            yield from ticketed(one)
    elif is_dataclass(section):
        for field in fields(section):
            yield from ticketed(getattr(section, field.name))


def _usual(roots: Iterable[str], services: Iterable[Service]) -> tuple[str, ...]:
    """Answer the projects of parts that name none: each service's first, or the settings' first."""
    firsts = [service.projects[0] for service in services if service.projects]
    return tuple(dict.fromkeys([*list(roots)[:1], *firsts]))


def _projects(one: Ticketed, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Answer where its tickets may be opened; what the calendar opens is of no service."""
    if one.project:
        return (one.project,)
    return usual[:1] if isinstance(one, Scheduled) else usual
