"""inventory: the configuration items, who holds them, and where that is not as written."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import StringIO
from typing import Any, Literal, get_args

from rich.console import Console

from itsm_sync.cycle.inventory import gather, remembered
from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.findings import Finding
from itsm_sync.model.inventory import CiKind, ConfigurationItem, Scope
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import normal
from itsm_sync.model.words import Language, Message
from itsm_sync.reports.completeness import SourceState, completeness
from itsm_sync.reports.foot import foot
from itsm_sync.reports.inventory import Shown, choose
from itsm_sync.reports.inventory_svg import as_svg
from itsm_sync.reports.inventory_text import as_csv, as_markdown, show
from itsm_sync.reports.inventory_view import Teller
from itsm_sync.routing import Catalogue
from itsm_sync.routing.inventory import KIND, make
from itsm_sync.settings import Settings
from itsm_sync.store import Store

Format = Literal["table", "md", "csv", "svg"]
FORMATS: tuple[Format, ...] = get_args(Format)
_WIDTH = 140  # characters of a line where no terminal says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: all, or a kind, a service, what is not private."""

    kind: CiKind | None = None
    service: str | None = None
    public: bool = False

    @property
    def everything(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The items asked for, the drift that stands, and how complete the sources are."""

    shown: Shown
    drift: tuple[Finding, ...]
    sources: tuple[SourceState, ...]
    configuration: str
    matrix: Matrix


def find(
    store: Store,
    settings: Settings,
    catalogue: Catalogue,
    *,
    scope: Scope,
    now: datetime,
    wanted: Wanted | None = None,
) -> Found:
    """Make the inventory of what is stored; drift is told where everything is asked for.

    Raises:
        ConfigurationError: there is no such service.
    """
    wanted = wanted or Wanted()
    streams = store.stream_health()
    known = gather(store, scope, remembered(streams), settings.hash)
    inventory = make(known, catalogue, settings.matrix, now)
    service = None if wanted.service is None else _service(catalogue, wanted.service)
    standing = (found.finding for found in store.open_findings())
    return Found(
        shown=choose(inventory, kind=wanted.kind, service=service, public=wanted.public),
        drift=tuple(f for f in standing if f.kind.startswith(KIND) and wanted.everything),
        sources=completeness(streams, store.dead_letters()),
        configuration=settings.hash,
        matrix=settings.matrix,
    )


def _service(catalogue: Catalogue, wanted: str) -> str:
    """Answer the service's id that an id or a name in either language stands for."""
    for service in catalogue.services:
        if normal(wanted) in (service.id, normal(service.name.ko), normal(service.name.en)):
            return service.id
    known = ", ".join(service.id for service in catalogue.services)
    text = Message("no service is called so (known: {known})", {"known": known})
    raise ConfigurationError([Problem(file=f"--service {wanted}", path=(), text=text)])


def render(found: Found, format: Format, language: Language, zone: tzinfo) -> str:  # noqa: A002
    """Answer the inventory in a format."""
    teller, drift, below = _told(found, language, zone)
    if format == "svg":
        return as_svg(teller, drift, below)
    if format == "csv":
        return as_csv(teller)
    if format == "md":
        return as_markdown(teller, drift, below)
    file = StringIO()
    show(teller, drift, below, Console(file=file, width=_WIDTH, color_system=None))
    return file.getvalue()


def print_to(console: Console, found: Found, language: Language, zone: tzinfo) -> None:
    """Print the inventory on a terminal."""
    teller, drift, below = _told(found, language, zone)
    show(teller, drift, below, console)


def _told(
    found: Found, language: Language, zone: tzinfo
) -> tuple[Teller, list[str], tuple[str, ...]]:
    teller = Teller(shown=found.shown, matrix=found.matrix, language=language, zone=zone)
    below = foot(found.sources, found.configuration, language, zone)
    return teller, [say(finding.message, language) for finding in found.drift], below


def as_json(found: Found) -> dict[str, Any]:
    """Answer the inventory as one document: keys, and ids of services, teams and rows."""
    return {
        "configuration": found.configuration,
        "sources": [
            {"source": s.source, "streams": s.streams, "unwell": s.unwell, "read_at": s.read_at,
             "set_aside": s.set_aside}
            for s in found.sources
        ],
        "items": [_item(item) for item in found.shown.items],
        "relations": [
            {"from": r.origin, "to": r.target, "kind": r.kind, "seen_at": r.seen_at}
            for r in found.shown.relations
        ],
        "drift": [
            {"key": f.key, "kind": f.kind, "text": say(f.message, "en")} for f in found.drift
        ],
    }  # fmt: skip


def _item(item: ConfigurationItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "kind": item.kind,
        "name": {"ko": item.name.ko, "en": item.name.en},
        "state": item.state,
        "service": item.service,
        "team": item.team,
        "row": item.row,
        "audience": item.audience,
        "url": item.url,
        "first_seen": item.first_seen,
        "last_seen": item.last_seen,
    }
