"""resync: a source read again from the beginning, or from a time; writes nothing to Redmine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from itsm_sync.cycle import Road
from itsm_sync.cycle.pulling import Pull
from itsm_sync.locale import say
from itsm_sync.model.cycles import Cycle, Health, SourceReport
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.ports import Rewinds, Source
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.cycles import ending
from itsm_sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Resynced:
    """What a source told again: its streams that went back, and what of it was news."""

    source: str
    streams: tuple[str, ...]
    report: SourceReport
    changed: int
    gone: int
    resolved: int

    @property
    def complete(self) -> bool:
        """Whether the source could be read in full."""
        return self.report.health in (Health.OK, Health.OFF)


def resync(
    road: Road, cycle: Cycle, name: str, stream: str | None = None, since: datetime | None = None
) -> Resynced:
    """Forget how far a source (or one stream of it) was read, and read it again.

    Args:
        road: the sources and the store.
        cycle: in whose name it is read.
        name: the source's.
        stream: this one alone; None: all.
        since: what changed from then on is enough; None: all there is.

    Raises:
        ConfigurationError: no source or stream has this name.
        Busy: another cycle is at work.
    """
    source = _source(road.sources, name)
    store = road.store
    streams = _streams(store, name, stream)
    with store.exclusive():
        store.begin(cycle)
        store.rewind(name, _back(source, store, streams, since))
        with ending(road, cycle):
            reading = Pull(store=store, cycle=cycle, observer=road.observer)
            report = reading.read((source,))[name]
        well = (Health.OK, Health.PARTLY)
        whole = [one for one in streams if since is None and report.streams.get(one) in well]
        news = store.news_of(cycle.id)
        resynced = Resynced(
            source=name,
            streams=streams,
            report=road.requests.added({name: report})[name],
            changed=news.changed,
            gone=news.gone,
            resolved=store.resolve_unseen(name, whole, cycle.id),
        )
        store.finish(cycle.id, road.clock(), {"resync": as_json(resynced)})
    return resynced


def _source(sources: Iterable[Source], name: str) -> Source:
    known = {source.name: source for source in sources}
    if name not in known:
        told = Message("no source has this name; there are: {names}", {"names": ", ".join(known)})
        raise ConfigurationError([Problem(file=f"--source {name}", path=(), text=told)])
    return known[name]


def _streams(store: Store, source: str, stream: str | None) -> tuple[str, ...]:
    known = tuple(one.stream for one in store.stream_health() if one.source == source)
    if stream is None:
        return known
    if stream not in known:
        told = Message(
            "no stream of {source} has this name; there are: {names}",
            {"source": source, "names": ", ".join(known)},
        )
        raise ConfigurationError([Problem(file=f"--stream {stream}", path=(), text=told)])
    return (stream,)


def _back(
    source: Source, store: Store, streams: Iterable[str], since: datetime | None
) -> Mapping[str, object | None]:
    """Answer the streams' cursors; one that a source can't take back is forgotten."""
    memory = store.memory(source.name)
    if not isinstance(source, Rewinds):
        return dict.fromkeys(streams)
    return {stream: source.rewound(memory, stream, since) for stream in streams}


def as_json(resynced: Resynced) -> dict[str, Any]:
    """Answer what was read in the words of `resync --json`."""
    report = resynced.report
    return {
        "source": resynced.source,
        "streams": list(resynced.streams),
        "status": report.health,
        "items": report.items,
        "requests": report.requests,
        "changed": resynced.changed,
        "gone": resynced.gone,
        "resolved": resynced.resolved,
        "error": report.error and say(report.error, "en"),
    }


def show(resynced: Resynced, console: Console, language: Language) -> None:
    """Print what was read, for people."""
    report = resynced.report
    told = Message(
        "{source}: {items} items read again from {streams} streams with {requests} requests;"
        " {changed} were put right, {gone} are gone, {resolved} dead letters are resolved",
        {
            "source": resynced.source,
            "items": report.items,
            "streams": len(resynced.streams),
            "requests": report.requests,
            "changed": resynced.changed,
            "gone": resynced.gone,
            "resolved": resynced.resolved,
        },
    )
    console.print(Text(say(told, language)), soft_wrap=True)
    if report.error is not None:
        console.print(Text(say(report.error, language), style="yellow"), soft_wrap=True)
