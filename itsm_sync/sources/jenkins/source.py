"""One controller, read incrementally and gently: one request at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from itsm_sync.clients.errors import ClientError, Missing, Throttled, Unauthorised, Unreachable
from itsm_sync.clients.jenkins import SYSTEM, JenkinsClient
from itsm_sync.model.cycles import Batch, Health, Rejected
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Memory
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Jenkins
from itsm_sync.sources.jenkins.again import Again, rewound
from itsm_sync.sources.jenkins.cursors import Cursor, due, stream_of
from itsm_sync.sources.jenkins.history import History
from itsm_sync.sources.jenkins.jobs import Job, Listing, job_item, list_jobs, selected
from itsm_sync.sources.jenkins.machines import (
    NODES_TREE,
    QUEUE_TREE,
    node_item,
    queue_item,
    read_all,
)
from itsm_sync.sources.jenkins.payloads import Origin, digest

# So many jobs in a row that can't be reached, and the controller went down while we read.
GIVE_UP_AFTER = 3

_Found = list[tuple[Job, bool]]  # the jobs to read, and whether the last listing lacked them


class JenkinsSource:
    """Streams: `jobs`, `nodes`, `queue`, and `builds:<full name>` for each job.

    Where nothing changed a pull asks once each for jobs, nodes and queue, and once for each job
    with a running build. Items that say the same as before are not answered again.

    Args:
        repositories: `owner/name` of those that builds may be linked to; empty: any.
    """

    def __init__(
        self,
        client: JenkinsClient,
        settings: Jenkins,
        name: str,
        *,
        repositories: Collection[str] = (),
    ) -> None:
        self.name = name
        self._client = client
        self._settings = settings
        self._origin = Origin(
            source=SYSTEM,  # what rules ask for; `name` is ours alone
            controller=settings.name,
            url=settings.url,
            repositories=frozenset(repositories),
        )

    def pull(self, memory: Memory) -> Iterator[Batch]:
        """Read jobs, nodes and queue, then the builds of the jobs that have something new.

        Raises ClientError where none of the three can be read, the account is refused, or the
        controller goes away.
        """
        parts = (("jobs", self._jobs), ("nodes", self._nodes), ("queue", self._queue))
        batches: list[Batch] = []
        errors: list[ClientError] = []
        jobs: _Found = []
        for stream, read in parts:
            try:
                batch, found = read(memory)
                jobs += found
            except Unauthorised:
                raise
            except ClientError as error:
                errors.append(error)
                silent = sum(isinstance(e, Unreachable) for e in errors)
                if silent > 1 or (silent and stream == "jobs"):
                    raise  # one silent address is not a controller that is away
                batch = self._failed(stream, error)
            batches.append(batch)
        if len(errors) == len(parts):
            raise errors[0]
        yield from batches
        yield from self._builds(jobs, memory)

    def rewound(self, memory: Memory, stream: str, since: datetime | None) -> object | None:
        """Answer the cursor from which a stream is read again (`model.ports.Rewinds`)."""
        return rewound(memory, stream, since, self._origin)

    def reread(self, memory: Memory, keys: Sequence[str]) -> Iterator[Batch]:
        """Read single builds, jobs, nodes and waiting items again (`model.ports.Rereads`)."""
        history = self._history(memory)
        yield from Again(client=self._client, origin=self._origin, history=history).read(keys)

    def _history(self, memory: Memory) -> History:
        return History(self._client, self._origin, self._settings.history, memory.facts)

    # -- jobs, nodes, queue -------------------------------------------------------------------

    def _jobs(self, memory: Memory) -> tuple[Batch, _Found]:
        listing = list_jobs(self._client, self._origin)
        jobs = [job for job in listing.jobs if selected(job.name, self._settings.jobs)]
        before = _digests(memory.cursor("jobs"))
        if before and not listing.jobs:
            # House: a source that lost its right to see is not a source that is empty.
            text = "Jenkins {controller} lists no jobs, though it had {count}: is a right missing?"
            params = {"controller": self._origin.controller, "count": len(before)}
            error = Message(text, params)
            return Batch(stream="jobs", health=Health.FAILED, error=error), []
        items = [job_item(job, self._origin) for job in jobs]
        listed = {self._origin.key(job.name) for job in listing.jobs}
        kept = before.keys() if listing.errors or listing.rejected else listed
        batch = self._changed("jobs", items, listing.rejected, before, kept)
        found = [(job, self._origin.key(job.name) not in before) for job in jobs]
        return self._with_vanished(batch, listing, memory), found

    def _with_vanished(self, batch: Batch, listing: Listing, memory: Memory) -> Batch:
        """Add the builds of vanished jobs (Jenkins fact 5), and what could not be listed."""
        gone = batch.gone
        if gone:
            builds = _Builds(memory)
            gone += tuple(key for job in batch.gone for key in builds.of(job))
        batch = replace(batch, gone=gone)
        if listing.errors:
            error = self._said("jobs", listing.errors[0])
            batch = replace(batch, health=Health.PARTLY, error=error)
        return batch

    def _nodes(self, memory: Memory) -> tuple[Batch, _Found]:
        found = self._client.get("computer", tree=NODES_TREE).get("computer")
        items, rejected = read_all(found, "node", node_item, self._origin)
        return self._snapshot("nodes", items, rejected, memory), []

    def _queue(self, memory: Memory) -> tuple[Batch, _Found]:
        found = self._client.get("queue", tree=QUEUE_TREE).get("items")
        items, rejected = read_all(found, "queue", queue_item, self._origin)
        return self._snapshot("queue", items, rejected, memory), []

    def _snapshot(
        self, stream: str, items: list[Item], rejected: list[Rejected], memory: Memory
    ) -> Batch:
        before = _digests(memory.cursor(stream))
        kept = before.keys() if rejected else ()
        return self._changed(stream, items, rejected, before, kept)

    def _changed(
        self,
        stream: str,
        items: list[Item],
        rejected: list[Rejected],
        before: dict[str, str],
        kept: Collection[str],
    ) -> Batch:
        """Answer the items that differ from `before`; those neither here nor `kept` are gone."""
        now = {item.key: digest(item) for item in items}
        still = {key: said for key, said in before.items() if key in kept and key not in now}
        return Batch(
            stream=stream,
            items=tuple(item for item in items if before.get(item.key) != now[item.key]),
            cursor=still | now,
            rejected=tuple(rejected),
            gone=tuple(key for key in before if key not in now and key not in kept),
        )

    # -- builds -------------------------------------------------------------------------------

    def _builds(self, jobs: _Found, memory: Memory) -> Iterator[Batch]:
        away = 0
        history, known = self._history(memory), _Builds(memory)
        for job, appeared in jobs:
            stream = stream_of(job)
            # A job that was away for a while had its builds noted as gone: all are read again.
            cursor = None if appeared else Cursor.read(memory.cursor(stream))
            if not due(job, cursor):
                continue
            try:
                yield from history.read(job, cursor, partial(known.of, self._origin.key(job.name)))
                away = 0
            except Unauthorised:
                raise
            except Missing:
                continue  # Jenkins fact 5: the job vanished just now; the next listing tells
            except ClientError as error:
                yield self._failed(stream, error)
                away = away + 1 if isinstance(error, (Unreachable, Throttled)) else 0
                if away == GIVE_UP_AFTER:
                    raise

    def _failed(self, stream: str, error: ClientError) -> Batch:
        return Batch(stream=stream, health=Health.FAILED, error=self._said(stream, error))

    def _said(self, stream: str, error: ClientError) -> Message:
        text = "Jenkins {controller}: {stream} could not be read: {error}"
        params = {"controller": self._origin.controller, "stream": stream, "error": error.message}
        return Message(text, params)


class _Builds:
    """The builds that were stored before this read, by the key of their job; asked for once,
    however many jobs need theirs. What the read itself stores is not missed: it is no build that
    was not read.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of(self, job: str) -> tuple[str, ...]:
        return tuple(self._by_job.get(job, ()))

    @cached_property
    def _by_job(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for build in self._memory.known("build"):
            found.setdefault(_job_key(build), []).append(build)
        return found


def _digests(stored: Any) -> dict[str, str]:
    """Answer a stored cursor of a whole: key to digest."""
    return {str(key): str(said) for key, said in (stored or {}).items()}


def _job_key(build_key: str) -> str:
    """Answer the key of a build's job; a branch's name may have a # of its own."""
    return build_key.rpartition("#")[0]
