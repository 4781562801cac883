"""What was delivered for people's tickets, in one note that is kept up on each. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Prose
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.watching import Deliveries as Section
from itsm_sync.signals.deliveries.delivered import delivered, is_history, tickets_of, went_out
from itsm_sync.signals.deliveries.evidence import evidence
from itsm_sync.signals.deliveries.unapproved import NAME, unapproved
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import moment, word

Say = Callable[[Item, Item], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Records pull requests, builds and deployments on the tickets that they name.

    `say` tells whether an item's words may stand on a ticket.
    """

    section: Section
    zone: tzinfo
    say: Say

    @property
    def name(self) -> str:
        return NAME

    def tickets(self, changed: Iterable[Item], known: Known) -> Iterable[str]:
        """Answer the keys of the tickets whose note these changed items may change."""
        items = list(changed)
        found = [key for item in items for key in _own(item, known)]
        for pull in self._taken_along(items, known):
            found += tickets_of(pull, known)
        return tuple(dict.fromkeys(found))

    def _taken_along(self, items: Iterable[Item], known: Known) -> Iterator[Item]:
        """Answer the pull requests merged not long before one of the deployments among these."""
        deployments = [i for i in items if i.kind == "deployment" and went_out(i)]
        if not deployments:
            return
        back = self.section.forget_after
        for pull in known.items(kind="pull", since=min(d.created_at for d in deployments) - back):
            at, repository = moment(pull.facts, "merged_at"), word(pull.facts, "repository")
            if at is not None and any(
                word(one.facts, "repository") == repository
                and one.created_at - back <= at <= one.created_at
                for one in deployments
            ):
                yield pull

    def record(self, ticket: Item, known: Known) -> Prose:
        """Answer what the note says; nothing where nothing was delivered.

        A ticket closed before deliveries were looked at first is history: nothing is said there.
        """
        if ticket.ticket is None or is_history(ticket, known.baseline(NAME)):
            return ()
        found = delivered(ticket, known)
        if not (found.pulls or found.builds or found.deployments):
            return ()
        approved = known.approved(ticket.key) if self._is_change(ticket) else None
        return evidence(
            found,
            zone=self.zone,
            may_say=lambda item: self.say(item, ticket),
            change=self._is_change(ticket),
            approved=approved,
        )

    def _is_change(self, ticket: Item) -> bool:
        its = ticket.ticket
        names = {normal(name).casefold() for name in self.section.changes}
        told = (its.tracker.name, its.value(FieldName.PROCESS)) if its else ()
        return any(normal(name).casefold() in names for name in told)

    def findings(self, known: Known) -> Iterable[Finding]:
        """Answer the deployments to production that no approved change is behind."""
        return tuple(unapproved(known, self.section))


def _own(item: Item, known: Known) -> tuple[str, ...]:
    """Answer the ticket that an item is, or those that it is a delivery of."""
    return (item.key,) if item.ticket is not None else tickets_of(item, known)
