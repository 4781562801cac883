"""Pull: the systems that are due, in parallel; each batch stored with its cursor."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import reduce
from threading import Event, Lock

from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle.due import Due, Timetable
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected, SourceReport
from itsm_sync.model.errors import place
from itsm_sync.model.ports import Memory, Observer, Source
from itsm_sync.model.words import Message
from itsm_sync.store import SourceStanding, Store, StoreError


@dataclass(slots=True)
class Requests:
    """Counts each system's requests in a cycle, as the doors report them."""

    seen: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def saw(self, event: str, /, **details: object) -> None:
        if event in ("http.answered", "http.failed"):
            with self.lock:
                system = str(details.get("system"))
                self.seen[system] = self.seen.get(system, 0) + 1

    def begin(self) -> None:
        """Count from nothing."""
        with self.lock:
            self.seen.clear()

    def added(self, reports: Mapping[str, SourceReport]) -> Mapping[str, SourceReport]:
        """Answer the reports with the number of each source's requests so far."""
        return {
            name: replace(report, requests=self.seen.get(name, 0))
            for name, report in reports.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """What sources are read into, when, and which of them it is the turn of."""

    store: Store
    cycle: Cycle
    observer: Observer
    due: Due = field(default_factory=Due)
    timetable: Timetable = field(default_factory=Timetable)

    def read(self, sources: tuple[Source, ...]) -> Mapping[str, SourceReport]:
        """Read every source that is due; answer how each stands. One that fails never stops
        another.

        Interrupted, each source ends with the batch in hand.

        Raises:
            StoreError: what was read could not be kept.
        """
        asked = [source for source in sources if self.due.asks(source.name)]
        reports = dict(self._asked(asked))
        self.store.keep_standings(reports, self.cycle.started_at)
        stood = {one.source: one for one in self.store.source_standings()}
        told = {}
        for source in sources:
            one = stood.get(source.name)
            report = reports.get(source.name) or _remembered(one)
            told[source.name] = replace(report, stale=one is not None and self._stale(one))
        return told

    def _stale(self, stood: SourceStanding) -> bool:
        since = stood.succeeded_at or stood.first_at
        return self.timetable.stale(stood.source, since, self.cycle.started_at)

    def _asked(self, sources: Sequence[Source]) -> Mapping[str, SourceReport]:
        stop = Event()
        with ThreadPoolExecutor(max_workers=max(1, len(sources))) as pool:
            # A thread has no context of its own: the cycle's id, for one, would not be on its
            # lines.
            tasks = {
                source.name: pool.submit(copy_context().run, self._read, source, stop)
                for source in sources
            }
            try:
                return {name: task.result() for name, task in tasks.items()}
            except BaseException:
                stop.set()
                raise

    def _read(self, source: Source, stop: Event) -> SourceReport:
        self.observer.saw("source.started", source=source.name)
        tally = _Tally()
        try:
            for batch in source.pull(self._memory(source.name)):
                kept = self.store.keep(source.name, batch, self.cycle.id)
                tally.add(batch, kept.unfit)
                self.observer.saw(
                    "source.read", source=source.name, stream=batch.stream, items=tally.items
                )
                if stop.is_set():
                    break
        except ClientError as error:
            tally.failed(error.message)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a source's own fault must not stop the others
            told = place(error)
            tally.failed(Message("the source itself failed: {error}", {"error": told}))
            self.observer.saw("source.crashed", source=source.name, error=type(error).__name__)
        report = tally.report()
        self.observer.saw(
            "source.done",
            source=source.name,
            health=report.health,
            items=report.items,
            error=report.error and str(report.error),
        )
        return report

    def _memory(self, source: str) -> Memory:
        """Answer what a source may know, and what is due of it: where it was not well, or its own
        clock has come as well, more than a hint says.
        """
        health = self.store.stream_health(source)
        well = all(one.health in (Health.OK, Health.OFF) for one in health)
        wanted, now = self.due.streams(source), self.cycle.started_at
        alone = well and source not in self.due.clocked
        turn = self.timetable.turn(source, wanted, health, now, alone=alone)
        return self.store.memory(source, turn)


def _remembered(stood: SourceStanding | None) -> SourceReport:
    """Answer how a source stands that was not asked; one that never was has nothing to tell."""
    if stood is None:
        return SourceReport(health=Health.OFF, asked=False)
    return SourceReport(health=stood.health, error=stood.error, asked=False)


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
