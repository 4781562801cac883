"""report digest: gathered from the store, told in a format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from io import StringIO
from itertools import islice
from typing import Any, Literal, get_args

from rich.console import Console

from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Routing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.text import normal
from itsm_sync.model.words import Language, Message
from itsm_sync.reports.completeness import SourceState, completeness
from itsm_sync.reports.digest import COUNTS, Known, Line, Period, TeamDigest, digest
from itsm_sync.reports.digest_html import as_html
from itsm_sync.reports.digest_text import as_markdown, show
from itsm_sync.reports.digest_view import Sheet, Teller
from itsm_sync.routing import Catalogue
from itsm_sync.routing.ownership import Holders
from itsm_sync.settings import Settings
from itsm_sync.store import Store

Format = Literal["text", "md", "html", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)

_APPROVAL = "cycle.approval"  # the kind of findings on approvals
_PAGE = 500  # tickets gathered at a time
_WIDTH = 100  # characters of a line where no terminal says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digests of the teams wanted, how complete they are, and by which configuration."""

    period: Period
    teams: tuple[TeamDigest, ...]
    sources: tuple[SourceState, ...]
    configuration: str
    matrix: Matrix


def make(
    store: Store, settings: Settings, catalogue: Catalogue, period: Period, team: str | None
) -> Digest:
    """Make the digest of what is stored; raises ConfigurationError where there is no such team."""
    teams = tuple(settings.matrix.teams) if team is None else (_team(settings.matrix, team),)
    known = _known(store, settings.matrix, catalogue, period)
    return Digest(
        period=period,
        teams=digest(known, settings.matrix, teams, period),
        sources=completeness(store.stream_health(), store.dead_letters()),
        configuration=settings.hash,
        matrix=settings.matrix,
    )


def _team(matrix: Matrix, wanted: str) -> str:
    """Answer the team's id that an id or a name in either language stands for."""
    for team, found in matrix.teams.items():
        if normal(wanted) in (team, normal(found.name.ko), normal(found.name.en)):
            return team
    text = Message("no team is called so (known: {known})", {"known": ", ".join(matrix.teams)})
    raise ConfigurationError([Problem(file=f"--team {wanted}", path=(), text=text)])


def _known(store: Store, matrix: Matrix, catalogue: Catalogue, period: Period) -> Iterator[Known]:
    """Answer what is stored of each ticket that was decided, without those closed long ago."""
    wrong: dict[object, list[Message]] = {}
    for found in store.open_findings():
        if found.finding.kind == _APPROVAL:
            message = found.finding.message
            wrong.setdefault(message.params.get("ticket"), []).append(message)
    holders = Holders(matrix)
    tickets = (
        item
        for item in store.items(source="redmine", kind="issue")
        if item.ticket and (not item.ticket.closed or item.updated_at >= period.since)
    )
    while page := list(islice(tickets, _PAGE)):
        named = {item.ticket.id: item for item in page if item.ticket}
        yield from _page(store, named, holders, catalogue, wrong)


def _page(
    store: Store,
    page: Mapping[int, Item],
    holders: Holders,
    catalogue: Catalogue,
    wrong: Mapping[object, list[Message]],
) -> Iterator[Known]:
    decided = store.latest_routings(item.key for item in page.values())
    spans, heard = store.stage_spans(page), store.approvals(page)
    for number, item in page.items():
        kept = decided.get(item.key)
        if kept is None:
            continue
        mine = spans.get(number, ())
        approval = heard.get(number)
        yield Known(
            item=catalogue.enriched(item),
            routing=_present(kept.routing, mine, holders),
            spans=mine,
            approval=approval.approval if approval else None,
            wrong=tuple(wrong.get(number, ())),
        )


def _present(routing: Routing, spans: tuple[StageSpan, ...], holders: Holders) -> Routing:
    """Answer the decision with where the ticket stands, which people may have decided."""
    if not spans:
        return routing
    now = spans[-1]
    holding = holders.of(now.process, routing.domain, now.stage, routing.project)
    return replace(
        routing,
        process=now.process,
        stage=now.stage,
        row=now.row,
        responsible=now.team,
        accountable=holding.accountable,
        consulted=holding.consulted,
        informed=holding.informed,
    )


def render(made: Digest, format: Format, language: Language, zone: tzinfo) -> str:  # noqa: A002
    """Answer the digest in a format, except JSON (see `as_json`)."""
    sheet = _sheet(made, language, zone)
    if format == "html":
        return as_html(sheet)
    if format == "md":
        return as_markdown(sheet)
    file = StringIO()
    show(sheet, Console(file=file, width=_WIDTH, color_system=None))
    return file.getvalue()


def print_to(console: Console, made: Digest, language: Language, zone: tzinfo) -> None:
    """Print the digest on a terminal."""
    show(_sheet(made, language, zone), console)


def _sheet(made: Digest, language: Language, zone: tzinfo) -> Sheet:
    teller = Teller(matrix=made.matrix, language=language, zone=zone)
    return teller.sheet(made.teams, made.period, made.sources, made.configuration)


def as_json(made: Digest) -> dict[str, Any]:
    """Answer the digest as one document: ids of the matrix, every ticket."""
    return {
        "since": made.period.since,
        "until": made.period.until,
        "configuration": made.configuration,
        "sources": [
            {"source": s.source, "streams": s.streams, "unwell": s.unwell, "read_at": s.read_at,
             "set_aside": s.set_aside}
            for s in made.sources
        ],
        "teams": [
            {
                "team": one.team,
                "processes": {
                    process: {name: counts[name] for name in COUNTS}
                    for process, counts in one.counts.items()
                },
                "tickets": [_line(line) for line in one.lines],
                "hidden": [{"ticket": number, "url": url} for number, url in one.hidden],
            }
            for one in made.teams
        ],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    def change(pair: tuple[str, str] | None) -> dict[str, str] | None:
        return {"from": pair[0], "to": pair[1]} if pair else None

    said = line.said
    return {
        "ticket": line.ticket,
        "url": line.item.url,
        "title": line.item.title,
        "process": line.routing.process,
        "stage": line.routing.stage,
        "row": line.routing.row,
        "team": line.routing.responsible,
        "since": line.since,
        "new": line.new,
        "moved": {"stage": change(line.stage), "team": change(line.team)} if line.moved else None,
        "verdict": {"verdict": said.verdict, "by": said.by, "at": said.at} if said else None,
        "closed": line.closed,
        "waiting": line.waiting,
        "wrong": [say(message, "en") for message in line.wrong],
        "sure": line.routing.sure,
    }
