"""The part of the road that signals take: attend, tend, record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle.signals.adopting import adopt, copies
from itsm_sync.cycle.signals.attending import TOLD, Attended, Attending
from itsm_sync.cycle.signals.clocks import ahead
from itsm_sync.cycle.signals.knowing import Knowing
from itsm_sync.cycle.signals.offering import Offering
from itsm_sync.cycle.signals.recording import Recording
from itsm_sync.cycle.signals.seating import NoSeat, Seating
from itsm_sync.cycle.signals.tending import KIND, Tended, Tending
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.telling import ends
from itsm_sync.desk.subject import Policy
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.lists import Offered
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.ports import Observer
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.routing import Catalogue, Router
from itsm_sync.signals.registry import Registry
from itsm_sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched: the signals, the hash of what the settings say of them, the projects, and
    the ids of our fields as far as the settings know them.
    """

    registry: Registry
    configuration: str
    roots: Sequence[str]
    field_ids: Mapping[FieldName, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """One cycle's way of signals."""

    watch: Watch
    store: Store
    desk: Desk
    router: Router
    catalogue: Catalogue
    matrix: Matrix
    policy: Policy
    known: Knowing
    observer: Observer

    @property
    def _configuration(self) -> str:
        """What observations depend on: what is watched, and what the catalogue knows."""
        return self.known.configuration

    def attend(self, settled: frozenset[str]) -> Attended:
        """Answer what the tickets of signals say now, those found again with the others.

        What they would have said by now need not be said any more.

        Args:
            settled: episodes whose ticket an earlier cycle opened without living to know it.
        """
        attending = Attending(
            store=self.store,
            desk=self.desk,
            catalogue=self.catalogue,
            registry=self.watch.registry,
            known=self.known,
            configuration=self._configuration,
            bot=self.desk.account.id,
            observer=self.observer,
        )
        attending.observe()
        found = settled | adopt(self.store, self.desk.account.id)
        attended = attending.attend()
        for episode, telling in attended.told:
            if episode.key in found:
                names = [one.name for one in telling.remarks if not ends(one)]
                self.store.say_once(episode.key, names, self.known.now)
        return attended

    def tend(self, attended: Attended) -> Tended:
        """Answer what the tickets need; where Redmine was not read in full, none is opened."""
        edits, found = Recording(
            store=self.store,
            desk=self.desk,
            catalogue=self.catalogue,
            policy=self.policy,
            known=self.known,
            moves=self.known.moves,
            configuration=self._configuration,
        ).record(self.watch.registry.records)
        made = self._tended(attended)
        if made.rests and not made.withheld:
            self.store.keep_look((TOLD,), self._configuration, self.known.moves)
        else:
            self.store.forget_look(TOLD)
        if not self._read_in_full():
            made = replace(made, births=())
        clocks = ahead(self.store, self.known.now)
        findings = (*made.findings, *found, *copies(self.store), *clocks)
        return replace(made, edits=(*made.edits, *edits), findings=findings)

    def _tended(self, attended: Attended) -> Tended:
        """Answer what the tickets need; nothing is written by lists that are not of now."""
        if not attended.told:
            return Tended()
        lists = Offering(
            store=self.store,
            desk=self.desk,
            configuration=self._configuration,
            now=self.known.now,
        )
        kept = lists.kept()
        made = self._by(lambda: kept, attended) if kept is not None else None
        if kept is not None and made is not None and made.rests and made.doubted:
            made = self._by(partial(lists.with_projects, kept), attended)
        return made if made is not None and made.rests else self._by(lists.anew, attended)

    def _by(self, ask: Callable[[], Offered], attended: Attended) -> Tended:
        statuses = self.watch.registry.watching.statuses
        field_ids = {**self.watch.field_ids, **self.store.field_ids()}
        try:
            seating = Seating.of(ask(), statuses, self.watch.roots, field_ids)
        except (ClientError, NoSeat) as error:
            told = Message("the tickets of signals can't be tended: {why}", {"why": error.message})
            return Tended(findings=(Finding(key="signals", kind=KIND, message=told),))
        return Tending(
            store=self.store,
            desk=self.desk,
            router=self.router,
            catalogue=self.catalogue,
            matrix=self.matrix,
            policy=self.policy,
            item=self.known.item,
            now=self.known.now,
        ).tend(attended, seating)

    def _read_in_full(self) -> bool:
        report: SourceReport | None = self.known.sources.get("redmine")
        return report is not None and report.streams.get("issues", report.health) is Health.OK
