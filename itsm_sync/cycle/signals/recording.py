"""What is recorded on people's tickets in a note that is kept up, and what that finds wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.matters import Manner
from itsm_sync.desk.signals.remembering import kept_there
from itsm_sync.desk.signals.telling import kept_note
from itsm_sync.desk.subject import Policy, is_pinned
from itsm_sync.model.audience import Kind, Place, may_say
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import Edit, KeptNote
from itsm_sync.routing import Catalogue
from itsm_sync.signals.ports import Known, Records
from itsm_sync.store import Store

PAGE = 500  # items at once
KINDS = ("build", "deployment", "pull", "workflow_run", "issue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayable:
    """Whether an item's words may stand on a ticket (`signals.deliveries.Say`)."""

    desk: Desk
    catalogue: Catalogue

    def __call__(self, item: Item, ticket: Item) -> bool:
        try:
            project = self.desk.projects().get(str(ticket.facts.get("project", "")))
        except ClientError:
            project = None
        if project is None:
            return may_say(item, Place(kind=Kind.PROJECT, ticket=ticket.key), ())
        place = Place(
            kind=Kind.PROJECT,
            project=project.identifier,
            public=project.public,
            ticket=ticket.key,
        )
        return may_say(item, place, self.catalogue.private_projects(item))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One cycle's look at what is recorded."""

    store: Store
    desk: Desk
    catalogue: Catalogue
    policy: Policy
    known: Known
    moves: int  # up to which items have moved
    configuration: str

    def record(self, records: Sequence[Records]) -> tuple[tuple[Edit, ...], tuple[Finding, ...]]:
        """Answer the notes to be written, and what is wrong."""
        edits = tuple(edit for one in records for edit in self._edits(one))
        found = tuple(finding for one in records for finding in one.findings(self.known))
        return edits, found

    def _edits(self, records: Records) -> Iterator[Edit]:
        self.known.baseline(records.name)
        self._look(records)
        markup: Markup | None = None
        for name, key in self.store.due_lines():
            if name != records.name:
                continue
            ticket = self.known.item(key)
            edit = self._edit(records, ticket, Markup.NONE) if ticket is not None else None
            if edit is None:
                self.store.told(name, key)
                continue
            markup = markup or self.desk.markup(self.store.newest_ticket())
            again = self._edit(records, ticket, markup) if ticket is not None else None
            if again is not None:
                yield again

    def _look(self, records: Records) -> None:
        """Note the tickets that news are about; they stay due until their notes say so."""
        news = self.store.unseen(records.name, self.configuration, KINDS)
        while page := list(islice(news, PAGE)):
            items = [self.catalogue.enriched(item) for item in page]
            tickets = tuple(records.tickets(items, self.known))
            self.store.note_records(records.name, tickets)
        self.store.keep_look((records.name,), self.configuration, self.moves)

    def _edit(self, records: Records, ticket: Item | None, markup: Markup) -> Edit | None:
        its = ticket.ticket if ticket is not None else None
        if ticket is None or its is None or its.closed or is_pinned(its):
            return None
        manner = Manner(
            language=self.policy.language, markup=markup, configuration=self.policy.configuration
        )
        told = records.record(ticket, self.known)
        before = self.store.kept_notes([its.id]).get((its.id, records.name))
        note = kept_note(records.name, told, before, manner)
        if note is not None and before is None:
            note = kept_note(records.name, told, self._found(its.id, records.name), manner)
        if note is None:
            return None
        return Edit(ticket=its, key=ticket.key, fields=(), kept=(note,), routed=True)

    def _found(self, ticket: int, name: str) -> KeptNote | None:
        """Answer the note that the history has and nobody remembers, and remember it."""
        history = self.desk.histories([ticket]).get(ticket, ())
        found = kept_there(history, self.desk.account.id).get(name)
        if found is not None:
            self.store.keep_note(ticket, found, self.known.now)
        return found
