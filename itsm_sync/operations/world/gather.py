"""Gathers the world of a period for an audience."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.model.catalogue import Service
from itsm_sync.model.gaps import OURS, Gap
from itsm_sync.model.items import Audience
from itsm_sync.model.lists import Offered
from itsm_sync.model.matrix import Matrix
from itsm_sync.operations.stays import Histories, Stays
from itsm_sync.operations.world.common import Telling
from itsm_sync.operations.world.deliveries import Deliveries
from itsm_sync.operations.world.machines import Machines
from itsm_sync.operations.world.tickets import Clocks, Tickets
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import FindingRecord, TicketRecord, World
from itsm_sync.routing import Catalogue
from itsm_sync.routing.ownership import Holders
from itsm_sync.store import Store
from itsm_sync.store.gaps import SILENCE

_APPROVAL, _UNAPPROVED = "cycle.approval", "cycle.unapproved"
_SELDOM = ("redmine",)  # of it everything is read at first


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Gathers by the configuration.

    Args:
        store: what is stored; no server is asked.
        matrix: the matrix.
        catalogue: services and people.
        production: the names of the environments that are production.
        histories: answers tickets' histories.
        clocks: answers a ticket's clocks.
        bots: Redmine's numbers of programs, as far as they are known beside those that opened
            signals' tickets.
        sources: the names of the sources that are to be read.
    """

    store: Store
    matrix: Matrix
    catalogue: Catalogue
    production: frozenset[str]
    histories: Histories
    clocks: Clocks
    bots: frozenset[int] = frozenset()
    sources: tuple[str, ...] = ()

    def world(self, period: Period, audience: Audience, now: datetime) -> World:
        """Answer the world of a period, as far as it is over, and of one as long before it, as an
        audience may know it.
        """
        period = period.so_far(now)
        window = Period(since=period.before.since, until=period.until)
        telling = Telling(audience=audience, period=period, catalogue=self.catalogue)
        ticketed = self.store.tickets_of_episodes()
        people = self._people(telling, min(now, period.until), frozenset(ticketed.values()))
        tickets = tuple(t for t in people.records(window.since) if t.created_at < window.until)
        lists = self.store.offered() or Offered(at=now, configuration="")
        bare = World(
            matrix=self.matrix,
            window=window,
            now=now,
            audience=audience,
            teams=self._teams(people.names),
            bots=frozenset(people.bots),
            closing=frozenset(str(one.id) for one in lists.statuses if one.closed),
            priorities=tuple(one.name for one in lists.priorities),
            tickets=tickets,
            gaps=tuple(self._gaps(window, now)),
            unread=sum(one.history is None for one in tickets if _moved(one, period)),
        )
        names = frozenset(people.names[bot] for bot in people.bots if bot in people.names)
        with_machines = self._with_machines(bare, telling, ticketed, names)
        whole = self._with_decisions(with_machines, telling)
        return replace(whole, untold=dict(telling.untold))

    def _people(self, telling: Telling, at: datetime, ticketed: frozenset[int]) -> Tickets:
        return Tickets(
            store=self.store,
            holders=Holders(self.matrix),
            telling=telling,
            stays=Stays(store=self.store, histories=self.histories),
            clocks=self.clocks,
            at=at,
            ticketed=ticketed,
            names=dict(self.store.people()),
            bots=set(self.bots),
        )

    def _with_machines(
        self, world: World, telling: Telling, ticketed: Mapping[str, int], bots: frozenset[str]
    ) -> World:
        window = world.window
        delivered = Deliveries(
            store=self.store, telling=telling, window=window, production=self.production
        )
        machines = Machines(
            store=self.store, telling=telling, window=window, bots=bots, saw=delivered.saw
        )
        return replace(
            world,
            builds=tuple(machines.builds()),
            pulls=tuple(delivered.pulls()),
            deployments=tuple(delivered.deployments()),
            alerts=tuple(machines.alerts()),
            episodes=tuple(machines.episodes(ticketed)),
            waits=tuple(machines.waits()),
            nodes=tuple(machines.nodes()),
            pages=tuple(machines.pages()),
        )

    def _with_decisions(self, world: World, telling: Telling) -> World:
        told = {one.number for one in world.tickets}
        services = tuple(_told(self.catalogue.services, world.audience))
        overruled = self.store.override_history()
        routed = self.store.routed_tickets(world.window.since, world.window.until)
        return replace(
            world,
            services={one.id: one.name for one in services},
            owners={one.id: one.team for one in services},
            homeless=frozenset(one.id for one in services if not one.told_apart),
            findings=tuple(self._findings(world.window, told, telling)),
            overrides=tuple(one for one in overruled if one.override.ticket in told),
            routed=tuple(one for one in routed if one.ticket in told),
        )

    def _teams(self, names: dict[int, str]) -> dict[int, str]:
        found = {n: self.catalogue.team("redmine", name) for n, name in names.items()}
        return {number: team for number, team in found.items() if team}

    def _findings(
        self, window: Period, told: set[int], telling: Telling
    ) -> Iterator[FindingRecord]:
        kinds = (_APPROVAL, _UNAPPROVED)
        for one in self.store.findings_of(kinds, window.since, window.until):
            if one.kind == _APPROVAL:
                _, number, what = one.key.split("/", 2)
                if int(number) not in told:
                    continue
                kind, about = f"approval.{what}", f"redmine:issue/{number}"
            else:
                kind, about = "unapproved", one.key.partition("/")[2]
                if not self._may(about, telling, window):
                    continue
            yield FindingRecord(
                kind=kind, about=about, first_at=one.first_at, closed_at=one.closed_at
            )

    def _may(self, key: str, telling: Telling, window: Period) -> bool:
        """Whether a deployment may be told; of one that is not stored nobody knows."""
        item = self.store.item(key)
        if item is None:
            return telling.audience is Audience.PRIVATE
        # it was counted among the deployments, if it may not
        return telling.may(self.catalogue.enriched(item), "deployment", window.since)

    def _gaps(self, window: Period, now: datetime) -> Iterator[Gap]:
        """Answer when sources were not read in full: as noted, before they were first read or as
        they never were, and since nobody asks them any more.
        """
        standings = self.store.source_standings()
        asked = {one.source: one.succeeded_at for one in standings}
        seen = {(one.source, one.stream): one.seen_at for one in self.store.stream_health()}
        noted = [
            _ended(gap, seen.get((gap.source, gap.stream)), asked.get(gap.source))
            for gap in self.store.gaps(window.since, window.until)
        ]
        yield from noted
        over = {gap.source for gap in noted if gap.until is None and not gap.stream}
        for one in standings:
            if one.first_at > window.since and one.source not in _SELDOM:
                yield _before(one.source, window, one.first_at)
            last = one.succeeded_at or one.first_at
            if min(now, window.until) - last >= SILENCE and one.source not in over:
                yield Gap(source=one.source, stream="", since=last)
        for source in sorted({*self.sources} - asked.keys()):
            yield _before(source, window, None)
        begun = self.store.first_begun()
        if begun is None or begun > window.since:
            yield _before(OURS, window, begun)


def _told(services: Iterable[Service], audience: Audience) -> Iterator[Service]:
    for one in services:
        if audience is Audience.PRIVATE or one.audience is Audience.PUBLIC:
            yield one


def _before(source: str, window: Period, first: datetime | None) -> Gap:
    """Answer the time before a source was read for the first time; None: it never was."""
    return Gap(source=source, stream="", since=window.since, until=first, unread=True)


def _ended(gap: Gap, seen: datetime | None, asked: datetime | None) -> Gap:
    """Answer the gap of a stream that nobody asks any more (its job is gone, say) as one that is
    over: nothing more will be told of it, though its source answers.
    """
    if gap.until is None and gap.stream and seen and asked and asked - seen >= SILENCE:
        return replace(gap, until=seen)
    return gap


def _moved(ticket: TicketRecord, period: Period) -> bool:
    """Whether a ticket was open in the period: else its history tells nothing of it."""
    return ticket.closed_at is None or ticket.closed_at >= period.since
