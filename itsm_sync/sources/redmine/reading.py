"""Reading the tickets: at first by id, then what is new, by time.

Redmine fact 7: pages by offset lose tickets while people write; pages by key lose none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial

from itsm_sync.clients.redmine import PAGE, RedmineClient
from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Memory
from itsm_sync.sources.clocks import wide_from
from itsm_sync.sources.redmine.asking import (
    Condition,
    Page,
    Row,
    ask,
    number,
    project,
    stamp,
    updated,
)
from itsm_sync.sources.redmine.crew import Crew
from itsm_sync.sources.redmine.items import ISSUE, issue_key
from itsm_sync.sources.redmine.lanes import Lane, passed, shared
from itsm_sync.sources.redmine.place import ANCIENT, SETTLED, Place
from itsm_sync.sources.redmine.projects import MOST_IN_ADDRESS, Tree

ISSUES = "issues"
SECOND = timedelta(seconds=1)
# How far back an edge is looked for that no ticket straddles.
_EDGE = timedelta(minutes=10)
_UNFIT = "a ticket without number, project or time"


class IssueReader:
    """Reads the tickets of one pull; `place` and `tree` are how far it has come.

    Args:
        client: the door.
        make: makes an item of a row, or raises.
        tree: the projects; an unknown one that shows up is looked at and joins.
        place: where the last pull ended.
        overlap: how far a read goes back for late commits.
        now: the time when the pull began.
        readers: how many pages of a first read are asked for at once.
    """

    def __init__(
        self,
        client: RedmineClient,
        make: Callable[[Row, Tree], Item],
        *,
        tree: Tree,
        place: Place,
        overlap: timedelta,
        now: datetime,
        readers: int = 1,
    ) -> None:
        self.tree = tree
        self.place = place
        self._client = client
        self._make = make
        self._overlap = overlap
        self._now = now
        self._readers = readers
        self._wide = False  # whether this pull goes back far enough for a clock that was put back

    def read(self, memory: Memory) -> Iterator[Batch]:
        """Read what is new, batch by batch, each with its cursor; raises ClientError."""
        # A project that is put elsewhere and comes back has to be read anew.
        known = self.place.covered & self.tree.ours
        self.place = replace(self.place, covered=known)
        yield from self._first_reads()
        # After a first read all since its beginning is walked through: no later pull need verify.
        self.place = replace(self.place, verify=self.place.verify or self.place.covered != known)
        yield from self._news(memory)
        yield from self._first_reads()  # of a project that the news made known

    def alone(self, row: Row) -> Batch:
        """Answer one ticket, read by itself: the cursor stays."""
        self.tree = self.tree.grown({project(row)}, self._client.project)
        return replace(self._batch((row,)), cursor=None)

    # -- the first time -----------------------------------------------------------------------

    def _first_reads(self) -> Iterator[Batch]:
        while self._wanted():
            with Crew[Lane, Page](self._readers) as crew:
                while self.place.lanes:
                    self._send(crew)
                    lane, page = crew.next()
                    yield self._read_of(lane, page, crew)

    def _send(self, crew: Crew[Lane, Page]) -> None:
        """Have every reader read."""
        lanes, busy = self.place.lanes, {lane.first for lane in crew.busy}
        if self._readers > 1:
            lanes = shared(lanes, self._readers, self._highest)
            self.place = replace(self.place, lanes=lanes)
        for lane in lanes:
            if lane.first not in busy:
                crew.send(lane, partial(self._page_of, lane))

    def _page_of(self, lane: Lane) -> Page:
        """Ask for a lane's first page; in a thread of its own where there are several readers."""
        first, last = str(lane.first), lane.last
        return ask(
            self._client,
            sort="id",
            issue_id=(">=", first) if last is None else ("><", first, str(last)),
            project_id=("=", *map(str, self.place.cold)),
        )

    def _read_of(self, lane: Lane, page: Page, crew: Crew[Lane, Page]) -> Batch:
        """Note what of a lane was read; let its reader go on meanwhile."""
        upto = None if page.whole else number(page.rows[-1])
        lanes = passed(self.place.lanes, lane, upto)
        self.place = replace(self.place, lanes=lanes)
        if not lanes:
            done = self.place.covered.union(self.place.cold)
            self.place = replace(self.place, covered=done, cold=())
        self._grow(page)
        self._send(crew)
        return self._batch(page.rows, page.unfit)

    def _wanted(self) -> bool:
        """Choose the projects to be read for the first time, before all the cursor of after."""
        if not self.place.cold:
            missing = sorted(self.tree.ours - self.place.covered)[:MOST_IN_ADDRESS]
            if missing and self.place.since is None:
                self.place = replace(self.place, since=self._newest(), wide_at=self._now)
            lanes = (Lane(),) if missing else ()
            self.place = replace(self.place, cold=tuple(missing), lanes=lanes)
        return bool(self.place.cold)

    @cached_property
    def _highest(self) -> int:
        """The highest number of a ticket that is to be read for the first time."""
        scope = ("=", *map(str, self.place.cold))
        rows = ask(self._client, sort="id:desc", limit=1, project_id=scope).rows
        return number(rows[0]) if rows else 0

    def _newest(self) -> datetime:
        page = self._ask(sort="updated_on:desc,id", limit=1, project_id=self.tree.scope())
        return min(page.newest or ANCIENT, self._now)

    # -- what is new --------------------------------------------------------------------------

    def _news(self, memory: Memory) -> Iterator[Batch]:
        """Look at the newest page; walk up through all since then where that does not do."""
        since = self.place.since or ANCIENT
        back = since if self.place.settled else since - self._overlap
        stored = memory.updated_since(ISSUE, back - _EDGE)
        start = _edge(back, set(stored.values()))
        wide = wide_from(since, self.place.wide_at, self._now)
        if wide is not None:
            self._wide = True
            yield from self._walk(min(wide, start))
            return
        if self.place.verify:
            yield from self._walk(start)
            return
        if self.place.settled:
            # From the second after on: what is of that one is stored, and would be answered again.
            start = since + 2 * SECOND
        page = self._ask(
            sort="updated_on:desc,id",
            updated_on=(">=", stamp(start)),
            project_id=self.tree.scope(),
        )
        known = {key for key, at in stored.items() if at >= start}
        known.update(issue_key(number(row)) for row in page.rows)
        if page.whole:
            self._reached(page.newest)
        elif page.total == len(known) and _known_just_so(page.rows[-1], stored):
            # No ticket is unknown, but one below this page may have been changed a second time
            # (among many writes of our own, say): the next pull reads them all.
            self.place = replace(self.place, verify=True)
        else:
            yield from self._walk(start)
            return
        yield self._batch(page.rows, page.unfit)

    def _walk(self, key: datetime) -> Iterator[Batch]:
        """Read all from `key` on, oldest first; a ticket changed meanwhile comes again later."""
        while True:
            page = self._ask(
                sort="updated_on,id",
                updated_on=(">=", stamp(key)),
                project_id=self.tree.scope(),
            )
            newest = page.newest or key
            if page.whole:
                self._reached(newest)
                yield self._batch(page.rows, page.unfit)
                return
            if newest <= key:
                yield from self._crowd(key)
                newest = key + SECOND
            self._advance(newest)
            yield self._batch(page.rows, page.unfit)
            key = newest

    def _crowd(self, key: datetime) -> Iterator[Batch]:
        """Read a second that more than a page of tickets share, by id.

        `>=T` begins after T - 1 s, and fractions that Redmine does not show decide the order
        within a second (Redmine fact 5), so that ids there are in no order.
        """
        first = 1
        while True:
            page = self._ask(
                sort="id",
                updated_on=("><", stamp(key), stamp(key + SECOND)),
                issue_id=(">=", str(first)),
                project_id=self.tree.scope(),
            )
            yield self._batch(page.rows, page.unfit)
            if page.whole:
                return
            first = number(page.rows[-1]) + 1

    def _advance(self, newest: datetime) -> None:
        # A ticket from the future must not keep those of the present from being read.
        since = max(self.place.since or ANCIENT, min(newest, self._now))
        if since != self.place.since:
            self.place = replace(self.place, since=since, settled=False)

    def _reached(self, newest: datetime | None) -> None:
        """Note that all up to now has been read."""
        self._advance(newest or ANCIENT)
        settled = self._now - (self.place.since or ANCIENT) > SETTLED
        wide_at = self._now if self._wide else self.place.wide_at
        self.place = replace(self.place, settled=settled, verify=False, wide_at=wide_at)

    # -- pages and batches --------------------------------------------------------------------

    def _ask(self, *, sort: str, limit: int = PAGE, **conditions: Condition) -> Page:
        page = ask(self._client, sort=sort, limit=limit, **conditions)
        self._grow(page)
        return page

    def _grow(self, page: Page) -> None:
        self.tree = self.tree.grown({project(row) for row in page.rows}, self._client.project)

    def _batch(self, rows: Iterable[Row], unfit: Iterable[object] = ()) -> Batch:
        ours = self.tree.ours
        items = []
        rejected = [Rejected(key=issue_key("?"), error=_UNFIT) for _ in unfit]
        for row in rows:
            if project(row) not in ours:
                continue
            try:
                items.append(self._make(row, self.tree))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                rejected.append(Rejected(key=issue_key(number(row)), error=fault(error)))
        return Batch(
            stream=ISSUES,
            items=tuple(items),
            cursor=self.place.written(),
            rejected=tuple(rejected),
        )


def _known_just_so(row: Row, stored: Mapping[str, datetime]) -> bool:
    """Whether the ticket is stored with that time: news, then, seem to end above it."""
    return stored.get(issue_key(number(row))) == updated(row)


def _edge(back: datetime, seconds: set[datetime]) -> datetime:
    """Answer the latest start up to `back` at which the server's count and ours can be compared.

    `>=T` counts what stands between T - 1 s and T as well, whose fraction Redmine does not show
    (Redmine fact 5): there must be none.
    """
    start = back
    while start - SECOND in seconds and back - start < _EDGE:
        start -= SECOND
    return start
