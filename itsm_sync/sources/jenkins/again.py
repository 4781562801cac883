"""Reading a controller again: where a stream goes back to, and what can be read alone."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.clients.errors import ClientError, Missing, Throttled, Unauthorised, Unreachable
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Memory
from itsm_sync.sources.jenkins.cursors import Cursor, stream_of
from itsm_sync.sources.jenkins.history import History
from itsm_sync.sources.jenkins.jobs import Job, job_item, list_jobs
from itsm_sync.sources.jenkins.machines import (
    NODES_TREE,
    QUEUE_TREE,
    node_item,
    queue_item,
    read_all,
)
from itsm_sync.sources.jenkins.payloads import Origin, moment

BUILDS = "builds:"
# Of a build, or of a part of it that could not be read; a branch may have a # in its name.
_BUILD = re.compile(r"(?P<job>.+)#(?P<number>\d+)@(?P<at>\d+)(?:/[A-Za-z]+)?")


def rewound(memory: Memory, stream: str, since: datetime | None, origin: Origin) -> object | None:
    """Answer the cursor from which a stream is read again.

    Of what stands (jobs, nodes, queue) all is told again, and what is missing is gone.
    """
    stored = memory.cursor(stream)
    if not stream.startswith(BUILDS):
        return dict.fromkeys(stored, "") if isinstance(stored, Mapping) else None
    cursor = Cursor.read(stored)
    if since is None or cursor is None:
        return None
    job = origin.key(stream.removeprefix(BUILDS))
    known = [found for key in memory.known("build") if (found := _BUILD.fullmatch(key))]
    mine = [(int(k["number"]), int(k["at"])) for k in known if k["job"] == job]
    before = [one for one in mine if moment(one[1]) < since and one[0] <= cursor.number]
    if not before:
        return None
    number, at = max(before)
    return replace(cursor, number=number, at=at).stored()


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Reads single things of a controller."""

    client: JenkinsClient
    origin: Origin
    history: History

    def read(self, keys: Sequence[str]) -> Iterator[Batch]:
        """Read what these keys name, each by itself. Raises ClientError."""
        prefix = self.origin.key("")
        builds = {k: m for k in keys if (m := _BUILD.fullmatch(k.removeprefix(prefix)))}
        others = [key for key in keys if key not in builds and "?" not in key]
        machines = (
            ("node", NODES_TREE, "computer", "computer", node_item),
            ("queue", QUEUE_TREE, "queue", "items", queue_item),
        )
        for what, tree, path, rows_in, read in machines:
            mine = [key for key in others if key.startswith(f"{prefix}{what}/")]
            others = [key for key in others if key not in mine]
            if mine:
                rows = self.client.get(path, tree=tree).get(rows_in)
                items, rejected = read_all(rows, what, read, self.origin)
                yield _answer(what, mine, items, rejected)
        if builds or others:
            listing = list_jobs(self.client, self.origin)
            if others and not listing.errors:
                items = [job_item(job, self.origin) for job in listing.jobs]
                yield _answer("jobs", others, items, listing.rejected)
            jobs = {job.name: job for job in listing.jobs}
            for key, build in builds.items():
                job = jobs.get(build["job"])
                if job is not None:
                    yield self._build(key, job, int(build["number"]))
                elif not listing.errors:
                    yield Batch(stream=f"{BUILDS}{build['job']}", gone=(key,))

    def _build(self, key: str, job: Job, number: int) -> Batch:
        try:
            batch = self.history.alone(job, number)
        except (Unauthorised, Unreachable, Throttled):
            raise
        except Missing:  # Jenkins fact 5: discarded
            return Batch(stream=stream_of(job), gone=(key,))
        except ClientError as error:
            told = (Rejected(key=key, error=str(error)),)
            return Batch(stream=stream_of(job), rejected=told)
        return replace(batch, gone=_gone((key,), batch.items, batch.rejected))


def _answer(
    stream: str, keys: Collection[str], items: Iterable[Item], rejected: Iterable[Rejected]
) -> Batch:
    mine = tuple(item for item in items if item.key in keys)
    bad = tuple(one for one in rejected if one.key in keys)
    return Batch(stream=stream, items=mine, rejected=bad, gone=_gone(keys, mine, bad))


def _gone(
    keys: Iterable[str], items: Iterable[Item], rejected: Iterable[Rejected]
) -> tuple[str, ...]:
    """Answer the keys of which nothing is set aside any more, and no item came."""
    named = {item.key for item in items} | {one.key for one in rejected}
    return tuple(key for key in keys if key not in named)
