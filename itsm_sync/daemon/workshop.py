"""Where the daemon has reports made: by processes of their own, which end with what they made.

Drawing and typesetting fill a process with hundreds of megabytes that never come back; and a cycle
that is due does not wait for a report.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.telling import read_back
from itsm_sync.operations.reporting.timing import Job
from itsm_sync.reports.delivery.parcel import Parcel
from itsm_sync.reports.document import Form
from itsm_sync.store import folders
from itsm_sync.store.folders import Folder

_LONGEST = 1800.0  # seconds for a report
_GRACE = 3.0  # seconds from the wish to end to the end
_ANSWER = "answer.json"
_PREFIX = "itsm-sync-report-"
# What a broken answer can raise while it is read.
_NO_ANSWER = (OSError, KeyError, TypeError, ValueError, AttributeError)


def sweep() -> int:
    """Remove what killed ones left in the making; answer how many."""
    return folders.sweep(Path(tempfile.gettempdir()), _PREFIX)


@dataclass(slots=True, kw_only=True)
class _Work:
    """One report in the making."""

    job: Job
    folder: Folder
    process: subprocess.Popen[bytes]
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of a job: its parcels, or why there are none."""

    job: Job
    parcels: tuple[Parcel, ...] = ()
    why: Message | None = None


@dataclass(slots=True, kw_only=True)
class Workshop:
    """Has reports made, one after the other.

    Args:
        ready: called from another thread when one is made.
    """

    ready: Callable[[], object]
    _work: _Work | None = field(default=None)
    _handed_out: Folder | None = field(default=None)

    @property
    def busy(self) -> bool:
        return self._work is not None

    def begin(self, job: Job, forms: Sequence[Form], configuration: Path) -> None:
        """Have a report made, in these forms, by the configuration of a directory.

        Raises:
            OSError: no process can be had.
        """
        folder = folders.take(Path(tempfile.gettempdir()), _PREFIX)
        try:
            with (folder.path / _ANSWER).open("wb") as answer:
                command = _command(job, forms, configuration, str(folder.path))
                process = subprocess.Popen(  # noqa: S603 - our own program, words of ours
                    command, stdin=subprocess.DEVNULL, stdout=answer, pass_fds=(folder.lock,)
                )
        except BaseException:
            folder.clear()
            raise
        self._work = _Work(job=job, folder=folder, process=process, until=monotonic() + _LONGEST)
        Thread(target=self._wait, args=(process,), name="report", daemon=True).start()

    def finished(self) -> Iterator[Made]:
        """Answer what is made by now; its files go when the next is asked for."""
        work = self._work
        if work is None:
            return
        status = work.process.poll()
        if status is None:
            if monotonic() < work.until:
                return
            self._end(work.process)
        self._work, self._handed_out = None, work.folder
        try:
            yield _made(work.job, status, work.folder.path)
        finally:
            self._clear()

    def close(self) -> None:
        """Leave what is in the making: it is due again. What was handed out goes as well: a signal
        may have come before that.
        """
        self._clear()
        work, self._work = self._work, None
        if work is not None:
            self._end(work.process)
            work.folder.clear()

    def _clear(self) -> None:
        if self._handed_out is not None:
            self._handed_out.clear()
            self._handed_out = None

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self.ready()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(job: Job, forms: Sequence[Form], configuration: Path, folder: str) -> list[str]:
    """Answer the call that makes a report, or the one team's part that is wanted."""
    team = ["--team", job.teams[0]] if len(job.teams) == 1 and job.teams[0] else []
    return [
        sys.executable, "-m", "itsm_sync", "--config", str(configuration), "--json",
        "report", job.name, "--from", job.span.since.isoformat(),
        "--to", job.span.until.isoformat(), "--language", job.language, "--out", folder,
        *team, *(word for form in forms for word in ("--format", form.value)),
    ]  # fmt: skip


def _made(job: Job, status: int | None, folder: Path) -> Made:
    if status is None:
        params = {"minutes": round(_LONGEST / 60)}
        return Made(job=job, why=Message("making it took more than {minutes} minutes", params))
    try:
        answer: dict[str, Any] = json.loads((folder / _ANSWER).read_text(encoding="utf-8"))
        if "error" in answer:
            told = Message("it could not be made: {error}", {"error": str(answer["error"])})
            return Made(job=job, why=told)
        return Made(job=job, parcels=read_back(answer, job.name, job.span, folder))
    except _NO_ANSWER:
        params = {"status": status}
        return Made(job=job, why=Message("making it ended with status {status}", params))
