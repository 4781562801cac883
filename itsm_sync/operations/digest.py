"""report digest: gathered from the store, told in a format."""

from dataclasses import dataclass
from datetime import tzinfo
from io import StringIO
from typing import Any, Literal

from rich.console import Console

from itsm_sync.desk.approvals import Meanings
from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import DIGEST, Span, asked, readable
from itsm_sync.model.text import normal
from itsm_sync.model.words import Language, Message, Words
from itsm_sync.operations.gathering import Gatherer
from itsm_sync.operations.stays import Stays
from itsm_sync.reports.completeness import SourceState, completeness
from itsm_sync.reports.digest import COUNTS, Line, TeamDigest, digest
from itsm_sync.reports.digest_html import as_html
from itsm_sync.reports.digest_text import as_markdown, show
from itsm_sync.reports.digest_view import Sheet, Teller
from itsm_sync.reports.periods import Period
from itsm_sync.routing import Catalogue
from itsm_sync.routing.ownership import Holders
from itsm_sync.settings import Settings
from itsm_sync.store import Store

Format = Literal["text", "md", "html", "json"]
_WIDTH = 100  # characters of a line where no terminal says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digests of the teams wanted, how complete they are, and by which configuration.

    `title` is the report's, `published` the period of which it is published, where that is to be
    told.
    """

    title: Words
    period: Period
    teams: tuple[TeamDigest, ...]
    sources: tuple[SourceState, ...]
    configuration: str
    matrix: Matrix
    published: Span | None = None


def make(
    store: Store, settings: Settings, catalogue: Catalogue, period: Period, team: str | None
) -> Digest:
    """Make the digest of what is stored; raises ConfigurationError where there is no such team."""
    teams = tuple(settings.matrix.teams) if team is None else (team_of(settings.matrix, team),)
    gatherer = Gatherer(
        store=store,
        catalogue=catalogue,
        holders=Holders(settings.matrix),
        meanings=Meanings.of(settings.redmine.approvals),
        stays=Stays(store=store, histories=store.histories),
    )
    return Digest(
        title=settings.reporting.every[DIGEST].title,
        period=period,
        teams=digest(gatherer.known(period), settings.matrix, teams, period),
        sources=completeness(store.stream_health(), store.dead_letters()),
        configuration=settings.hash,
        matrix=settings.matrix,
    )


def team_of(matrix: Matrix, wanted: str) -> str:
    """Answer the team's id that an id or a name in either language stands for."""
    for team, found in matrix.teams.items():
        if normal(wanted) in (team, normal(found.name.ko), normal(found.name.en)):
            return team
    text = Message("no team is called so (known: {known})", {"known": ", ".join(matrix.teams)})
    raise ConfigurationError([Problem(file=f"--team {wanted}", path=(), text=text)])


def render(made: Digest, format: Format, language: Language, zone: tzinfo) -> str:  # noqa: A002
    """Answer the digest in a format, except JSON (see `as_json`)."""
    shown = sheet(made, language, zone)
    if format == "html":
        return as_html(shown)
    if format == "md":
        return as_markdown(shown)
    file = StringIO()
    show(shown, Console(file=file, width=_WIDTH, color_system=None))
    return file.getvalue()


def print_to(console: Console, made: Digest, language: Language, zone: tzinfo) -> None:
    """Print the digest on a terminal."""
    show(sheet(made, language, zone), console)


def sheet(made: Digest, language: Language, zone: tzinfo) -> Sheet:
    """Answer the digest in the words of a language."""
    teller = Teller(matrix=made.matrix, language=language, zone=zone)
    return Sheet(
        language=language,
        title=made.title[language],
        period=say(_of(made, zone), language),
        pages=teller.pages(made.teams, made.period),
        foot=teller.foot(made.sources, made.configuration),
    )


def _of(made: Digest, zone: tzinfo) -> Message | str:
    """Answer the period, and how the published one differs where nobody asked for either."""
    span = asked(made.period.since, made.period.until, zone)
    if made.published is None:
        return readable(span, zone)
    params = {"period": readable(span, zone), "other": readable(made.published, zone)}
    return Message("{period}, the last seven days; published it is of {other}", params)


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
