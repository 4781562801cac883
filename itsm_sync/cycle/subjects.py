"""All that is known of open tickets, for the planner, which sees neither store nor desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from itsm_sync.cycle.approving import Draft, hear
from itsm_sync.desk.approvals import Meanings
from itsm_sync.desk.planner import replaces, wants_group
from itsm_sync.desk.provenance import Judgement, Ledger, judge, unexplained
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.model.approvals import Approval
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Routing
from itsm_sync.model.signals import Episode
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.routing import Catalogue, Router
from itsm_sync.routing.links import link_words
from itsm_sync.routing.overrule import follow, named
from itsm_sync.signals.asking import asked as as_signal
from itsm_sync.signals.asking import hushed
from itsm_sync.store import Store

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A page of open tickets as they are planned, and the items just as rules were asked.

    `unread` are tickets whose history could not be read: they are left alone. `recognised` are
    values of ours, and nobody's, that the ledger does not know.
    """

    subjects: tuple[Subject, ...] = ()
    asked: tuple[tuple[Item, Routing], ...] = ()
    unread: frozenset[int] = frozenset()
    recognised: Mapping[int, Mapping[FieldName, str]] = field(default_factory=dict)

    def revised(self, tickets: frozenset[int], anew: "Learnt") -> "Learnt":
        """Answer the page with what was learnt anew of these tickets."""
        kept = [subject for subject in self.subjects if subject.ticket.id not in tickets]
        asked = [one for one in self.asked if one[0].ticket and one[0].ticket.id not in tickets]
        recognised = {n: found for n, found in self.recognised.items() if n not in tickets}
        return Learnt(
            subjects=(*kept, *anew.subjects),
            asked=(*asked, *anew.asked),
            unread=self.unread | anew.unread,
            recognised=recognised | dict(anew.recognised),
        )


class Learner:
    """Learns of tickets page by page; what does not depend on the page is asked once."""

    def __init__(
        self,
        *,
        store: Store,
        desk: Desk,
        router: Router,
        catalogue: Catalogue,
        matrix: Matrix,
        policy: Policy,
        meanings: Meanings,
        now: datetime,
    ) -> None:
        self._store = store
        self._desk = desk
        self._router = router
        self._catalogue = catalogue
        self._matrix = matrix
        self._policy = policy
        self._meanings = meanings
        self._overrides = _by_ticket(store.overrides())
        self._rewrites = store.rewrites(now - DAY, now)
        self._episodes: dict[int, Episode] = {}  # by ticket, as far as learnt of
        self._now = now
        self._read: set[int] = set()  # tickets whose history was asked for

    def learn(self, items: Sequence[Item]) -> Learnt:
        """Learn of open tickets; of those whose decisions we would replace, by their histories.

        A person may have chosen just what the ledger says that we wrote.
        """
        learnt = self._learn(items)
        doubted = self._doubted(learnt.subjects)
        if not doubted:
            return learnt
        again = [item for item in items if item.ticket is not None and item.ticket.id in doubted]
        return learnt.revised(doubted, self._learn(again, doubted))

    def _doubted(self, subjects: Iterable[Subject]) -> frozenset[int]:
        """Answer the tickets whose decisions a plan would replace by the ledger's word alone."""
        matrix, policy = self._matrix, self._policy
        unread = [subject for subject in subjects if subject.ticket.id not in self._read]
        wanting = {s.ticket.project.id for s in unread if wants_group(s, matrix, policy)}
        policy = replace(policy, groups=self._desk.groups(wanting, matrix.teams))
        return frozenset(s.ticket.id for s in unread if replaces(s, matrix, policy, self._now))

    def _learn(self, items: Sequence[Item], doubted: frozenset[int] = frozenset()) -> Learnt:
        """Fetch what is stored and, only where needed, histories; judge, decide, follow people."""
        tickets = [item.ticket for item in items if item.ticket is not None]
        ids = [ticket.id for ticket in tickets]
        written = self._store.written(ids)
        self._episodes |= self._store.ticketed(ids)
        histories, unread = self._histories(tickets, written, doubted)
        linked = self._linked(items)
        drafts: dict[int, Draft] = {}
        for item, ticket in zip(items, tickets, strict=True):
            if ticket.id in unread or self._is_unknown(ticket):
                continue
            judgement = self._judged(ticket, written.get(ticket.id, {}), histories.get(ticket.id))
            named_by = linked.get(item.key, ())
            words = link_words(named_by, ticket.created_on)
            asked = self._asked(item, ticket)
            asked = _with(asked, "linked", words) if words else asked
            chosen = self._router.route(self._catalogue.enriched(asked))
            drafts[ticket.id] = Draft(
                asked=asked,
                ticket=ticket,
                judgement=judgement,
                chosen=chosen,
                routing=self._followed(asked, chosen, judgement),
                moved_at=max(
                    (ticket.updated_on, *(i.updated_at for i in linked.get(item.key, ())))
                ),
            )
        heard, unheard = hear(
            drafts.values(),
            histories,
            store=self._store,
            desk=self._desk,
            matrix=self._matrix,
            meanings=self._meanings,
        )
        settled = [
            self._settled(draft, heard.get(number))
            for number, draft in drafts.items()
            if number not in unheard
        ]
        subjects = self._subjects(settled, heard, written)
        return Learnt(
            subjects=subjects,
            asked=tuple((draft.asked, draft.chosen) for draft in settled),
            unread=unread | unheard,
            recognised={s.ticket.id: found for s in subjects if (found := _recognised(s))},
        )

    def _asked(self, item: Item, ticket: Ticket) -> Item:
        """Answer what rules are asked; of a signal's ticket, not the words that we wrote."""
        episode = self._episodes.get(ticket.id)
        return item if episode is None else as_signal(item, episode)

    def _told(self, routing: Routing, ticket: Ticket) -> Routing:
        """Answer a routing as its reason may be told: nothing private of a signal is quoted."""
        episode = self._episodes.get(ticket.id)
        private = episode is not None and episode.audience is Audience.PRIVATE
        return hushed(routing) if private and not ticket.private else routing

    def _is_unknown(self, ticket: Ticket) -> bool:
        """Whether nobody knows any more what a signal's ticket is about: it stays as it is."""
        episode = self._episodes.get(ticket.id)
        return episode is not None and not episode.line

    def _identity(self, ticket: Ticket) -> str:
        episode = self._episodes.get(ticket.id)
        return "" if episode is None else episode.key

    def _histories(
        self,
        tickets: Iterable[Ticket],
        written: Mapping[int, Ledger],
        doubted: frozenset[int],
    ) -> tuple[dict[int, tuple[Journal, ...]], frozenset[int]]:
        """Answer the histories that tell whose a value is, and the tickets that hide theirs."""
        wanted = [
            ticket.id
            for ticket in tickets
            if ticket.id in doubted
            or unexplained(ticket, written.get(ticket.id, {}), self._overrides.get(ticket.id, {}))
        ]
        self._read.update(wanted)
        found = dict(self._desk.histories(sorted(wanted)))
        return found, frozenset(wanted) - frozenset(found)

    def _linked(self, items: Iterable[Item]) -> Mapping[str, tuple[Item, ...]]:
        found = self._store.linked(item.key for item in items)
        return {
            key: tuple(self._catalogue.enriched(item) for item in named_by)
            for key, named_by in found.items()
        }

    def _judged(
        self,
        ticket: Ticket,
        ledger: Ledger,
        history: tuple[Journal, ...] | None,
    ) -> Judgement:
        origin = _origin(ticket, self._store) if history is not None else None
        return judge(
            ticket,
            ledger=ledger,
            known=self._overrides.get(ticket.id, {}),
            history=history or (),
            bot=self._desk.account.id,
            bot_name=self._desk.account.name,
            origin=origin,
            carried=self._store.written([origin.id]).get(origin.id, {}) if origin else {},
        )

    def _settled(self, draft: Draft, approval: Approval | None) -> Draft:
        """Answer the draft as the verdict of those who approve makes it."""
        if approval is None or approval.verdict is None:
            return draft
        asked = _with(draft.asked, "approval", approval.verdict.value)
        chosen = self._router.route(self._catalogue.enriched(asked))
        routing = self._followed(asked, chosen, draft.judgement)
        return replace(draft, asked=asked, chosen=chosen, routing=routing)

    def _followed(self, asked: Item, chosen: Routing, judgement: Judgement) -> Routing:
        """Answer the routing as people's decisions make it, with the evidence of the rules."""
        values = {name: override.value for name, override in judgement.overrides.items()}
        overruled = named(
            self._matrix,
            self._policy.language,
            process=values.get(FieldName.PROCESS),
            team=values.get(FieldName.TEAM),
            role=values.get(FieldName.ROLE),
            approving_team=values.get(FieldName.APPROVING_TEAM),
            held_by=chosen.responsible,
        )
        base = chosen
        if overruled.process not in (None, chosen.process):
            said = {"process": str(overruled.process)}
            base = replace(
                self._router.route(self._catalogue.enriched(asked), said),
                evidence=chosen.evidence,
                alternatives=chosen.alternatives,
                sure=chosen.sure,
            )
        return follow(self._matrix, base, overruled)

    def _subjects(
        self,
        settled: Sequence[Draft],
        heard: Mapping[int, Approval],
        written: Mapping[int, Ledger],
    ) -> tuple[Subject, ...]:
        ids = [draft.ticket.id for draft in settled]
        refusals, watched = self._store.refusals(ids), self._store.watched(ids, self._now)
        return tuple(
            Subject(
                ticket=draft.ticket,
                routing=self._told(draft.routing, draft.ticket),
                chosen=self._told(draft.chosen, draft.ticket),
                judgement=draft.judgement,
                ledger=written.get(draft.ticket.id, {}),
                refusals=refusals.get(draft.ticket.id, {}),
                rewrites=self._rewrites.get(draft.ticket.id, {}),
                approval=heard.get(draft.ticket.id),
                watched=watched.get(draft.ticket.id, {}),
                moved_at=draft.moved_at,
                identity=self._identity(draft.ticket),
            )
            for draft in settled
        )


def _with(item: Item, fact: str, value: str | tuple[str, ...]) -> Item:
    return replace(item, facts={**item.facts, fact: value})


def _recognised(subject: Subject) -> Mapping[FieldName, str]:
    free = subject.judgement.ours | subject.judgement.inherited
    shown = {name: normal(subject.ticket.value(name)) for name in free}
    return {
        name: value
        for name, value in shown.items()
        if name not in subject.ledger or normal(subject.ledger[name].value) != value
    }


def _by_ticket(overrides: Iterable[Override]) -> dict[int, dict[FieldName, Override]]:
    found: dict[int, dict[FieldName, Override]] = {}
    for override in overrides:
        found.setdefault(override.ticket, {})[override.field] = override
    return found


def _origin(ticket: Ticket, store: Store) -> Ticket | None:
    """Answer the ticket that this one was copied from, by relation or by the key it carries."""
    key = ticket.value(FieldName.KEY) or ""
    own = f"redmine:issue/{ticket.id}"
    origin = f"redmine:issue/{ticket.copied_from}" if ticket.copied_from else key
    if not origin or origin == own:
        return None
    item = store.item(origin)
    return item.ticket if item is not None else None
