"""The builds of one job, read from where the last pull left off."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from itsm_sync.clients.errors import Broken, Missing
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Item
from itsm_sync.model.words import Message
from itsm_sync.sources.jenkins.builds import BUILD_TREE, build_item, build_key, is_running
from itsm_sync.sources.jenkins.cursors import PAGE, Cursor, Owed, stream_of
from itsm_sync.sources.jenkins.failures import TRIES, Depth, Failures, Recall, Told, told_of
from itsm_sync.sources.jenkins.jobs import Job
from itsm_sync.sources.jenkins.payloads import SHAPE_ERRORS, Origin, Payload, digest, named

# Jenkins fact 3: pages go by position. Builds discarded in between move it by their number.
OVERLAP = 10

Known = Callable[[], Iterable[str]]  # answers the keys of the job's stored builds


class History:
    """Reads jobs' builds in one pull.

    Args:
        limit: how many builds of a job are read where there is no cursor.
        recall: what is known of builds that are read again.
    """

    def __init__(self, client: JenkinsClient, origin: Origin, limit: int, recall: Recall) -> None:
        self._client = client
        self._origin = origin
        self._limit = limit
        self._failures = Failures(client, recall)

    def read(self, job: Job, cursor: Cursor | None, known: Known) -> Iterator[Batch]:
        """Read what is new, newest first, and what was running; the last batch has the cursor.

        Raises ClientError; what was yielded before stays good, the cursor has not moved.
        """
        # Jenkins fact 4: a job made anew begins at 1 again; its old builds are no more.
        if cursor and job.next_number < cursor.following:
            yield from self._anew(job, known)
            return
        reading = self._reading(job, cursor)
        for page in self._pages(job, cursor):
            if cursor and _other_epoch(page, cursor):
                yield from self._anew(job, known)
                return
            yield from reading.flush()
            reading.take(page)
            if reading.reached():
                break
        if reading.is_unsure() and reading.contradicts(known()):
            yield from self._anew(job, known)
            return
        reading.follow_up()
        newest = job.last[0] if job.last else 0
        if cursor and newest < cursor.number:
            reading.discard_unread(known(), above=newest)
        elif cursor is None:
            # An earlier first read may have been cut short, and the job been made anew since.
            reading.discard_unread(known(), above=reading.lowest(self._limit) - 1)
        yield reading.batch(reading.cursor())

    def alone(self, job: Job, number: int) -> Batch:
        """Read one build by itself, with all that it tells; the cursor stays. Raises ClientError.

        Missing: it was discarded.
        """
        reading = self._reading(job, None)
        reading.take_whole(self._client.get(f"{job.path}/{number}", tree=BUILD_TREE))
        return reading.batch(None)

    def _reading(self, job: Job, cursor: Cursor | None) -> "_Reading":
        return _Reading(self._client, self._failures, job, self._origin, cursor)

    def _anew(self, job: Job, known: Known) -> Iterator[Batch]:
        reading = self._reading(job, None)
        for page in self._pages(job, None):
            yield from reading.flush()
            reading.take(page)
        reading.discard_unread(known(), above=0)
        yield reading.batch(reading.cursor())

    def _pages(self, job: Job, cursor: Cursor | None) -> Iterator[list[Any]]:
        """Answer pages newest first; without a cursor, `limit` builds at most."""
        start, seen = 0, set[int]()
        end = min(PAGE, self._limit) if cursor is None else cursor.reach(job)
        while True:
            tree = f"allBuilds[{BUILD_TREE}]{{{start},{end}}}"
            page = self._client.get(job.path, tree=tree).get("allBuilds")
            if not isinstance(page, list):  # Jenkins fact 13: a failed read is never "no builds"
                told = Message("Jenkins answered no list of builds of {job}", {"job": job.name})
                raise Broken(told, system="jenkins")
            numbers = {n for build in page if (n := _number(build)) is not None}
            if start and page and not (numbers & seen):
                told = Message("the builds of {job} moved while read", {"job": job.name})
                raise Broken(told, system="jenkins")
            yield page
            seen |= numbers
            if len(page) < end - start or (cursor is None and end >= self._limit):
                return
            start = max(start + 1, end - OVERLAP)
            end = start + PAGE if cursor else min(start + PAGE, self._limit)


def _other_epoch(page: list[Any], cursor: Cursor) -> bool:
    """Whether a number that the cursor has belongs to a build of another time (Jenkins fact 4)."""
    times = {cursor.number: cursor.at}
    times |= {number: owed.at for number, owed in cursor.owed.items()}
    times |= {number: at for number, (at, _) in cursor.running.items()}
    return any(
        (number := _number(build)) in times and build.get("timestamp") not in (None, times[number])
        for build in page
    )


def _number(build: Any) -> int | None:
    number = build.get("number") if isinstance(build, dict) else None
    return number if isinstance(number, int) else None


class _Reading:
    """One job's builds while they are read."""

    def __init__(
        self,
        client: JenkinsClient,
        failures: Failures,
        job: Job,
        origin: Origin,
        cursor: Cursor | None,
    ) -> None:
        self._client = client
        self._failures = failures
        self._depth = Depth(first=cursor is None)
        self._job = job
        self._origin = origin
        self._before = cursor
        self._newest_before = cursor.number if cursor else 0
        self._ran = dict(cursor.running) if cursor else {}
        self._owed = dict(cursor.owed) if cursor else {}
        self._floor = cursor.floor(job) if cursor else 0
        self._items: list[Item] = []
        self._rejected: list[Rejected] = []
        self._gone: list[str] = []
        self._seen: set[int] = set()
        self._read: dict[int, int] = {}  # number to timestamp
        self._running: dict[int, tuple[int, str]] = {}
        self._owing: dict[int, Owed] = {}
        self._keys: set[str] = set()

    def take(self, page: list[Any]) -> None:
        """Make items of a page's builds that are new, ran when last seen, or are owed."""
        for build in page:
            number = _number(build)
            if number in self._seen:
                continue  # Jenkins fact 3: it stood on the page before
            if number is not None:
                self._seen.add(number)
            if number is None or number > self._newest_before or self._awaits(number):
                self._take(build)
            else:
                self._read[number] = build.get("timestamp") or 0

    def take_whole(self, build: Payload) -> None:
        """Make an item of a build, whose failure is looked into whatever is known of it."""
        try:
            item = build_item(build, self._job, self._origin)
        except SHAPE_ERRORS as error:
            self._reject(f"#{named(build, 'number')}@{named(build, 'timestamp')}", fault(error))
            return
        told = self._failures.read(self._job, build, deep=Depth(first=False).reaches(build))
        for part, trouble in told.faults.items():
            self._reject(f"#{build['number']}@{build['timestamp']}/{part}", trouble)
        known = told_of(self._failures.recall(item.key))
        self._items.append(replace(item, facts={**known, **told.facts, **item.facts}))

    def _awaits(self, number: int) -> bool:
        return number in self._ran or number in self._owed

    def _take(self, build: Payload) -> None:
        try:
            item = build_item(build, self._job, self._origin)
        except SHAPE_ERRORS as error:
            self._reject(f"#{named(build, 'number')}@{named(build, 'timestamp')}", fault(error))
            return
        number, at = build["number"], build["timestamp"]
        self._read[number] = at
        self._keys.add(item.key)
        before, now = self._ran.pop(number, None), (at, digest(item))
        if is_running(build):  # Jenkins fact 6: to be read again until it has a result
            self._running[number] = now
        told = self._told(build, item.key)
        if self._is_news(number, at, told) and before != now:
            self._items.append(replace(item, facts={**told.facts, **item.facts}))

    def _told(self, build: Payload, key: str) -> Told:
        """Answer what a build tells beside its payload: nothing of that is read twice.

        Jenkins may have forgotten it by now, and a first look is not as deep as those after it.
        """
        deep = self._depth.reaches(build)
        known = self._failures.recall(key)
        if build["number"] in self._owed or known.get("building", True):
            return self._failures.read(self._job, build, deep=deep)
        return Told(facts=told_of(known))

    def _is_news(self, number: int, at: int, told: Told) -> bool:
        """Note what is missing, and answer whether an item made now knows more than the last one.

        What was read of the build earlier is not here any more: it must not be lost.
        """
        for part, error in told.faults.items():
            self._reject(f"#{number}@{at}/{part}", error)
        owed = self._owed.pop(number, None)
        owed = owed if owed and owed.at == at else None
        tries = (owed.tries if owed else 0) + bool(told.faults)
        if told.missing and tries < TRIES:
            self._owing[number] = Owed(at=at, tries=tries, missing=told.missing)
        if owed is None:
            return True
        read = [part for part in owed.missing if part not in told.missing]
        # What was set aside and is read now is set aside no more.
        self._gone += (self._key(f"#{number}@{at}/{part}") for part in read)
        return bool(read) and set(told.missing) < set(owed.missing)

    def _reject(self, rest: str, error: str) -> None:
        self._rejected.append(Rejected(key=self._key(rest), error=error))

    def _key(self, rest: str) -> str:
        return self._origin.key(f"{self._job.name}{rest}")

    def reached(self) -> bool:
        """Whether the pages came down to what was read before."""
        return self._before is not None and min(self._seen, default=0) <= self._floor

    def is_unsure(self) -> bool:
        """Whether the newest build of before is not there to tell that the job is the same."""
        return self._before is not None and self._newest_before not in self._seen

    def contradicts(self, known: Iterable[str]) -> bool:
        """Whether a build on the pages began at another time than the stored one of its number."""
        stored: dict[int, set[int]] = {}
        for key in known:
            number, _, at = key.rpartition("#")[2].partition("@")
            stored.setdefault(int(number), set()).add(int(at))
        old = (number for number in self._read if number <= self._newest_before)
        return any(
            self._read[number] and self._read[number] not in stored[number]
            for number in old
            if number in stored
        )

    def lowest(self, limit: int) -> int:
        """Answer the lowest number read, 1 where fewer than `limit` are all there are."""
        return min(self._seen) if len(self._seen) >= limit else 1

    def follow_up(self) -> None:
        """Ask one by one for builds that ran or are owed and stood on no page.

        One that is gone is discarded. Jenkins fact 5: gone is not fixed; nothing is known of how
        it ended.
        """
        for number, at in self._awaited().items():
            try:
                build = self._client.get(f"{self._job.path}/{number}", tree=BUILD_TREE)
            except Missing:
                self._gone.append(build_key(self._origin, self._job.name, number, at))
                continue
            if build.get("timestamp") not in (None, at):  # Jenkins fact 4: another one's now
                self._gone.append(build_key(self._origin, self._job.name, number, at))
            self._take(build)
            # It could not be read: ask again next time.
            if ran := self._ran.pop(number, None):
                self._running[number] = ran
            if owed := self._owed.pop(number, None):
                self._owing[number] = owed

    def _awaited(self) -> dict[int, int]:
        owed = {number: owed.at for number, owed in self._owed.items()}
        return owed | {number: at for number, (at, _) in self._ran.items()}

    def discard_unread(self, known: Iterable[str], above: int) -> None:
        """Note as gone the stored builds with a number beyond `above` that were not read now."""
        for key in known:
            number = int(key.rpartition("#")[2].partition("@")[0])
            if number > above and key not in self._keys:
                self._gone.append(key)

    def cursor(self) -> Cursor:
        """Answer how far the builds are read now."""
        newest = max(self._read, default=0)
        if not newest and self._before and self._job.last:
            newest, at = self._before.number, self._before.at
        else:
            at = self._read.get(newest, 0)
        return Cursor(
            number=newest,
            at=at,
            # the list of jobs was asked for earlier: builds may have begun since
            following=max(self._job.next_number, newest + 1),
            running=self._running,
            owed=self._owing,
        )

    def flush(self) -> Iterator[Batch]:
        """Hand over what is read so far; the cursor stays, for older builds are still to come."""
        if self._items:
            yield self.batch(None)

    def batch(self, cursor: Cursor | None) -> Batch:
        batch = Batch(
            stream=stream_of(self._job),
            items=tuple(self._items),
            rejected=tuple(self._rejected),
            gone=tuple(dict.fromkeys(self._gone)),
            cursor=cursor.stored() if cursor else None,
        )
        self._items, self._rejected, self._gone = [], [], []
        return batch
