"""Tickets for measures: decisions, stages, approvals, histories and clocks beside them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from itsm_sync.model.approvals import Verdict
from itsm_sync.model.histories import History
from itsm_sync.model.items import Item
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.signals import carried, signal_of
from itsm_sync.model.stages import StageSpan, placed
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.operations.stays import Stays
from itsm_sync.operations.world.common import Telling
from itsm_sync.operations.world.services import Services
from itsm_sync.reports.world import TicketRecord
from itsm_sync.routing.ownership import Holders
from itsm_sync.signals.words.phrases import moment, word, words
from itsm_sync.store import Measured, Store

# A ticket's clocks by its history and its times in stages, as of a moment.
Clocks = Callable[[History, Sequence[StageSpan], datetime], tuple[Standing, ...]]

_PAGE = 500  # tickets gathered at a time
_ISSUE = "redmine:issue/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """Gathers tickets. `names` comes to know what people are called, `bots` whose tickets signals
    opened.
    """

    store: Store
    holders: Holders
    telling: Telling
    stays: Stays
    clocks: Clocks
    at: datetime  # of the clocks
    ticketed: frozenset[int]
    names: dict[int, str] = field(default_factory=dict)
    bots: set[int] = field(default_factory=set)

    def records(self, since: datetime) -> Iterator[TicketRecord]:
        """Answer the tickets that were open from a time on."""
        found = self.store.measured_tickets(since)
        while page := list(islice(found, _PAGE)):
            yield from self._page(page)

    def _page(self, page: list[Measured]) -> Iterator[TicketRecord]:
        told: list[tuple[Measured, Item, Ticket]] = []
        for one in page:
            self._learn(one.item)
            item = self.telling.catalogue.enriched(one.item)
            if one.decided and item.ticket and self.telling.may(item, "ticket"):
                told.append((one, item, item.ticket))
        services = Services(store=self.store, telling=self.telling).of(
            {ticket.id: one for one, _, ticket in told}
        )
        known = self.stays.known({ticket.id: one.linked for one, _, ticket in told})
        for one, item, ticket in told:
            approval = known.approvals.get(ticket.id)
            yield self._record(
                one,
                item,
                ticket,
                service=services[ticket.id],
                spans=known.spans.get(ticket.id, ()),
                history=known.histories.get(ticket.id),
                verdict=approval.approval.verdict if approval else None,
            )

    def _learn(self, item: Item) -> None:
        ticket = item.ticket
        if ticket is None:
            return
        for person in (ticket.author, ticket.assignee):
            if person is not None:
                self.names[person.id] = person.name
        if ticket.id in self.ticketed:
            self.bots.add(ticket.author.id)

    def _record(
        self,
        one: Measured,
        item: Item,
        ticket: Ticket,
        *,
        service: str,
        spans: tuple[StageSpan, ...],
        history: History | None,
        verdict: Verdict | None,
    ) -> TicketRecord:
        facts, once = item.facts, self.telling.once
        now = spans[-1] if spans else None
        process, stage = (now.process, now.stage) if now else (one.process, one.stage)
        row, team = (now.row, now.team) if now else (one.row, one.team)
        holding = self.holders.of(process, one.domain, stage, one.project)
        closed = moment(facts, "closed_at") or ticket.updated_on
        opened_by = carried(ticket.fields.get(FieldName.KEY, ""), item.body)
        return TicketRecord(
            number=ticket.id,
            title=item.title,
            url=item.url,
            place=self.telling.place(process, stage, row, team, service),
            domain=once(one.domain),
            accountable=once(holding.accountable),
            project=once(word(facts, "project")),
            priority=once(word(facts, "priority")),
            status=once(ticket.status.name),
            created_at=item.created_at,
            closed_at=closed if ticket.closed else None,
            due_on=once(word(facts, "due_date")),
            author=ticket.author.id,
            author_team=once(word(facts, "author_team")),
            signal=once(signal_of(opened_by)) if ticket.id in self.ticketed else "",
            rule=once(one.rule),
            sure=one.sure,
            emergency=one.attributes.get("emergency") == "yes",
            approval=holding.approval,
            verdict=verdict,
            spans=tuple(map(self._shared, spans)),
            standings=self._standings(one, item, spans, history),
            history=history,
            related=tuple(_related(words(facts, "relations"))),
        )

    def _standings(
        self, one: Measured, item: Item, spans: tuple[StageSpan, ...], history: History | None
    ) -> tuple[Standing, ...]:
        if history is None:
            return ()
        where = placed(
            spans,
            ticket=history.ticket,
            process=one.process,
            stage=one.stage,
            row=one.row,
            team=one.team,
            since=item.created_at,
        )
        return self.clocks(history, where, self.at)

    def _shared(self, span: StageSpan) -> StageSpan:
        once = self.telling.once
        return StageSpan(
            ticket=span.ticket,
            process=once(span.process),
            stage=once(span.stage),
            row=once(span.row),
            team=once(span.team),
            entered_at=span.entered_at,
            left_at=span.left_at,
        )


def _related(relations: Iterable[str]) -> Iterator[int]:
    """Answer the numbers of the tickets that these relations (`blocks:redmine:issue/3`) name."""
    for relation in relations:
        _, _, key = relation.partition(":")
        number = key.removeprefix(_ISSUE)
        if number.isdigit():
            yield int(number)
