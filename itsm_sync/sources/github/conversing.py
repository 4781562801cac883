"""Issues and pull requests: one list, ascending by change, tells which of them to read."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from itsm_sync.clients.errors import Missing
from itsm_sync.clients.github import Page, address
from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.items import Item
from itsm_sync.sources.clocks import wide_from
from itsm_sync.sources.github.conversations import (
    PATHS_KEPT,
    is_pull,
    issue_item,
    pull_item,
    touched,
)
from itsm_sync.sources.github.feeds import Feed
from itsm_sync.sources.github.payloads import SHAPE_ERRORS, Payload, first_moment, whole
from itsm_sync.sources.github.reading import ANEW, OVERLAP, Reading, number_of, settled

ISSUES, OPEN = "issues", "open"
_PULLS = "pulls"  # the list, where issues are switched off
_LOOKS = 3  # at the edge, while rows still arrive
_GITHUB_BEGAN = datetime(2008, 1, 1, tzinfo=UTC)
# A list from a time on is asked for by the same time until it has more rows than this: its ETag
# tells of one address, and another one costs a request.
_MOST_AGAIN = 30
_ONE_BY_ONE = 3  # up to so many changed pull requests are asked for singly, more by the list


def read_conversations(reading: Reading) -> Iterator[Batch]:
    """Read issues and pull requests that changed. Raises ClientError."""
    yield from _Scan(reading).run()


def read_vanished(reading: Reading, open_count: int) -> Iterator[Batch]:
    """Find issues that were deleted or transferred (GitHub fact 10): no list shows them.

    GitHub's count of open issues less ours stays the same while each change is seen. Where it
    does not, the open ones are listed and ours that lack are asked for, one by one. The count is
    older than what was read since, so what is compared with comes from the list.
    """
    known = [*reading.open_keys("issue", "issue"), *reading.open_keys("pull", "pull")]
    cursor = reading.cursor(OPEN)
    if cursor.get("unaccounted") == open_count - len(known):
        return
    # Also before there is a count to compare with: earlier pulls may have been cut short.
    listed = {row.get("number") for page in _open(reading) for row in page.rows}
    lacking = [key for key in known if int(number_of(key)) not in listed]
    gone = [key for key in lacking if _is_gone(reading, number_of(key))]
    ours = {int(number_of(key)) for key in known}
    left = reading.marked(unaccounted=len(listed - ours))
    yield Batch(stream=reading.stream(OPEN), gone=tuple(gone), cursor=left)


def read_conversation(reading: Reading, number: str) -> Item | None:
    """Answer one issue or pull request, read by itself; None: it is no more, or lives elsewhere.

    Raises ClientError, and SHAPE_ERRORS where no item can be made of it.
    """
    try:
        page = reading.client.object(f"{reading.path}/issues/{number}")
        if page is None or page.moved:
            return None
        row = page.rows[0]
        return _Pulls(reading).item(row) if is_pull(row) else issue_item(row, reading.place)
    except Missing:
        return None


def _open(reading: Reading) -> Iterator[Page]:
    where = address(f"{reading.path}/issues", state="open", sort="created", direction="asc")
    return reading.client.pages(where)


def _is_gone(reading: Reading, number: str) -> bool:
    try:
        page = reading.client.object(f"{reading.path}/issues/{number}")
    except Missing:
        return True
    return page is not None and page.moved  # transferred: it lives in another repository


class _Scan:
    """One pull of the list.

    GitHub fact 6: pages by number skip rows when rows move while they are read. So the next page
    begins at the last row's own time (`since`), and the edge is looked at once more.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._before = reading.cursor(ISSUES)
        self._stream = reading.stream(ISSUES)
        self._seen: dict[str, Item] = {}
        self._began_at = reading.now  # by the server's clock, where it tells
        self._fresh = not self._before or ANEW in self._before
        self._wide = not self._before  # whether it goes back far enough for a clock put back
        self._pulls = _Pulls(reading)

    def run(self) -> Iterator[Batch]:
        looks, (since, etag) = 0, self._begin()
        while True:
            page = self._reading.client.page(self._where(since), etag)
            if page is None:
                yield Batch(stream=self._stream)
                return
            if not self._seen:
                self._began_at = self._reading.at(page)
            newest = since
            for part in self._same_second(page, since):
                newest = max(newest, self._newest(part, since))
                yield self._batch(part, cursor=self._cursor(newest))
                page = part
            edge = newest if page.after else max(newest - OVERLAP, self._reading.start)
            if page.after or (edge != since and len(page.rows) > _MOST_AGAIN):
                looks += not page.after
                if looks > _LOOKS:
                    return
                since, etag = edge, ""
                continue
            # An ETag tells of the whole list only where the list is this one page. What changes
            # twice within a second may leave it as it was.
            etag = page.etag if settled(newest, self._reading.at(page)) else ""
            listed = {"listed": since.isoformat()} if etag else {}
            cursor = self._cursor(edge, etag, ended=True, **listed)
            yield Batch(stream=self._stream, cursor=cursor)
            return

    def _begin(self) -> tuple[datetime, str]:
        """Answer where to begin, and the ETag of what was read there."""
        if "since" not in self._before:
            return self._reading.start, ""
        since, told = datetime.fromisoformat(self._before["since"]), self._before.get("wide_at")
        wide_at = datetime.fromisoformat(told) if told else None
        wide = wide_from(since, wide_at, self._reading.now)
        if wide is None:
            etag = str(self._before.get("etag", ""))
            listed = self._before.get("listed") if etag else None
            return (datetime.fromisoformat(listed) if listed else since), etag
        self._wide = True
        return max(wide, self._reading.start), ""

    def _same_second(self, page: Page, since: datetime) -> Iterator[Page]:
        """Answer the page, and those after it while they do not get beyond `since`."""
        yield page
        while page.after and self._newest(page, since) <= since:
            after = self._reading.client.page(page.after)
            if after is None:
                return
            page = after
            yield page

    def _where(self, since: datetime) -> str:
        where = {"state": "all", "sort": "updated", "direction": "asc"}
        if since > _GITHUB_BEGAN:  # GitHub fact 4: `since=1970-01-01` has answered nothing
            where["since"] = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        return address(f"{self._reading.path}/issues", **where)

    def _cursor(
        self, since: datetime, etag: str = "", *, ended: bool = False, **more: str
    ) -> object:
        kept = since if ended else max(since - OVERLAP, self._reading.start)
        wide_at = self._before.get("wide_at")
        if ended and self._wide:
            wide_at = self._reading.now.isoformat()
        told = {"at": self._began_at.isoformat(), "wide_at": wide_at}
        unfinished = {ANEW: True} if self._fresh and not ended else {}
        return self._reading.marked(since=kept.isoformat(), etag=etag, **told, **more, **unfinished)

    def _newest(self, page: Page, since: datetime) -> datetime:
        """Answer the newest time on a page, or `since`; one to come must not hide what is now."""
        times = [since]
        for row in page.rows:
            try:
                times.append(first_moment(row, "updated_at", "created_at"))
            except SHAPE_ERRORS:
                continue
        return max(since, min(max(times), self._reading.at(page)))

    def _batch(self, page: Page, cursor: object) -> Batch:
        rejected: list[Rejected] = []
        rows = list(self._changed(page, rejected))
        self._pulls.expect([row for row, _ in rows if is_pull(row)])
        items: list[Item] = []
        gone: list[str] = []
        for row, _ in rows:
            try:
                items.append(self._item(row))
            except Missing:
                gone.append(self._reading.place.key(f"pull/{row['number']}"))
            except SHAPE_ERRORS as error:
                rejected.append(self._reading.rejected("pull", row, error))
        return Batch(
            stream=self._stream,
            items=tuple(items),
            rejected=tuple(rejected),
            gone=tuple(gone),
            cursor=cursor,
        )

    def _changed(self, page: Page, rejected: list[Rejected]) -> Iterator[tuple[Payload, Item]]:
        """Answer the rows that are not stored as they are, each with a first item of it."""
        found = []
        for row in page.rows:
            try:
                found.append((row, self._preview(row)))
            except SHAPE_ERRORS as error:
                kind = "pull" if isinstance(row, Mapping) and is_pull(row) else "issue"
                rejected.append(self._reading.rejected(kind, row, error))
        same: set[str] = set()
        if not self._fresh:
            same = self._reading.unchanged([item for _, item in found], self._before)
        for row, item in found:
            if item.key not in same and self._seen.get(item.key) != item:
                self._seen[item.key] = item
                yield row, item

    def _preview(self, row: Payload) -> Item:
        place = self._reading.place
        return pull_item(row, place) if is_pull(row) else issue_item(row, place)

    def _item(self, row: Payload) -> Item:
        return self._pulls.item(row) if is_pull(row) else issue_item(row, self._reading.place)


class _Pulls:
    """Reads pull requests again with reviews and touched paths (GitHub fact 5)."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._listed: dict[int, Payload] = {}
        self._floor: datetime | None = None

    def expect(self, rows: list[Payload]) -> None:
        """Read the list of pull requests, once, where many are wanted."""
        if len(rows) <= _ONE_BY_ONE or self._floor is not None:
            return
        self._floor = min(first_moment(row, "updated_at", "created_at") for row in rows)
        where = address(
            f"{self._reading.path}/pulls", state="all", sort="updated", direction="desc"
        )
        for page in self._reading.client.pages(where):
            for row in page.rows:
                self._listed.setdefault(whole(row, "number"), row)
            if page.rows and first_moment(page.rows[-1], "updated_at") < self._floor:
                return

    def item(self, row: Payload) -> Item:
        """Answer the whole item of a row of the issue list. Raises Missing where it is gone."""
        number = whole(row, "number")
        pull = self._listed.get(number)
        if pull is None or pull.get("updated_at") != row.get("updated_at"):
            pull = self._object(number)
            if whole(pull, "number") != number:
                raise ValueError("another pull request came than was asked for")
        return _completed(self._reading, pull)

    def _object(self, number: int) -> Payload:
        page = self._reading.client.object(f"{self._reading.path}/pulls/{number}")
        if page is None:
            raise ValueError("an unconditional read was answered 304")
        return page.rows[0]


def _completed(reading: Reading, pull: Payload) -> Item:
    """Answer a pull request's item with its reviews and touched paths, which are read."""
    where = f"{reading.path}/pulls/{whole(pull, 'number')}"
    reviews = [r for p in reading.client.pages(address(f"{where}/reviews")) for r in p.rows]
    files: list[Payload] = []
    for page in reading.client.pages(address(f"{where}/files")):
        files += page.rows
        if len(files) >= PATHS_KEPT:
            break
    return pull_item(pull, reading.place, reviews, touched(files))


# A repository whose issues are switched off answers 410 for the one list; this is read then.
PULLS = Feed(
    name=_PULLS,
    path=address(_PULLS, state="all", sort="updated", direction="desc"),
    parse=lambda row, place: (pull_item(row, place),),
    order=("updated_at", "created_at"),
    finish=_completed,
)
