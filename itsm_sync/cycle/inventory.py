"""What is stored of configuration items, and drift as a finding."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.inventory import Known, KnownProject, Reading, Scope, Sighting
from itsm_sync.model.matrix import Matrix
from itsm_sync.routing import Catalogue
from itsm_sync.routing.inventory import KIND, drift, make
from itsm_sync.sources.jenkins.jobs import selected
from itsm_sync.sources.redmine.projects import Tree
from itsm_sync.store import Store, StreamHealth

KINDS = ("job", "node", "repository")
_REDMINE, _PROJECTS = "redmine", "projects"
Readings = Mapping[tuple[str, str], Reading]


def note_drift(
    store: Store,
    catalogue: Catalogue,
    matrix: Matrix,
    *,
    scope: Scope,
    sources: Mapping[str, SourceReport],
    configuration: str,
    now: datetime,
) -> None:
    """Keep what is wrong with the inventory as findings, and close what is right again.

    What a source that was not read in full in this cycle could tell stays as it was.
    """
    known = gather(store, scope, reported(sources), configuration)
    found = drift(make(known, catalogue, matrix, now), known, catalogue)
    store.keep_findings(found.wrong, now, whole_kind=KIND, undecided=found.undecided)


def gather(store: Store, scope: Scope, readings: Readings, configuration: str) -> Known:
    """Answer all that the inventory is made of; jobs that the settings do not read are none.

    Projects are listed once a day: a list from before this configuration does not count as read,
    since it may lack a project that was made for it.
    """
    projects: Any = store.memory(_REDMINE).cursor(_PROJECTS)
    since = store.configured_since(configuration)
    if projects and since and datetime.fromisoformat(projects["read"]) < since:
        readings = {**readings, (_REDMINE, _PROJECTS): Reading(full=False)}
    return Known(
        scope=scope,
        sightings=tuple(s for s in store.sightings(KINDS) if _is_read(s, scope)),
        projects=tuple(_projects(projects, scope)),
        relations=store.observed_relations(),
        readings=readings,
    )


def reported(sources: Mapping[str, SourceReport]) -> Readings:
    """Answer how the streams were read in this cycle."""
    found = {
        (source, stream): Reading(full=health is Health.OK)
        for source, report in sources.items()
        for stream, health in report.streams.items()
    }
    whole = {
        (name, ""): Reading(full=report.health is Health.OK)
        for name, report in sources.items()
        if report.asked
    }
    return found | whole


def remembered(streams: Iterable[StreamHealth]) -> Readings:
    """Answer how the streams were read last, and when each last was in full."""
    found: dict[tuple[str, str], Reading] = {}
    for stream in streams:
        full = stream.health is Health.OK
        found[stream.source, stream.stream] = Reading(full=full, at=stream.succeeded_at)
        before = found.get((stream.source, ""), Reading(full=True))
        well = before.full and stream.health in (Health.OK, Health.OFF)
        found[stream.source, ""] = Reading(full=well)
    return found


def _is_read(seen: Sighting, scope: Scope) -> bool:
    controller = scope.controllers.get(str(seen.item.facts.get("controller", "")))
    if seen.item.kind != "job" or controller is None:
        return True
    return selected(str(seen.item.facts.get("job", "")), controller.jobs)


def _projects(cursor: Any, scope: Scope) -> Iterable[KnownProject]:
    tree = Tree.read(cursor["projects"] if cursor else (), scope.projects)
    for number in sorted(tree.ours):
        project = tree.projects[number]
        yield KnownProject(
            name=project.name,
            path=tree.path(number),
            closed=project.closed,
            public=project.public,
        )
