"""What can be read of a configuration, whatever else of it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from itsm_sync.model.errors import Problem
from itsm_sync.model.schedules import Schedules
from itsm_sync.model.words import Language
from itsm_sync.settings.deciding import value_of
from itsm_sync.settings.documents import Document, read
from itsm_sync.settings.load import documents_of, general_of
from itsm_sync.settings.schema import General


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """The settings, and what they are to be read by."""

    general: General
    schedules: Schedules


def language(directory: Path, environment: Mapping[str, str]) -> Language:
    """Answer what to speak where the configuration is wrong: its language as far as it can be
    read, else that of `LC_ALL`, `LC_MESSAGES` or `LANG`, else Korean.
    """
    document = read(directory / "settings.yaml")
    written = document.value.get("language") if isinstance(document, Document) else None
    if written in ("ko", "en"):
        return str(written)
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = next((environment[name] for name in names if environment.get(name)), "")
    return "ko" if spoken.startswith(("ko", "C", "POSIX")) or not spoken else "en"


def zone(directory: Path) -> ZoneInfo | None:
    """Answer the zone of the settings as far as it can be read; None: nobody knows."""
    document = read(directory / "settings.yaml")
    if isinstance(document, Problem):
        return None
    name = document.value.get("timezone", General.model_fields["timezone"].default)
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def glimpse(directory: Path, environment: Mapping[str, str]) -> Glimpse | None:
    """Answer settings and schedules, where these two are right; None where one is not."""
    problems: list[Problem] = []
    documents = documents_of(directory, [])
    general = general_of(documents.get("settings"), environment, False, problems)
    schedules: Schedules | None = value_of(
        documents, "schedules", Schedules, lambda value: value, problems
    )
    broken = "schedules" not in documents and (directory / "schedules.yaml").exists()
    if general is None or problems or broken:
        return None
    return Glimpse(general=general, schedules=schedules or Schedules())
