"""letters: what is set aside, and having it tried again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from itsm_sync.cycle import Road
from itsm_sync.cycle.rereading import Reread, reread, reread_due
from itsm_sync.locale import say
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.letters import Letter, LetterKind
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.cycles import ending
from itsm_sync.operations.reporting.delivering import Outcome
from itsm_sync.operations.reporting.telling import said

_TICKET = "redmine:issue/"
_MARGIN = 4  # columns before what is told of a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What became of the letters that were to be tried again.

    `waiting` are edits and tickets, which the next cycle plans as if they had never been refused,
    each ticket in one write as always; `delivered` is what became of reports.
    """

    items: Reread = field(default_factory=Reread)
    waiting: tuple[Letter, ...] = ()
    delivered: tuple[Outcome, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing that was tried just now failed."""
        arrived = all(one.well for one in self.delivered)
        return arrived and not (self.items.failed or self.items.left)


def chosen(
    letters: Iterable[Letter],
    keys: Sequence[str],
    source: str | None,
    *,
    everything: bool,
    sources: Collection[str],
) -> tuple[Letter, ...]:
    """Answer the letters that a call names: by keys (also 42 or #42), by source, or all.

    Of one of the `sources` that are read, and of all, there may be none.

    Raises:
        ConfigurationError: nothing is set aside under one of the keys, or no source is called so.
    """
    every = tuple(letters)
    wanted = [_key(key) for key in keys]
    known = {letter.key for letter in every}
    unknown = [key for key in wanted if key not in known]
    if source is not None and source not in {*sources, *(letter.source for letter in every)}:
        told = Message("no source has this name; there are: {names}", {"names": ", ".join(sources)})
        raise ConfigurationError([Problem(file=f"--source {source}", path=(), text=told)])
    if unknown:
        told = Message("nothing is set aside under this name; `itsm-sync letters` lists what is")
        raise ConfigurationError([Problem(file=name, path=(), text=told) for name in unknown])
    return tuple(
        letter for letter in every if everything or letter.key in wanted or letter.source == source
    )


def retry(road: Road, cycle: Cycle, letters: Sequence[Letter]) -> Retried:
    """Have these tried again: payloads are read now, what Redmine refused is for the next cycle.

    Raises:
        Busy: another cycle is at work.
    """
    items: dict[str, list[Letter]] = {}
    for letter in letters:
        if letter.kind is LetterKind.ITEM:
            items.setdefault(letter.source, []).append(letter)
    waiting = tuple(letter for letter in letters if letter.kind is not LetterKind.ITEM)
    store = road.store
    with store.exclusive():
        store.begin_letters_anew(letters, cycle.started_at)
        if not items:
            return Retried(waiting=waiting)
        store.begin(cycle)
        with ending(road, cycle):
            found = reread(road.sources, items, store, cycle, road.observer)
        retried = Retried(items=found, waiting=waiting)
        store.finish(cycle.id, road.clock(), {"letters": as_json(retried)})
    return retried


def retry_due(road: Road, cycle: Cycle) -> Retried | None:
    """Read again what is due, outside of a cycle that does so anyway; None: nothing is.

    Raises:
        Busy: another cycle is at work, which reads it.
    """
    store = road.store
    if not store.due_items(road.retrying, cycle.started_at):
        return None
    with store.exclusive():
        store.begin(cycle)
        with ending(road, cycle):
            found = reread_due(road.sources, store, cycle, road.observer, road.retrying)
        retried = Retried(items=found)
        store.finish(cycle.id, road.clock(), {"letters": as_json(retried)})
    return retried


def _key(text: str) -> str:
    number = text.strip().removeprefix("#")
    return f"{_TICKET}{number}" if number.isascii() and number.isdigit() else text.strip()


def as_json(retried: Retried) -> dict[str, Any]:
    """Answer what became of the letters in the words of `letters retry --json`."""
    found = retried.items
    return {
        "resolved": [*(one.key for one in found.resolved), *_keys(retried, well=True)],
        "failed": [*(one.key for one in found.failed), *_keys(retried, well=False)],
        "left": [letter.key for letter in found.left],
        "waiting": [named(letter) for letter in retried.waiting],
        "errors": {source: say(why, "en") for source, why in (found.errors or {}).items()},
    }


def _keys(retried: Retried, *, well: bool) -> list[str]:
    """Answer the errands that arrived, or those that did not."""
    return [one.errand.key for one in retried.delivered if one.well is well]


def letters_json(letters: Iterable[Letter], now: datetime) -> list[dict[str, Any]]:
    """Answer the letters in the words of `letters --json`."""
    return [_letter_json(letter, now) for letter in letters]


def _letter_json(letter: Letter, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": letter.kind.value,
        "source": letter.source,
        "key": letter.key,
        "cause": cause(letter, "en"),
        "first_at": letter.first_at,
        "last_at": letter.last_at,
        "times": letter.times,
        "next_at": letter.due_at(now),
        "given_up": letter.given_up,
    }
    if letter.kind is LetterKind.ITEM:
        return told | {"stream": letter.stream}
    if letter.kind is LetterKind.EDIT:
        return told | {"field": letter.field, "value": letter.value}
    return told


def show(
    letters: Sequence[Letter],
    console: Console,
    language: Language,
    zone: tzinfo | None,
    now: datetime,
) -> None:
    """Print the letters for people: the oldest first, source by source; times are the zone's, or
    this machine's.
    """
    if not letters:
        console.print(say("nothing is set aside", language), highlight=False)
        return
    for letter in letters:
        style = "yellow" if letter.given_up else ""
        # in one piece, however narrow the window: `letters retry` takes it as it stands
        console.print(Text(named(letter), style=style or "bold"), soft_wrap=True)
        for line in (say(_when(letter, language, zone, now), language), cause(letter, language)):
            console.print(Padding(Text(line, style=style, overflow="fold"), (0, 0, 0, _MARGIN)))


def _when(letter: Letter, language: Language, zone: tzinfo | None, now: datetime) -> Message:
    """Answer whose it is, how long it has been set aside, and when it is tried again."""
    params = {
        "source": letter.source,
        "since": _time(letter.first_at, zone) or Message("unknown"),
        "age": f" ({_age(letter.first_at, now, language)})" if letter.first_at else "",
        "times": letter.times,
        "next": _next(letter, zone, now),
    }
    return Message(
        "{source} · first set aside: {since}{age} · tries: {times} · next try: {next}", params
    )


def tell(retried: Retried, console: Console, language: Language) -> None:
    """Print what became of the letters, for people."""
    found = retried.items
    others = bool(found.resolved or found.failed or found.left or retried.waiting)
    if not (others or retried.delivered):
        nothing = "nothing is set aside: there is nothing to try again"
        console.print(say(nothing, language), highlight=False)
        return
    counts = {
        "resolved": len(found.resolved),
        "failed": len(found.failed) + len(found.left),
        "waiting": len(retried.waiting),
    }
    told = Message(
        "{resolved} read; {failed} still set aside; {waiting} refused before are tried in the next"
        " cycle (`itsm-sync sync`)",
        counts,
    )
    if others:
        console.print(say(told, language), highlight=False)
    if retried.delivered:
        console.print(say(_delivered(retried.delivered), language), highlight=False)
    for outcome in retried.delivered:
        style = "" if outcome.well else "yellow"
        console.print(Text(say(said(outcome), language), style=style), soft_wrap=True)
    for source, why in (found.errors or {}).items():
        error = Message("{what}: {error}", {"what": source, "error": why})
        console.print(Text(say(error, language), style="yellow"), soft_wrap=True)
    for letter in found.failed:
        console.print(Text(named(letter), style="yellow"), soft_wrap=True)
    for letter in found.left:
        if letter.source not in (found.errors or {}):
            params = {"key": letter.key, "source": letter.source, "stream": letter.stream}
            alone = Message(
                "{key} can't be read alone: `itsm-sync resync --source {source} --stream {stream}`",
                params,
            )
            console.print(Text(say(alone, language), style="yellow"), soft_wrap=True)


def _delivered(outcomes: Sequence[Outcome]) -> Message:
    """Answer how many errands of reports arrived, and how many did not."""
    well = sum(one.well for one in outcomes)
    params = {"well": well, "failed": len(outcomes) - well}
    return Message("reports: {well} delivered; {failed} failed", params)


def named(letter: Letter) -> str:
    """Answer what was set aside: an item's key, with the field where a value was refused."""
    return f"{letter.key}/{letter.field}" if letter.field else letter.key


def cause(letter: Letter, language: Language) -> str:
    """Answer why it was set aside."""
    return say(letter.cause, language) if isinstance(letter.cause, Message) else letter.cause


def _next(letter: Letter, zone: tzinfo | None, now: datetime) -> Message | str:
    if letter.given_up:
        return Message("given up")
    if letter.next_at is None:
        return Message("unknown")
    if letter.is_due(now):
        return Message("in the next cycle")
    return _time(letter.next_at, zone)


def _time(at: datetime | None, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""


def _age(since: datetime, now: datetime, language: Language) -> str:
    passed = now - since
    hours = int(passed.total_seconds() // 3600)
    if hours < 48:
        return say(Message("{n} h", {"n": max(hours, 0)}), language)
    return say(Message("{n} days", {"n": passed.days}), language)
