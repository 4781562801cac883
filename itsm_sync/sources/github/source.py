"""The streams of each configured repository, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Forbidden,
    Missing,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.clients.github import GitHubClient, Page
from itsm_sync.model.cycles import Batch, Health, Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.ports import Clock, Memory
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import GitHub
from itsm_sync.sources.github.again import BRANCH, REPOSITORY, read_again, rewound
from itsm_sync.sources.github.conversing import (
    ISSUES,
    OPEN,
    PULLS,
    read_conversations,
    read_vanished,
)
from itsm_sync.sources.github.feeds import FEEDS, read_feed
from itsm_sync.sources.github.grounds import about, repository_item
from itsm_sync.sources.github.payloads import SHAPE_ERRORS, SOURCE, Payload, Place, whole
from itsm_sync.sources.github.reading import Reading, cursor_of
from itsm_sync.sources.github.streams import stream_name

_STREAMS = (REPOSITORY, BRANCH, ISSUES, OPEN, PULLS.name, *(feed.name for feed in FEEDS))
_SWITCHED_OFF = 410  # of the issue list: "Issues are disabled for this repo"
_UNREACHED = 2  # streams in a row that found nobody: GitHub is away, not one address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """A repository's own answer: what is kept of it now, and what was kept before."""

    kept: Payload
    etag: str
    before: Payload | None


class GitHubSource:
    """Reads the configured repositories, serially (GitHub fact 2).

    Args:
        client: the door; also a source's only way to GitHub.
        settings: the repositories, and how far a first read goes back.
        clock: what time it is.
    """

    name = SOURCE

    def __init__(self, client: GitHubClient, settings: GitHub, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def pull(self, memory: Memory) -> Iterator[Batch]:
        """Read what is new, batch by batch, as `model.ports.Source` says.

        Raises:
            Unauthorised, Unreachable: GitHub as a whole can't be read.
            Throttled: the limit concerns the token, so every further stream; what was read stays.
        """
        now = self._clock()
        start = now - timedelta(days=self._settings.history_days)
        try:
            for repository in self._settings.repositories:
                yield from _Pull(self._client, memory, now, start, repository).batches()
        finally:
            self._client.close()

    def rewound(self, memory: Memory, stream: str, since: datetime | None) -> object | None:
        """Answer the cursor from which a stream is read again (`model.ports.Rewinds`)."""
        return rewound(memory.cursor(stream), stream.rpartition("/")[2], since)

    def reread(self, memory: Memory, keys: Sequence[str]) -> Iterator[Batch]:
        """Read single rows again (`model.ports.Rereads`): all but those of a wiki's history."""
        now = self._clock()
        start = now - timedelta(days=self._settings.history_days)
        try:
            for repository in self._settings.repositories:
                prefix = f"{SOURCE}:{repository}/"
                mine = [key for key in keys if key.startswith(prefix)]
                if mine:
                    yield from _Pull(self._client, memory, now, start, repository).again(mine)
        finally:
            self._client.close()


class _Pull:
    """One pull of one repository."""

    def __init__(
        self,
        client: GitHubClient,
        memory: Memory,
        now: datetime,
        start: datetime,
        repository: str,
    ) -> None:
        self._client = client
        self._memory = memory
        self._now = now
        self._start = start.replace(microsecond=0)
        self._repository = repository
        self._unreached = 0

    def batches(self) -> Iterator[Batch]:
        if not self._due(*_STREAMS):
            return
        try:
            ground = self._ground()
        except (Unauthorised, Unreachable, Throttled):
            raise
        except ClientError as error:
            # Nothing of a repository that can't be read is asked; nothing of it closes.
            yield self._failed(REPOSITORY, error)
            return
        reading = self._reading(ground.kept)
        yield self._repository_batch(ground, reading)
        if self._due(BRANCH):
            yield from self._guarded(BRANCH, self._branch(ground, reading))
        if self._due(ISSUES, OPEN, PULLS.name):
            yield from self._conversations(ground, reading)
        for feed in FEEDS:
            if self._due(feed.name):
                yield from self._guarded(feed.name, read_feed(feed, reading))

    def _due(self, *names: str) -> bool:
        """Whether it is the turn of one of these streams."""
        return any(self._memory.due(stream_name(self._repository, name)) for name in names)

    def _conversations(self, ground: _Ground, reading: Reading) -> Iterator[Batch]:
        """Read issues and pull requests; where issues are off, pull requests alone."""
        lost: list[Batch] = []
        for batch in self._guarded(ISSUES, read_conversations(reading), feature=False):
            lost += [batch] if batch.health is not Health.OK else []
            yield batch
        if not lost:
            count = whole(ground.kept, "open_issues_count")
            yield from self._guarded(OPEN, read_vanished(reading, count), feature=False)
        elif all(batch.health is Health.OFF for batch in lost):
            yield from self._guarded(PULLS.name, read_feed(PULLS, reading), feature=False)

    def again(self, keys: Sequence[str]) -> Iterator[Batch]:
        """Read what these keys name; one that GitHub fails at stays set aside."""
        reading = self._reading(self._ground().kept)
        for key in keys:
            try:
                batch = read_again(reading, key)
            except (Unauthorised, Unreachable, Throttled):
                raise
            except ClientError as error:
                told = (Rejected(key=key, error=str(error)),)
                batch = Batch(stream=reading.stream(ISSUES), rejected=told)
            if batch is not None:
                yield batch

    def _ground(self) -> _Ground:
        """Read the repository where it was last; GitHub fact 10: 301 is followed, and told."""
        cursor = cursor_of(self._memory, stream_name(self._repository, REPOSITORY))
        kept = cursor.get("about")
        kept = kept if isinstance(kept, Mapping) else None
        last = _last_name(kept, self._repository)
        etag = str(cursor.get("etag", "")) if kept else ""
        try:
            page = self._client.object(f"/repos/{last}", etag)
        except Missing:
            if last == self._repository:
                raise
            page = self._client.object(f"/repos/{self._repository}")
        if page is None:
            return _Ground(kept=kept or {}, etag=etag, before=kept)
        return _Ground(kept=_about(page), etag=page.etag, before=kept)

    def _reading(self, kept: Payload) -> Reading:
        private = bool(kept["private"])
        return Reading(
            client=self._client,
            memory=self._memory,
            place=Place(repository=self._repository, private=private),
            path=f"/repos/{_last_name(kept, self._repository)}",
            start=self._start,
            now=self._now,
            stamp=f"{kept.get('node_id')}:{'private' if private else 'public'}",
        )

    def _repository_batch(self, ground: _Ground, reading: Reading) -> Batch:
        stream, now = reading.stream(REPOSITORY), str(ground.kept["full_name"])
        told = None
        if now.casefold() != self._repository.casefold():
            told = _renamed(self._repository, now, private=reading.place.private)
        if ground.kept is ground.before:  # 304
            return Batch(stream=stream, error=told)
        protected = reading.cursor(BRANCH).get("protected")
        item = repository_item(ground.kept, reading.place, protected)
        was = ground.before and repository_item(ground.before, reading.place, protected)
        return Batch(
            stream=stream,
            items=() if item == was else (item,),
            cursor={"about": dict(ground.kept), "etag": ground.etag},
            error=told,
        )

    def _branch(self, ground: _Ground, reading: Reading) -> Iterator[Batch]:
        """Read whether the default branch is protected."""
        stream, cursor = reading.stream(BRANCH), reading.cursor(BRANCH)
        branch = str(ground.kept["default_branch"])
        etag = str(cursor.get("etag", "")) if cursor.get("branch") == branch else ""
        page = self._client.object(f"{reading.path}/branches/{branch}", etag)
        if page is None:
            yield Batch(stream=stream)
            return
        protected = bool(page.rows[0].get("protected"))
        item = repository_item(ground.kept, reading.place, protected)
        yield Batch(
            stream=stream,
            items=(item,) if protected != cursor.get("protected") else (),
            cursor=reading.marked(branch=branch, etag=page.etag, protected=protected),
        )

    def _guarded(
        self, name: str, batches: Iterator[Batch], *, feature: bool = True
    ) -> Iterator[Batch]:
        """Let a stream's own trouble be a batch; GitHub fact 8: 403 and 404 are a feature off."""
        try:
            yield from batches
            self._unreached = 0
        except (Unauthorised, Throttled):
            raise
        except (Forbidden, Missing) as error:
            if not feature and error.status != _SWITCHED_OFF:
                yield self._failed(name, error)
                return
            told = Message(
                "is switched off at GitHub, or the token lacks the right ({status})",
                {"status": error.status},
            )
            yield Batch(stream=stream_name(self._repository, name), health=Health.OFF, error=told)
        except Unreachable as error:
            self._unreached += 1
            if self._unreached >= _UNREACHED:
                raise
            yield self._failed(name, error)
        except ClientError as error:
            yield self._failed(name, error)
        except SHAPE_ERRORS as error:  # rows are rejected one by one; this was none of GitHub's
            yield self._failed(name, error)

    def _failed(self, name: str, error: Exception) -> Batch:
        told = (
            error.message
            if isinstance(error, ClientError)
            else Message(
                "GitHub answered something of another shape ({error})",
                {"error": fault(error)},
            )
        )
        return Batch(
            stream=stream_name(self._repository, name),
            health=Health.FAILED,
            error=told,
        )


def _last_name(kept: Payload | None, configured: str) -> str:
    """Answer the name to ask by. A private repository is asked by the one that the settings have,
    at the price of a redirect: paths are told in logs and findings.
    """
    return configured if kept is None or kept["private"] else str(kept["full_name"])


def _renamed(old: str, new: str, *, private: bool) -> Message:
    if private:
        told = Message("{old} has another name now: put it into the settings", {"old": old})
    else:
        params = {"old": old, "new": new}
        told = Message("{old} is called {new} now: put the new name into the settings", params)
    return told


def _about(page: Page) -> Payload:
    try:
        return about(page.rows[0])
    except SHAPE_ERRORS as error:
        told = Message("GitHub answered no repository ({error})", {"error": fault(error)})
        raise Broken(told, system=SOURCE) from None
