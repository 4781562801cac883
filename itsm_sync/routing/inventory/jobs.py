"""Jobs as configuration items: a multibranch project is one, whatever its branches."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.catalogue import Job
from itsm_sync.model.inventory import CiState, Known, Sighting
from itsm_sync.model.items import Facts
from itsm_sync.model.text import clean
from itsm_sync.routing.catalogue import pattern


@dataclass(slots=True, kw_only=True)
class JobGroup:
    """A job, or a multibranch project with a job a branch; `name` is the full name."""

    key: str
    controller: str
    name: str
    parts: list[Sighting] = field(default_factory=list)

    @property
    def there(self) -> list[Sighting]:
        return [part for part in self.parts if part.gone_at is None]

    @property
    def gone_at(self) -> datetime | None:
        """When the last of it vanished; None while some is there or where no cycle is known."""
        return (
            None if self.there else max((p.gone_at for p in self.parts if p.gone_at), default=None)
        )

    @property
    def state(self) -> CiState:
        if not self.there:
            return CiState.VANISHED
        off = all(part.item.facts.get("disabled") for part in self.there)
        return CiState.DISABLED if off else CiState.ACTIVE

    @property
    def facts(self) -> Facts:
        """What the catalogue is asked with: that of the first part."""
        return (self.there or self.parts)[0].item.facts

    @property
    def url(self) -> str:
        first = (self.there or self.parts)[0].item
        several = first.facts.get("branch")
        return first.url.rstrip("/").rpartition("/job/")[0] + "/" if several else first.url

    @property
    def names(self) -> set[str]:
        """The full names by which `services.yaml` may call what is there of it."""
        branches = {clean(str(part.item.facts.get("job"))) for part in self.there}
        return {self.name, *branches} if branches else set()


class Listed:
    """Tells which lines of `services.yaml` mean a job that is there."""

    def __init__(self, groups: Iterable[JobGroup]) -> None:
        self._names = {(group.controller, name) for group in groups for name in group.names}
        self._anywhere = {name for _, name in self._names}

    def has(self, line: Job) -> bool:
        """Whether a job of that name, or of one that fits it, is there."""
        if "*" not in line.job:
            named = (line.controller, line.job)
            return named in self._names if line.controller else line.job in self._anywhere
        fits = pattern(line.job)
        return any(
            fits.fullmatch(name)
            for controller, name in self._names
            if line.controller in ("", controller)
        )


def grouped(known: Known) -> dict[str, JobGroup]:
    """Answer the jobs of the controllers that are read, by key."""
    found: dict[str, JobGroup] = {}
    for part in known.sightings:
        controller = str(part.item.facts.get("controller", ""))
        if part.item.kind == "job" and reader_of(known, controller) == part.reader:
            key, name = _names(part)
            group = JobGroup(key=key, controller=controller, name=name)
            found.setdefault(key, group).parts.append(part)
    return found


def keys(groups: Iterable[JobGroup]) -> dict[str, str]:
    """Answer each stored job's key with that of its group."""
    return {part.item.key: group.key for group in groups for part in group.parts}


def reader_of(known: Known, controller: str) -> str | None:
    """Answer the source that reads a controller; None: the settings have none of that name."""
    found = known.scope.controllers.get(controller)
    return found.reader if found else None


def _names(part: Sighting) -> tuple[str, str]:
    """Answer key and full name without the branch."""
    name, branch = part.item.title, part.item.facts.get("branch")
    end = f"/{clean(str(branch))}" if branch else ""
    return part.item.key.removesuffix(f"/{branch}") if branch else part.item.key, name.removesuffix(
        end
    )
