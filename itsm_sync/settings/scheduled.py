"""What is odd in a valid `schedules.yaml`: a zone that is none, sources that nobody reads."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from itsm_sync.model.errors import Problem
from itsm_sync.model.schedules import Schedules
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document
from itsm_sync.settings.schema import General


def scheduled(
    schedules: Schedules, document: Document, general: General | None
) -> Iterator[Problem]:
    """Answer the problems; sources are compared only where the settings could be read."""
    if schedules.timezone:
        try:
            ZoneInfo(schedules.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            told = Message("no such time zone: {name}", {"name": schedules.timezone})
            yield document.problem(("timezone",), told)
    if general is None:
        return
    known = readers(general)
    for name in schedules.sources:
        if name == "redmine":
            told = Message("Redmine is read in each cycle: say it at `cycle`")
            yield document.problem(("sources", name), told)
        elif name not in known:
            params = {"name": name, "known": ", ".join(sorted(known)) or "-"}
            told = Message("no source is called `{name}`: {known}", params)
            yield document.problem(("sources", name), told)


def readers(general: General) -> frozenset[str]:
    """Answer the names of the sources beside Redmine, and those that may be switched on."""
    alone = len(general.jenkins) == 1
    jenkins = {"jenkins" if alone else f"jenkins:{one.name}" for one in general.jenkins}
    return frozenset({*jenkins, *general.sources, "jenkins", "github"})
