"""How open tickets stand by the service levels, for the planner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle.deciding import Decided, pages
from itsm_sync.cycle.histories import Histories
from itsm_sync.cycle.naming import nameless, names_of
from itsm_sync.desk.promises import escalation, note_name
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.rights import SET_PRIVATE
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.model.histories import Reading
from itsm_sync.model.lists import Offered
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import KeptNote
from itsm_sync.model.ports import Observer
from itsm_sync.model.resting import rests
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.tickets import Ticket
from itsm_sync.routing.service_levels import Clocks
from itsm_sync.store import Store

_PRIVATE = "private"
# So long Redmine's lists are taken for what they were; a number that they lack is asked for. Less
# long where they lack a name: perhaps it is mended.
LASTING, DOUBTFUL = timedelta(days=1), timedelta(hours=1)


def clocked(
    decided: Decided,
    histories: Histories,
    levels: ServiceLevels | None,
    matrix: Matrix,
    policy: Policy,
) -> Decided:
    """Answer what was decided with how the open tickets stand, once their histories are known.

    Args:
        decided: the open tickets, and closed ones that a backfill names.
        histories: of this cycle.
        levels: what is promised; None: histories are only kept.
        matrix: gives the names.
        policy: how things are said.
    """
    if levels is None:
        for subjects in pages(decided.subjects):
            histories.of([subject.ticket for subject in subjects if not subject.ticket.closed])
    else:
        made = Clockwork(histories=histories, levels=levels, matrix=matrix, policy=policy)
        decided = made.read(decided)
    return replace(decided, unheard=histories.fill())


@dataclass(kw_only=True)
class Clockwork:
    """Asks the clocks of one cycle; they are pure, and this is what they are told.

    `levels` is what is promised, `policy` how things are said.
    """

    matrix: Matrix
    policy: Policy
    levels: ServiceLevels
    histories: Histories
    _since: datetime = field(init=False)  # when this policy came into force here
    _lists: Offered | None = field(default=None, init=False)
    _made: Clocks | None = field(default=None, init=False)

    def read(self, decided: Decided) -> Decided:
        """Answer what was decided with the standings of the open tickets, and what to say of them.

        Without Redmine's lists nothing is known of any.
        """
        digest = blake2b(repr(self.levels).encode(), digest_size=16).hexdigest()
        self._since = self.histories.store.policy_since(digest, self.histories.now)
        found: list[Subject] = []
        for subjects in pages(decided.subjects):
            tickets = [subject.ticket for subject in subjects if not subject.ticket.closed]
            readings = self.histories.of(tickets)
            clocks = self._clocks(tickets)
            found += subjects if clocks is None else self._told(subjects, readings, clocks)
        if not decided.subjects:  # who reads of closed tickets asks for the lists, too
            self._clocks(())
        return replace(decided, subjects=tuple(found))

    def _told(
        self, subjects: Sequence[Subject], readings: Mapping[int, Reading], clocks: Clocks
    ) -> Iterator[Subject]:
        numbers = list(readings)
        spans, kept = (
            self.histories.store.stage_spans(numbers),
            self.histories.store.kept_notes(numbers),
        )
        names: dict[int, set[str]] = {}
        for number, name in kept:
            names.setdefault(number, set()).add(name)
        for subject in subjects:
            number = subject.ticket.id
            if (reading := readings.get(number)) is None:
                yield subject
                continue
            standings = clocks.standings(reading.history, spans.get(number, ()), self.histories.now)
            said = {*reading.notes, *names.get(number, ())}
            notes = tuple(self._escalations(subject, standings, said))
            yield replace(subject, standings=standings, escalations=notes)

    def _escalations(
        self, subject: Subject, standings: Iterable[Standing], said: set[str]
    ) -> Iterator[KeptNote]:
        """Answer the notes that are due: of each clock the largest share that is gone.

        None of a share that was gone before this policy came into force here: of a backlog, or a
        policy that became stricter, the field tells enough.
        """
        for standing in standings:
            share = self._share(standing)
            if share is None or note_name(standing.aim, share) in said:
                continue
            if not self.histories.desk.may_hide_notes(subject.ticket.project.id):
                number = subject.ticket.id
                self.histories.observer.saw("note.withheld", ticket=number, right=SET_PRIVATE)
                continue
            routing = subject.routing
            yield escalation(
                standing,
                share,
                team=self.matrix.teams[routing.responsible].name,
                row=self.matrix.row(routing.row).name,
                language=self.policy.language,
                markup=self.histories.desk.markup(subject.ticket.id),
                zone=self.policy.zone,
            )

    def _share(self, standing: Standing) -> int | None:
        """Answer the share that is to be told of, in percent; none outside business hours."""
        if standing.stopped_at is not None or standing.paused or not standing.in_hours:
            return None
        wanted = {
            int(one.at)
            for one in self.levels.escalations
            if standing.aim in one.aims and one.note == _PRIVATE
        }
        gone = [one for one in standing.reached if one.percent in wanted]
        last = max(gone, key=lambda one: one.percent, default=None)
        return None if last is None or last.at < self._since else last.percent

    def _clocks(self, tickets: Iterable[Ticket]) -> Clocks | None:
        """Answer the clocks, with Redmine's lists as far as these tickets need them."""
        histories = self.histories
        lists = self._lists or known(histories.store, self.levels, histories.now)
        if lists is None or not _names(lists, tickets):
            lists = asked(histories.store, histories.desk, histories.observer, histories.now)
        if lists is None:
            return None
        if lists is not self._lists:
            self._lists = lists
            self._made = Clocks(
                self.levels, names_of(lists, self.levels), self.histories.desk.account.id
            )
        return self._made


def known(store: Store, levels: ServiceLevels, now: datetime) -> Offered | None:
    """Answer Redmine's lists as they are stored; None where they are too old."""
    found = store.offered()
    if found is None:
        return None
    lasting = DOUBTFUL if any(nameless(found, levels)) else LASTING
    return found if rests(found.at, lasting, now) else None


def asked(store: Store, desk: Desk, observer: Observer, now: datetime) -> Offered | None:
    """Ask Redmine for its lists, and keep what it answers; None where it does not."""
    before = store.offered()
    try:
        found = Offered(
            at=now,
            configuration=before.configuration if before else "",
            statuses=tuple(desk.every_status().values()),
            projects=tuple(desk.projects().values()),
            trackers=desk.trackers(),
            priorities=desk.priorities(),
        )
    except ClientError as error:
        observer.saw("lists.unread", error=str(error))
        return None
    return store.keep_offered(found)


def _names(lists: Offered, tickets: Iterable[Ticket]) -> bool:
    """Whether the lists name the statuses and priorities that these tickets have."""
    statuses = {one.id for one in lists.statuses}
    priorities = {one.id for one in lists.priorities}
    return all(
        one.status.id in statuses and (one.priority is None or one.priority.id in priorities)
        for one in tickets
    )
