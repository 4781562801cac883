"""A misspelt key is told with the one that is meant, wherever it stands."""

from typing import Any

import pytest

from itsm_sync.model.catalogue import Service
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import Reporting
from itsm_sync.model.rules import RuleBook
from itsm_sync.model.schedules import Schedules
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.watching import Watching
from itsm_sync.settings.keys import nearest_key
from itsm_sync.settings.schema import General


@pytest.mark.parametrize(
    ("kind", "path", "key"),
    [
        (General, ("timezon",), "timezone"),
        (General, ("redmine", "notes", "visibilty"), "visibility"),
        (General, ("jenkins", 0, "histroy"), "history"),
        (General, ("github", "repos"), ""),
        (General, ("redmine", "fields", "team", "nam"), "name"),
        (Matrix, ("teams", "it-planning", "gruop"), "group"),
        (RuleBook, ("process", 3, "wen"), "when"),
        (tuple[Service, ...], (0, "project"), "projects"),
        (Watching, ("capacity", "disk", "prioritty"), "priority"),
        (ServiceLevels, ("targets", 0, "hors"), "hours"),
        (Reporting, ("reports", "digest", "titel"), "title"),
        (Schedules, ("timezon",), "timezone"),
        (General, ("redmine", "url", "hsot"), ""),
        (None, ("anything",), ""),
    ],
)
def test_the_key_that_is_spelt_most_alike_is_found(
    kind: Any, path: tuple[str | int, ...], key: str
) -> None:
    assert nearest_key(kind, path) == key
