"""Lists without `since`: read newest first, down to where the last pull began (GitHub fact 5)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsm_sync.clients.errors import Missing
from itsm_sync.clients.github import Page, address
from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.items import Item
from itsm_sync.sources.github.alerts import (
    OPEN,
    code_scanning_item,
    dependabot_item,
    secret_scanning_item,
)
from itsm_sync.sources.github.deliveries import deployment_item, release_item, run_item
from itsm_sync.sources.github.grounds import wiki_items
from itsm_sync.sources.github.payloads import SHAPE_ERRORS, Payload, Place, first_moment
from itsm_sync.sources.github.reading import (
    ANEW,
    Cursor,
    Reading,
    number_of,
    segment,
    settled,
)

_LOOKS = 3  # how often a list is read anew because it moved meanwhile
_RUNS_ON = timedelta(days=5)  # GitHub ends a job then; a deployment may stay pending for ever
_SUNK_MOST = 20
_EVER = datetime(1970, 1, 1, tzinfo=UTC)  # an overlap before it is still a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One such list.

    Args:
        name: the stream's, and the middle of a rejected row's key.
        path: below the repository, with its parameters.
        parse: the items of a row (a wiki event has several).
        order: the times that the list is sorted by; the first that is set counts.
        rows_in: the key under which an answer keeps its rows.
        overlap: how far below the last pull's newest row a change is looked for.
        whole: a first read takes open rows of any age.
        running: states that end by themselves; such items are read again when they have sunk
            below the first page.
        finish: asks for what the list does not carry.
        timed: an item's time tells of each change. A release's does not where GitHub's clock was
            put back, for it never is before the publication: its rows are all taken.
        alone: parameters with which a single row is asked for; None: a row has no address.
    """

    name: str
    path: str
    parse: Callable[[Payload, Place], tuple[Item, ...]]
    order: tuple[str, ...]
    rows_in: str = ""
    overlap: timedelta = timedelta(minutes=30)  # more than `sources.clocks.SKEW`
    whole: bool = False
    running: tuple[str, ...] = ()
    finish: Callable[[Reading, Payload], Item] | None = None
    timed: bool = True
    alone: str | None = ""


def read_feed(feed: Feed, reading: Reading) -> Iterator[Batch]:
    """Read what is new. Raises ClientError; what was answered before that is a batch already."""
    cursor = reading.cursor(feed.name)
    where = f"{reading.path}/{feed.path}"
    first = reading.client.page(where, str(cursor.get("etag", "")), rows_in=feed.rows_in)
    if first is None:  # GitHub fact 3: nothing changed
        yield from _sunk(feed, reading, cursor)
        return
    walk = _Walk(feed, reading, cursor)
    for _ in range(_LOOKS):
        yield from walk.down(first)
        # GitHub fact 6: a row that vanished while pages were read has pulled another one up, past
        # us. Where the first page still is what it was, none moved.
        moved = reading.client.page(where, first.etag, rows_in=feed.rows_in) if walk.deep else None
        if moved is None:
            break
        first = moved
    yield walk.end(first)


class _Walk:
    """One pull of one feed: which rows were seen, and what of them is new."""

    def __init__(self, feed: Feed, reading: Reading, cursor: Cursor) -> None:
        self.deep = False
        self._feed, self._reading, self._cursor = feed, reading, cursor
        until = cursor.get("until")
        begin = _EVER if feed.whole else reading.start
        self._newest = max(datetime.fromisoformat(str(until)), _EVER) if until else begin
        self._floor = self._newest - feed.overlap if until else begin
        self._fresh = not cursor or ANEW in cursor
        self._seen: dict[str, Item] = {}
        self._states: dict[str, str] = {}
        self._first_page: dict[str, datetime] = {}
        self._began: dict[str, datetime] = {}
        self._at_first = reading.now  # when the first page was answered

    def down(self, first: Page) -> Iterator[Batch]:
        """Read pages from the newest on, as long as they reach above the floor."""
        self._first_page.clear()
        for number, page in enumerate(
            self._reading.client.pages(first.after, rows_in=self._feed.rows_in, first=first)
        ):
            self.deep = self.deep or number > 0
            self._at_first = self._reading.at(page) if number == 0 else self._at_first
            yield self._batch(page, on_first=number == 0)
            times = [at for row in page.rows if (at := self._at(row)) is not None]
            # A time to come must not hide what is now.
            self._newest = max([*(min(at, self._at_first) for at in times), self._newest])
            if times and times[-1] < self._floor:
                return

    def end(self, first: Page) -> Batch:
        """Answer the batch that moves the cursor, with what had sunk below the pages read."""
        before = self._cursor.get("running", ())
        again = [number for number in before if self._key(number) not in self._states]
        again = again[:_SUNK_MOST]
        items, gone = read_alone(self._feed, self._reading, again)
        self._states |= {item.key: item.state for item in items}
        self._began |= {item.key: item.created_at for item in items}
        since = self._newest - _RUNS_ON if self._feed.running else _EVER
        running = [
            key
            for key, state in self._states.items()
            if state in self._feed.running and self._began[key] >= since
        ]
        cursor = self._reading.marked(
            # What changes twice within a second may leave the list as it was.
            etag=first.etag if self._is_settled() else "",
            at=self._at_first.isoformat(),
            until=self._newest.isoformat(),
            running=[number_of(key) for key in running],
            sunk=[number_of(k) for k in running if k not in self._first_page][:_SUNK_MOST],
        )
        stream = self._reading.stream(self._feed.name)
        return Batch(stream=stream, items=items, gone=gone, cursor=cursor)

    def _is_settled(self) -> bool:
        return all(settled(changed, self._at_first) for changed in self._first_page.values())

    def _key(self, number: object) -> str:
        return self._reading.place.key(f"{segment(self._feed.name)}/{number}")

    def _at(self, row: object) -> datetime | None:
        try:
            return first_moment(row, *self._feed.order)  # type: ignore[arg-type]
        except SHAPE_ERRORS:
            return None

    def _batch(self, page: Page, *, on_first: bool) -> Batch:
        rejected: list[Rejected] = []
        found = list(self._parsed(page, rejected))
        if on_first:
            self._first_page |= {item.key: item.updated_at for _, item in found}
        skip: set[str] = set()
        if not self._fresh and self._feed.timed:
            skip = self._reading.unchanged([item for _, item in found], self._cursor)
        items = []
        for row, item in found:
            if self._seen.get(item.key) == item or not self._recent(item):
                continue
            self._seen[item.key] = item
            self._began[item.key] = item.created_at
            if item.key in skip:
                self._states[item.key] = self._stood(item)
                continue
            try:
                whole = self._feed.finish(self._reading, row) if self._feed.finish else item
            except SHAPE_ERRORS as error:
                rejected.append(self._reading.rejected(self._feed.name, row, error))
                continue
            self._states[item.key] = whole.state
            items.append(whole)
        at = self._at_first.isoformat()
        begun = None if self._cursor else self._reading.marked(begun=True, at=at)
        return Batch(
            stream=self._reading.stream(self._feed.name),
            items=tuple(items),
            rejected=tuple(rejected),
            cursor=begun,
        )

    def _parsed(self, page: Page, rejected: list[Rejected]) -> Iterator[tuple[Payload, Item]]:
        for row in page.rows:
            try:
                items = self._feed.parse(row, self._reading.place)
            except SHAPE_ERRORS as error:
                rejected.append(self._reading.rejected(self._feed.name, row, error))
                continue
            for item in items:
                yield row, item

    def _recent(self, item: Item) -> bool:
        return item.updated_at >= self._reading.start or (self._feed.whole and item.state == OPEN)

    def _stood(self, item: Item) -> str:
        """Answer the state of an unchanged row that `finish` was not asked for."""
        if self._feed.finish is None:
            return item.state
        was = number_of(item.key) in self._cursor.get("running", ())
        return self._feed.running[0] if was else ""


def _sunk(feed: Feed, reading: Reading, cursor: Cursor) -> Iterator[Batch]:
    """Read again what still ran when it sank below the first page, which did not change."""
    items, gone = read_alone(feed, reading, list(cursor.get("sunk", ())))
    ended = {number_of(k) for k in gone}
    ended |= {number_of(item.key) for item in items if item.state not in feed.running}
    moved = None
    if ended:
        left = {name: [n for n in cursor[name] if n not in ended] for name in ("running", "sunk")}
        moved = {**cursor, **left}
    yield Batch(stream=reading.stream(feed.name), items=items, gone=gone, cursor=moved)


def read_alone(
    feed: Feed, reading: Reading, numbers: Iterable[object]
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Read single rows of a feed; answer their items, and the keys of those that are no more."""
    items: list[Item] = []
    gone = []
    path = feed.path.partition("?")[0]
    for number in numbers:
        try:
            page = reading.client.object(f"{reading.path}/{path}/{number}{feed.alone}")
        except Missing:
            gone.append(reading.place.key(f"{segment(feed.name)}/{number}"))
            continue
        for row in page.rows if page else ():
            made = (feed.finish(reading, row),) if feed.finish else feed.parse(row, reading.place)
            items.extend(made)
    return tuple(items), tuple(gone)


def _deployment(reading: Reading, row: Payload) -> Item:
    """Answer a deployment with its latest status (newest first)."""
    where = f"{reading.path}/deployments/{row['id']}/statuses?per_page=1"
    try:
        page = reading.client.page(where)
    except Missing:
        page = None
    return deployment_item(row, reading.place, next(iter(page.rows if page else ()), None))


def _one(parse: Callable[[Payload, Place], Item]) -> Callable[[Payload, Place], tuple[Item, ...]]:
    return lambda row, place: (parse(row, place),)


_CHANGED = {"sort": "updated", "direction": "desc"}
_UNSEEN = {"hide_secret": "true"}  # the secrets themselves stay at GitHub

FEEDS = (
    # Ordered by the commit's date: a release may be published of an old commit.
    Feed(
        name="releases",
        path=address("releases"),
        parse=_one(release_item),
        order=("created_at",),
        timed=False,
    ),
    Feed(
        name="deployments",
        path=address("deployments"),
        parse=_one(deployment_item),
        order=("created_at",),
        running=("pending", "queued", "in_progress", "waiting"),
        finish=_deployment,
    ),
    # GitHub fact 12: a run may be run again later, and filtered lists stop at 1,000: no filter.
    Feed(
        name="runs",
        path=address("actions/runs"),
        parse=_one(run_item),
        order=("created_at",),
        rows_in="workflow_runs",
        overlap=timedelta(days=1),
        running=("queued", "in_progress", "requested", "waiting", "pending"),
    ),
    # GitHub fact 7: no `page` is ever sent; the answer's own links have the cursor.
    Feed(
        name="dependabot",
        path=address("dependabot/alerts", **_CHANGED),
        parse=_one(dependabot_item),
        order=("updated_at", "created_at"),
        whole=True,
    ),
    Feed(
        name="code-scanning",
        path=address("code-scanning/alerts", **_CHANGED),
        parse=_one(code_scanning_item),
        order=("updated_at", "created_at"),
        whole=True,
    ),
    Feed(
        name="secret-scanning",
        path=address("secret-scanning/alerts", **_CHANGED, **_UNSEEN),
        parse=_one(secret_scanning_item),
        order=("updated_at", "created_at"),
        whole=True,
        alone="?hide_secret=true",
    ),
    # A wiki has no API of its own.
    Feed(name="wiki", path=address("events"), parse=wiki_items, order=("created_at",), alone=None),
)
