"""Makes reports of what is stored: their numbers, their words, their files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from itsm_sync.locale import say
from itsm_sync.model.items import Audience
from itsm_sync.model.reporting import DIGEST, Chosen, Report, Span, readable
from itsm_sync.model.reporting import Section as Part
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import digest as digests
from itsm_sync.reports import digest_document
from itsm_sync.reports.completeness import completeness
from itsm_sync.reports.delivery.parcel import Parcel
from itsm_sync.reports.document import Block, Document, Figures, Form, Notice, Rendered, Section
from itsm_sync.reports.foot import foot
from itsm_sync.reports.forms.values import Writing
from itsm_sync.reports.narrowing import Filters, narrowed
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import notices, section
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World
from itsm_sync.routing import Catalogue
from itsm_sync.settings import Settings
from itsm_sync.store import Store

_LINES = 6  # numbers that are told where there is no room for more

Gather = Callable[[Period, Audience], World]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes a report.

    Args:
        store: what is stored.
        settings: teams, names, zone.
        catalogue: services and people.
        gather: answers the world of a period, as an audience may know it.
        render: makes a document into a form.
    """

    store: Store
    settings: Settings
    catalogue: Catalogue
    gather: Gather
    render: Callable[[Document, Form], Rendered]

    def parcels(
        self,
        name: str,
        report: Report,
        span: Span,
        language: Language,
        *,
        teams: Iterable[str],
        forms: Iterable[Form],
    ) -> Iterator[Parcel]:
        """Answer the report, each team's part, one by one: a whole report is much to hold."""
        wanted = tuple(forms)
        world = self._world(report, span)
        for team in teams:
            document = self.document(name, report, span, language, team=team, world=world)
            yield Parcel(
                report=name,
                span=span,
                language=language,
                title=report.title[language],
                subtitle=document.subtitle,
                elsewhere=report.title["en" if language == "ko" else "ko"],
                lines=tuple(_lines(document)),
                team=team,
                team_name=self._team(team, language),
                audience=report.readers,
                made={form: self.render(document, form) for form in wanted},
            )

    def document(
        self,
        name: str,
        report: Report,
        span: Span,
        language: Language,
        *,
        team: str = "",
        world: World | None = None,
    ) -> Document:
        """Answer a report, or a team's part of it, as every form shows it."""
        zone = ZoneInfo(self.settings.general.timezone)
        part = _Part(
            maker=self,
            report=report,
            whole=Period(since=span.since, until=span.until),
            team=team,
            language=language,
            zone=zone,
            world=world or self._world(report, span),
        )
        heading = (report.title[language], self._team(team, language))
        return Document(
            name=name,
            part=team,
            language=language,
            title=" · ".join(filter(None, heading)),
            subtitle=say(readable(span, zone), language),
            zone=zone.key,
            since=span.since,
            until=span.until,
            sections=tuple(part.sections()),
            foot=self._foot(language, zone),
            teams=tuple(t.name[language] for t in self.settings.matrix.teams.values()),
            audience=report.readers,
        )

    def _world(self, report: Report, span: Span) -> World | None:
        """Answer what measures count; None where none does."""
        chosen = (one.name for part in report.sections for one in part.measures)
        if all(name == DIGEST for name in chosen):
            return None
        return self.gather(Period(since=span.since, until=span.until), report.readers)

    def _foot(self, language: Language, zone: ZoneInfo) -> tuple[str, ...]:
        sources = completeness(self.store.stream_health(), self.store.dead_letters())
        return foot(sources, self.settings.hash_reported, language, zone)

    def _team(self, team: str, language: Language) -> str:
        return self.settings.matrix.teams[team].name[language] if team else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One document on its way."""

    maker: Maker
    report: Report
    whole: Period
    team: str
    language: Language
    zone: ZoneInfo
    world: World | None

    @property
    def period(self) -> Period:
        """As much of the period as is over."""
        return self.whole.so_far(self.world.now) if self.world else self.whole

    def sections(self) -> Iterator[Section]:
        world = None if self.world is None else narrowed(self.world, self._filters())
        if world is not None:
            names = dict.fromkeys(one.name for one in self._chosen() if one.name != DIGEST)
            under = {
                chosen.name: part.title
                for part in self.report.sections
                if part.title is not None
                for chosen in part.measures
            }
            said = notices(names, world, self.period, self._voice(world), under)
            told = (*self._not_over(), *said, *self._empty())
            if told:
                yield Section(title=say("Before you read", self.language), blocks=told)
        for part in self.report.sections:
            yield from self._told(part, world)

    def _empty(self) -> Iterator[Notice]:
        if self.maker.store.first_finished() is None:
            told = Message("No cycle has come to an end on this database: nothing is known yet.")
            yield Notice(text=say(told, self.language))

    def _not_over(self) -> Iterator[Notice]:
        if self.period.until < self.whole.until:
            until = f"{self.period.until.astimezone(self.zone):%Y-%m-%d %H:%M}"
            told = Message(
                "The period is not over: counted until {until}, and compared with a time as long.",
                {"until": until},
            )
            yield Notice(text=say(told, self.language))

    def _told(self, part: Part, world: World | None) -> Iterator[Section]:
        """Answer a part's sections: one of all its measures, where it has a title of its own."""
        found = [one for chosen in part.measures for one in self._section(chosen, world)]
        if part.title is None:
            yield from found
            return
        blocks: list[Block] = [block for one in found for block in one.blocks]
        if blocks:
            yield Section(title=part.title[self.language], blocks=tuple(blocks))

    def _section(self, chosen: Chosen, world: World | None) -> Iterator[Section]:
        if chosen.name == DIGEST:
            yield from self._digest()
        elif world is not None:
            options: Any = dict(chosen.options)  # which `views.chosen` has looked at
            options = Options(**options)
            yield section(chosen.name, world, self.period, self._voice(world), options)

    def _digest(self) -> Iterator[Section]:
        maker = self.maker
        made = digests.make(
            maker.store, maker.settings, maker.catalogue, self.whole, self.team or None
        )
        yield from digest_document.sections(digests.sheet(made, self.language, self.zone))

    def _filters(self) -> Filters:
        teams = (self.team,) if self.team else self.report.teams
        return Filters(teams=teams, services=self.report.services, processes=self.report.processes)

    def _voice(self, world: World) -> Voice:
        return Voice(
            matrix=self.maker.settings.matrix,
            language=self.language,
            zone=self.zone,
            services=world.services,
        )

    def _chosen(self) -> Iterator[Chosen]:
        for part in self.report.sections:
            yield from part.measures


def _lines(document: Document) -> Iterator[str]:
    """Answer the first numbers of a report as sentences, for where there is room for no more."""
    writing = Writing.of(document)
    figures = (
        figure
        for one in document.sections
        for block in one.blocks
        if isinstance(block, Figures)
        for figure in block.figures
    )
    for _, figure in zip(range(_LINES), figures, strict=False):
        yield f"{figure.label}: {writing.whole(figure.value, figure.unit)}"
