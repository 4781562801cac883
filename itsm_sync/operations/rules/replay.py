"""rules replay: whether every decision of the history comes out again as it was made."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.ports import Observer
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.rules.past import Deciders, deciders
from itsm_sync.settings import Inspect
from itsm_sync.store import KeptRouting, Store

PAGE = 500  # decisions in memory at a time
_COMPARED = tuple(part.name for part in fields(Routing) if part.name != "tried")


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A decision that does not come out again: what was kept, and what comes out now.

    `values` has both by the name of what differs; it is empty where the facts were changed.
    """

    kept: KeptRouting
    why: Message
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A configuration that can't be made anew, and how many decisions were made of it."""

    configuration: str
    decisions: int
    error: ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How a history came out again. `not_kept` were decided before facts were kept."""

    configurations: int
    equal: int
    not_kept: int
    differing: tuple[Differing, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def decisions(self) -> int:
        """How many decisions the history has."""
        lost = sum(one.decisions for one in self.unreadable)
        return self.equal + self.not_kept + len(self.differing) + lost

    @property
    def good(self) -> bool:
        """Whether nothing came out otherwise."""
        return not self.differing and not self.unreadable


def replay(store: Store, inspect: Inspect, observer: Observer) -> Replayed:
    """Decide the whole history anew, from the facts and configurations kept with it.

    One configuration is in memory at a time, each is made once.

    Args:
        store: where history is kept.
        inspect: as of `settings.load`.
        observer: is told how many decisions came out, page by page.
    """
    names = store.decided_under()
    count: Counter[str] = Counter()
    differing: list[Differing] = []
    unreadable: list[Unreadable] = []
    for name in names:
        history = store.history_under(name)
        try:
            then = deciders(store, name, inspect)
        except ConfigurationError as error:
            lost = sum(1 for _ in history)
            unreadable.append(Unreadable(configuration=name, decisions=lost, error=error))
            continue
        while page := list(islice(history, PAGE)):
            for answer in _again(store, then, page):
                if isinstance(answer, Differing):
                    differing.append(answer)
                else:
                    count[answer] += 1
            observer.saw("replay.decided", decisions=len(page))
    return Replayed(
        configurations=len(names),
        equal=count[_EQUAL],
        not_kept=count[_NOT_KEPT],
        differing=tuple(differing),
        unreadable=tuple(unreadable),
    )


_EQUAL, _NOT_KEPT = "equal", "not kept"


def _again(store: Store, then: Deciders, page: Sequence[KeptRouting]) -> Iterator[Differing | str]:
    """Answer for each decision what differs, or that it is equal or its facts are not kept."""
    facts = store.facts(kept.facts for kept in page)
    for kept in page:
        asked = facts.get(kept.facts)
        if kept.facts not in facts:
            yield _NOT_KEPT
        elif asked is None:
            why = Message("the facts kept with it were changed in the database")
            yield Differing(kept=kept, why=why)
        elif values := _differences(kept.routing, then.route(asked)):
            why = Message("comes out otherwise: {names}", {"names": ", ".join(values)})
            yield Differing(kept=kept, why=why, values=values)
        else:
            yield _EQUAL


def _differences(kept: Routing, now: Routing) -> dict[str, tuple[str, str]]:
    pairs = ((name, getattr(kept, name), getattr(now, name)) for name in _COMPARED)
    return {name: (_told(then), _told(again)) for name, then, again in pairs if then != again}


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_told, value))
    if isinstance(value, Evidence):
        seen = " ".join(f"{fact}={text}" for fact, text in value.matched)
        return f"{value.axis} {value.answer} «{value.rule}» {seen}".rstrip()
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={part}" for name, part in sorted(value.items()))
    return str(value)


def as_json(replayed: Replayed) -> dict[str, Any]:
    """Answer the counts, what differs, and the configurations that can't be made anew."""
    return {
        "decisions": replayed.decisions,
        "configurations": replayed.configurations,
        "equal": replayed.equal,
        "not_kept": replayed.not_kept,
        "different": [_described(one) for one in replayed.differing],
        "unreadable": [
            {
                "configuration": one.configuration,
                "decisions": one.decisions,
                "problems": [str(problem) for problem in one.error.problems],
            }
            for one in replayed.unreadable
        ],
    }


def _described(one: Differing) -> dict[str, Any]:
    return {
        "key": one.kept.routing.key,
        "cycle": one.kept.cycle,
        "at": one.kept.at,
        "configuration": one.kept.configuration,
        "why": str(one.why),
        "values": {name: {"kept": kept, "now": now} for name, (kept, now) in one.values.items()},
    }


def show(
    replayed: Replayed, console: Console, language: Language, zone: tzinfo, limit: int
) -> None:
    """Print what differs, at most `limit` decisions, and the counts; times are the zone's."""
    if replayed.differing:
        console.print(_table(replayed.differing[:limit], language, zone))
    if (more := len(replayed.differing) - limit) > 0:
        told = Message("… and {n} more decisions (--all shows them)", {"n": more})
        console.print(say(told, language))
    for one in replayed.unreadable:
        params = {"name": one.configuration, "n": one.decisions}
        told = Message("configuration {name}, of which {n} decisions were made:", params)
        console.print(Text(say(told, language), style="red"))
        for problem in one.error.problems:
            said = say(problem.text, language)
            console.print(Text(f"  {problem.place}: {said}"), soft_wrap=True)
    for message in _counts(replayed):
        style = "green" if replayed.good else "bold red"
        console.print(Text(say(message, language), style=style), soft_wrap=True)


def _counts(replayed: Replayed) -> Iterator[Message]:
    yield Message(
        "{decisions} decisions of {configurations} configurations: {equal} come out again,"
        " {different} do not",
        {
            "decisions": replayed.decisions,
            "configurations": replayed.configurations,
            "equal": replayed.equal,
            "different": replayed.decisions - replayed.equal - replayed.not_kept,
        },
    )
    if replayed.not_kept:
        yield Message(
            "{n} were decided before facts were kept: not replayed", {"n": replayed.not_kept}
        )


def _table(differing: tuple[Differing, ...], language: Language, zone: tzinfo) -> Table:
    table = Table(pad_edge=False)
    for title in ("item", "decided", "differs", "kept", "comes out"):
        table.add_column(say(title, language), overflow="fold")
    for one in differing:
        place = (one.kept.routing.key, _moment(one.kept.at, zone))
        if not one.values:
            table.add_row(*map(Text, place), Text(say(one.why, language)), "", "")
        for n, (name, (kept, now)) in enumerate(one.values.items()):
            first = place if n == 0 else ("", "")
            cells = (*first, name, one_line(kept, 60), one_line(now, 60))
            table.add_row(*map(Text, cells))
        table.add_section()
    return table


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
