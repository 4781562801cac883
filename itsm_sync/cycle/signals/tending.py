"""What episodes' tickets need: all that is known of each, for the desk to decide."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsm_sync.cycle.signals.attending import Attended
from itsm_sync.cycle.signals.seating import NoSeat, Seating
from itsm_sync.desk.handover import consulted
from itsm_sync.desk.provenance import Ledger
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.matters import Manner, Matter, Saying, Seat, saying, silent
from itsm_sync.desk.signals.settling import shut_out, with_kin
from itsm_sync.desk.signals.tending import lacks_ticket, tend
from itsm_sync.desk.subject import Policy
from itsm_sync.desk.wording import values
from itsm_sync.model.audience import Kind, Place
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Audience, Fact, Item, worded
from itsm_sync.model.lists import Project
from itsm_sync.model.markup import Markup
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Birth, Edit, KeptNote, Refusal, Watch, Withheld
from itsm_sync.model.routing import Routing
from itsm_sync.model.signals import Episode, Links, Telling
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.model.words import Message
from itsm_sync.routing import Catalogue, Router
from itsm_sync.signals.asking import asked, hushed
from itsm_sync.store import Store

KIND = "cycle.signal"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tended:
    """What the tickets of signals need, and what keeps some from it.

    `doubted`: what may be said on one that is open, or whether it can be written, depends on its
    project as it is now.
    """

    births: tuple[Birth, ...] = ()
    edits: tuple[Edit, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubted: bool = False

    @property
    def rests(self) -> bool:
        """Whether nothing is to be done, and nothing is in the way."""
        return not (self.births or self.edits or self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tending:
    """One cycle's tending of the tickets of signals.

    `groups` answers the group that can be assigned for a team in a project.
    """

    store: Store
    desk: Desk
    router: Router
    catalogue: Catalogue
    matrix: Matrix
    policy: Policy
    item: Callable[[str], Item | None]  # enriched
    now: datetime

    def tend(self, attended: Attended, seating: Seating) -> Tended:
        """Answer births and edits; what can't be is a finding, and stops no other.

        How Redmine marks text up is asked for only where there is something to write.
        """
        told = [(one, telling, self._about(telling)) for one, telling in attended.told]
        room = self._room(attended, seating)
        matters: list[Matter] = []
        findings: dict[str, Finding] = {}
        for episode, telling, items in told:
            try:
                matters.append(self._matter(episode, telling, items, room))
            except NoSeat as error:
                found = _seatless(episode, error)
                findings[found.key] = found
        made = self._made(matters, Markup.NONE)
        if made.births or made.edits:
            made = self._made(matters, self.desk.markup(self.store.newest_ticket()))
        if made.births and self.store.newest_ticket() is None:
            made = replace(made, births=(_first_of_all(made.births[0]),))
        return replace(made, findings=(*findings.values(), *shut_out(matters)))

    def _made(self, matters: Iterable[Matter], markup: Markup) -> Tended:
        policy = self.policy
        manner = Manner(
            language=policy.language,
            markup=markup,
            configuration=policy.configuration,
            zone=policy.zone,
            tries=policy.tries,
        )
        found = [tend(matter, manner, self.now) for matter in matters]
        births = tuple(made for made, _ in found if isinstance(made, Birth))
        coming = frozenset(birth.episode for birth in births)
        edits = (with_kin(made, coming) for made, _ in found if isinstance(made, Edit))
        return Tended(
            births=births,
            edits=tuple(edit for edit in edits if edit is not None),
            withheld=tuple(one for _, left in found for one in left),
            doubted=any(_is_doubted(matter) for matter in matters),
        )

    def _about(self, telling: Telling) -> tuple[Item, ...]:
        """Answer the items whose words the telling has; one that is not there any more is told."""
        found = (self.item(key) for key in telling.about)
        return tuple(item for item in found if item is not None)

    def _room(self, attended: Attended, seating: Seating) -> "_Room":
        keys = [episode.key for episode, _ in attended.told]
        named = (key for _, telling in attended.told for key in telling.related)
        links = self.store.links([*keys, *named])
        numbers = {key: link.ticket for key, link in links.items() if link.ticket is not None}
        mine = [numbers[key] for key in keys if key in numbers]
        return _Room(
            seating=seating,
            links=links,
            numbers=numbers,
            coming=frozenset(key for key in keys if key not in numbers),
            items={i.ticket.id: i for i in self.store.ticket_items(mine) if i.ticket is not None},
            seen=self.store.signal_histories(mine),
            written=self.store.written(mine),
            refusals=self.store.refusals(mine),
            kept=self.store.kept_notes(mine),
            said=self.store.said(keys),
            said_at=self.store.said_at(keys),
            unrelated=self.store.unrelated(self.now - _DAY, mine, until=self.now),
            apart=self.store.unrelated(tickets=mine),
        )

    def _matter(
        self, episode: Episode, telling: Telling, items: tuple[Item, ...], room: "_Room"
    ) -> Matter:
        number = room.numbers.get(episode.key)
        item = room.items.get(number) if number is not None else None
        private = self._private(items)
        project = room.seating.project(telling, items, private)
        seat = room.seating.seat(telling, items, private)
        place = self._place(item, project, room)
        how = _how(episode, items, place, private)
        link = room.links.get(episode.key)
        born = item is None and lacks_ticket(episode, link)
        routing = self._routed(episode, telling, project, seat, room) if born else None
        group = self._group(project, routing)
        if routing is not None and silent(how, group):
            routing = hushed(routing)
        return Matter(
            episode=episode,
            telling=telling,
            seat=replace(seat, group=group),
            saying=how,
            link=link,
            ticket=None if item is None else worded(item, room.seating.priorities),
            shut=item is not None and self._shut(item, room),
            heard=item is None or item.ticket is None or room.heard(item.ticket),
            ledger=room.written.get(number or 0, {}),
            refusals=room.refusals.get(number or 0, {}),
            kept={name: note for (n, name), note in room.kept.items() if n == number},
            said=room.said.get(episode.key, frozenset()),
            said_at=room.said_at.get(episode.key),
            fields=self._fields(routing, episode),
            watchers=self._watchers(project, routing),
            rule=routing.rule if routing else "",
            process=routing.process if routing else "",
            team=routing.responsible if routing else "",
            numbers=room.numbers,
            coming=room.coming,
            related=_related(item) if item is not None else frozenset(),
            unrelated=frozenset(b for a, b in room.unrelated if a == number),
            apart=frozenset(b for a, b in room.apart if a == number),
        )

    def _private(self, items: Iterable[Item]) -> tuple[str, ...]:
        """Answer the projects that may carry what is private of every one of the items."""
        secret = [item for item in items if item.audience is Audience.PRIVATE]
        each = [self.catalogue.private_projects(item) for item in secret]
        return tuple(name for name in (each[0] if each else ()) if all(name in e for e in each))

    def _routed(
        self, episode: Episode, telling: Telling, project: Project, seat: Seat, room: "_Room"
    ) -> Routing:
        """Answer how the ticket will be routed once it is there."""
        facts: dict[str, Fact] = {
            "project": project.identifier,
            "projects": room.seating.path(project),
            "tracker": telling.tracker,
            "status": seat.opened.name,
            "closed": False,
            "private": False,
            "author": self.desk.account.name,
            **({"priority": telling.priority} if telling.priority else {}),
        }
        draft = Item(
            key=episode.key,
            source="redmine",
            kind="issue",
            title="",
            url="",
            state="open",
            created_at=self.now,
            updated_at=self.now,
            facts=facts,
        )
        return self.router.route(self.catalogue.enriched(asked(draft, episode)))

    def _fields(self, routing: Routing | None, episode: Episode) -> Mapping[FieldName, str]:
        if routing is None:
            return {}
        shown = values(self.matrix, routing, self.policy.language)
        return {**shown, FieldName.KEY: episode.key}

    def _group(self, project: Project, routing: Routing | None) -> int | None:
        if routing is None or not self.policy.assign:
            return None
        groups = self.desk.groups([project.id], self.matrix.teams)
        return groups.get((project.id, routing.responsible))

    def _watchers(self, project: Project, routing: Routing | None) -> tuple[Watch, ...]:
        if routing is None or not self.policy.watch:
            return ()
        groups = self.desk.groups([project.id], self.matrix.teams)
        return consulted(routing, project.id, self.matrix, replace(self.policy, groups=groups))

    def _place(self, item: Item | None, project: Project, room: "_Room") -> Place:
        ticket = item.ticket if item is not None else None
        if ticket is not None:
            by_id = {one.id: one for one in room.seating.projects.values()}
            project = by_id.get(ticket.project.id, project)
        return Place(kind=Kind.PROJECT, project=project.identifier, public=project.public)

    def _shut(self, item: Item, room: "_Room") -> bool:
        by_id = {one.id: one for one in room.seating.projects.values()}
        its = by_id.get(item.ticket.project.id) if item.ticket is not None else None
        return its is not None and its.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """What is known of all episodes at once."""

    seating: Seating
    links: Links
    numbers: Mapping[str, int]
    coming: frozenset[str]
    items: Mapping[int, Item]
    seen: Mapping[int, datetime | None]
    written: Mapping[int, Ledger]
    refusals: Mapping[int, Mapping[FieldName, Refusal]]
    kept: Mapping[tuple[int, str], KeptNote]
    said: Mapping[str, frozenset[str]]
    said_at: Mapping[str, datetime]
    unrelated: frozenset[tuple[int, int]]
    apart: frozenset[tuple[int, int]]

    def heard(self, ticket: Ticket) -> bool:
        """Whether the ticket's history was read as it is."""
        return self.seen.get(ticket.id) == ticket.updated_on


def _is_doubted(matter: Matter) -> bool:
    if matter.ticket is None or matter.ticket.closed:
        return False
    return matter.shut or matter.saying is not Saying.WHOLE


def _first_of_all(birth: Birth) -> Birth:
    """Answer the first ticket of a Redmine without any: without words.

    How Redmine marks text up, and the ids of our fields, are told by a ticket alone (Redmine facts
    12 and 32): the next cycle finds this one, completes it and opens the others.
    """
    opening = replace(birth.opening, description=birth.opening.marker)
    return replace(birth, opening=opening, kept=(), note=None)


def _how(episode: Episode, items: tuple[Item, ...], place: Place, private: Sequence[str]) -> Saying:
    """Answer how much may be said; of private items that are no more, as of those that are."""
    found = saying(items, place, private)
    secret = episode.audience is Audience.PRIVATE
    if secret and found is Saying.WHOLE:
        return Saying.PRIVATE if not place.public and place.project in private else Saying.NEUTRAL
    return found


def _related(item: Item) -> frozenset[int]:
    told = item.facts.get("relations", ())
    found = (one.rpartition("/")[2] for one in told) if isinstance(told, tuple) else iter(())
    return frozenset(int(number) for number in found if number.isdecimal())


def _seatless(episode: Episode, error: NoSeat) -> Finding:
    params = {"signal": episode.signal, "why": error.message}
    told = Message("tickets of the signal {signal} can't be opened: {why}", params)
    return Finding(key=f"signal/{episode.signal}/{error}", kind=KIND, message=told)
