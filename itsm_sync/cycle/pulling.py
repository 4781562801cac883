"""Pull: systems in parallel, each batch stored with its cursor."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from threading import Event, Lock
from traceback import extract_tb

from itsm_sync.clients.errors import ClientError
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected, SourceReport
from itsm_sync.model.ports import Observer, Source
from itsm_sync.model.words import Message
from itsm_sync.store import Store


@dataclass(slots=True)
class Requests:
    """Counts each system's requests, as the doors report them."""

    seen: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def saw(self, event: str, /, **details: object) -> None:
        if event in ("http.answered", "http.failed"):
            with self.lock:
                system = str(details.get("system"))
                self.seen[system] = self.seen.get(system, 0) + 1

    def added(self, reports: Mapping[str, SourceReport]) -> Mapping[str, SourceReport]:
        """Answer the reports with the number of each source's requests so far."""
        return {
            name: replace(report, requests=self.seen.get(name, 0))
            for name, report in reports.items()
        }


def pull(
    sources: tuple[Source, ...], store: Store, cycle: Cycle, observer: Observer
) -> Mapping[str, SourceReport]:
    """Read every source; answer how each fared. A source that fails never stops another.

    Interrupted, each source ends with the batch in hand.
    """
    stop = Event()
    with ThreadPoolExecutor(max_workers=max(1, len(sources))) as pool:
        # A thread has no context of its own: the cycle's id, for one, would not be on its lines.
        tasks = {
            source.name: pool.submit(
                copy_context().run, _pull, source, store, cycle, observer, stop
            )
            for source in sources
        }
        try:
            return {name: task.result() for name, task in tasks.items()}
        except BaseException:
            stop.set()
            raise


def _pull(
    source: Source, store: Store, cycle: Cycle, observer: Observer, stop: Event
) -> SourceReport:
    observer.saw("source.started", source=source.name)
    tally = _Tally()
    try:
        for batch in source.pull(store.memory(source.name)):
            kept = store.keep(source.name, batch, cycle.id)
            tally.add(batch, kept.unfit)
            observer.saw("source.read", source=source.name, stream=batch.stream, items=tally.items)
            if stop.is_set():
                break
    except ClientError as error:
        tally.failed(error.message)
    except Exception as error:  # noqa: BLE001 - a source's own fault must not stop the others
        told = place(error)
        tally.failed(Message("the source itself failed: {error}", {"error": told}))
        observer.saw("source.crashed", source=source.name, error=type(error).__name__)
    report = tally.report()
    observer.saw(
        "source.done",
        source=source.name,
        health=report.health,
        items=report.items,
        error=report.error and str(report.error),
    )
    return report


def place(error: Exception) -> str:
    """Answer an error's class and place; its text may quote what is private."""
    *_, last = extract_tb(error.__traceback__)
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"


class _Tally:
    """Adds up the batches of one source."""

    def __init__(self) -> None:
        self.items = 0
        self._streams: dict[str, Health] = {}
        self._errors: list[Message] = []
        self._failed = False

    def add(self, batch: Batch, unfit: tuple[Rejected, ...]) -> None:
        self.items += len(batch.items) - len(unfit)
        before = self._streams.get(batch.stream, Health.OK)
        worst = max(before, batch.health, key=_SEVERITY.index)
        self._streams[batch.stream] = worst
        if batch.error is not None and batch.health is not Health.OFF:
            self._errors.append(_of(batch.stream, batch.error))
        if rejected := (*batch.rejected, *unfit):
            self._streams[batch.stream] = max(worst, Health.PARTLY, key=_SEVERITY.index)
            self._errors += [_of(r.key, r.error) for r in rejected[:3]]

    def failed(self, error: Message) -> None:
        self._failed = True
        self._errors.append(error)

    def report(self) -> SourceReport:
        healths = set(self._streams.values()) - {Health.OFF}
        health = Health.OK
        if self._failed or healths == {Health.FAILED}:
            health = Health.FAILED
        elif healths & {Health.FAILED, Health.PARTLY}:
            health = Health.PARTLY
        elif not healths and self._streams:
            health = Health.OFF
        return SourceReport(
            health=health,
            items=self.items,
            error=reduce(_both, self._errors[:5]) if self._errors else None,
            streams=dict(self._streams),
        )


def _both(one: Message, other: Message) -> Message:
    return Message("{one}; {other}", {"one": one, "other": other})


def _of(what: str, error: Message | str) -> Message:
    return Message("{what}: {error}", {"what": what, "error": error})


_SEVERITY = [Health.OK, Health.OFF, Health.PARTLY, Health.FAILED]
