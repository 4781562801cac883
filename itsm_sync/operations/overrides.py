"""overrides: what people overrule most, by rule: the list of rules to mend."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.desk.subject import is_pinned
from itsm_sync.desk.wording import values
from itsm_sync.locale import say
from itsm_sync.model.catalogue import Person
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Routing
from itsm_sync.model.text import folded, normal, one_line
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.summary import Fields, field_name
from itsm_sync.reports.overruled import Overruled, Today, overruled, within
from itsm_sync.reports.quality import Quality, Share, differs, quality
from itsm_sync.settings import Settings
from itsm_sync.store import KeptOverride, Store

EXAMPLES = 5  # tickets shown on a terminal
WIDTH = 40  # of a value there


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What people overruled in a period, and how good the routings of that period are.

    `agreeing` counts values of people that are what the rule chose; `pinned` are open tickets.
    """

    since: datetime | None
    until: datetime | None
    overruled: tuple[Overruled, ...]
    agreeing: int
    pinned: tuple[int, ...]
    quality: Quality


def find(
    store: Store,
    settings: Settings,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    everything: bool = False,
) -> Found:
    """Look in the store; `everything`: also what was given back since."""
    history = store.override_history()
    routed = store.routed_tickets(since, until)
    wanted = within(history, since, until)
    if not everything:
        wanted = tuple(kept for kept in wanted if kept.given_back_at is None)
    return Found(
        since=since,
        until=until,
        overruled=overruled(wanted, routed, _today(store, settings, wanted)),
        agreeing=sum(not differs(kept) for kept in wanted),
        pinned=tuple(sorted(_pinned(store))),
        quality=quality(routed, history, until),
    )


def _pinned(store: Store) -> Iterator[int]:
    for item in store.open_tickets():
        if item.ticket is not None and is_pinned(item.ticket):
            yield item.ticket.id


def _today(store: Store, settings: Settings, wanted: tuple[KeptOverride, ...]) -> Today:
    """Answer what the rules say today of tickets that people overruled."""
    keys = {f"redmine:issue/{kept.override.ticket}": kept.override.ticket for kept in wanted}
    found = {}
    for key, latest in store.latest_routings(keys).items():
        routing = latest.routing
        if routing.rule and _known(settings.matrix, routing):
            said = values(settings.matrix, routing, settings.language)
            found[keys[key]] = {name: normal(value) for name, value in said.items()}
    return found


def _known(matrix: Matrix, routing: Routing) -> bool:
    """Whether the matrix still has what was decided under one before it."""
    rows = {row.id for row in matrix.rows}
    named = routing.process in matrix.processes and routing.stage in matrix.stages
    return named and {routing.row, routing.accountable} <= rows


def as_json(found: Found, settings: Settings) -> dict[str, Any]:
    """Answer what was found: names as in the tickets, teams by id."""
    teams = _teams(settings.people)
    return {
        "since": found.since,
        "until": found.until,
        "overrides": [
            {
                "rule": one.rule,
                "field": one.field.value,
                "chosen": one.chosen,
                "preferred": one.preferred,
                "tickets": list(one.tickets),
                "standing": one.standing,
                "mended": one.mended,
                "routed": one.routed,
                "changed": one.changed,
                "share": one.share,
                "by": [
                    {"name": name, "team": teams.get(folded(name)), "tickets": number}
                    for name, number in one.by.items()
                ],
                "since": one.since,
            }
            for one in found.overruled
        ],
        "agreeing": found.agreeing,
        "pinned": list(found.pinned),
        "quality": quality_json(found.quality),
    }


def quality_json(measured: Quality) -> dict[str, Any]:
    """Answer the shares: of all, by rule, by team (id)."""
    return {
        **_share_json(measured.whole),
        "rules": [{"rule": name, **_share_json(s)} for name, s in measured.rules.items()],
        "teams": [{"team": name, **_share_json(s)} for name, s in measured.teams.items()],
    }


def _share_json(share: Share) -> dict[str, Any]:
    return {"routed": share.routed, "changed": share.changed, "share": share.share}


def show(
    found: Found, settings: Settings, console: Console, language: Language, zone: tzinfo
) -> None:
    """Print what was found, for people; dates are the zone's."""
    if found.overruled:
        console.print(_overruled(found, settings, language, zone))
    else:
        console.print(Text(say("Nobody decided otherwise than the rules.", language)))
    for message in _told(found):
        console.print(Text(say(message, language)), soft_wrap=True)
    if found.quality.whole.routed:
        console.print(_quality(found.quality, settings.matrix, language))


def _told(found: Found) -> Iterator[Message]:
    if found.agreeing:
        params = {"n": found.agreeing}
        yield Message("{n} values of people are what the rules chose, too", params)
    if found.pinned:
        tickets = ", ".join(f"#{number}" for number in found.pinned)
        yield Message("pinned, so that nothing is written: {tickets}", {"tickets": tickets})


def _overruled(found: Found, settings: Settings, language: Language, zone: tzinfo) -> Table:
    table = Table(pad_edge=False)
    for title in ("rule", "field", "rule → people", "tickets", "by", "since", "examples"):
        table.add_column(say(title, language), overflow="fold", no_wrap=title == "since")
    teams = _teams(settings.people)
    fields: Fields = settings.redmine.fields
    for one in found.overruled:
        cells = (
            one.rule,
            field_name(one.field, fields, language),
            _preferred(one, language),
            f"{len(one.tickets)} ({percent(one.share)})",
            _people(one.by, teams, settings.matrix, language),
            f"{one.since.astimezone(zone):%Y-%m-%d}" if one.since else "",
            ", ".join(f"#{number}" for number in one.tickets[:EXAMPLES]),
        )
        table.add_row(*map(Text, cells))
    return table


def _preferred(one: Overruled, language: Language) -> str:
    parts = [f"{one_line(one.chosen, WIDTH)} → {one_line(one.preferred, WIDTH)}"]
    given_back = len(one.tickets) - one.standing
    if one.mended:
        parts.append(say(Message("today's rules agree: {n}", {"n": one.mended}), language))
    if given_back > 0:
        parts.append(say(Message("given back: {n}", {"n": given_back}), language))
    return "\n".join(parts)


def _people(
    by: Mapping[str, int], teams: Mapping[str, str], matrix: Matrix, language: Language
) -> str:
    """Answer who decided, by team, and by name where no team is known."""
    counted: dict[str, int] = {}
    for name, number in by.items():
        team = matrix.teams.get(teams.get(folded(name), ""))
        said = team.name[language] if team else name
        counted[said] = counted.get(said, 0) + number
    return ", ".join(f"{said} {number}" for said, number in counted.items())


def _quality(measured: Quality, matrix: Matrix, language: Language) -> Table:
    """Answer the shares of all, of each team, and of the rules that people changed."""
    table = Table(pad_edge=False)
    for title in ("team or rule", "routed", "changed by people", "share"):
        table.add_column(
            say(title, language), justify="left" if title == "team or rule" else "right"
        )
    teams = {matrix.teams[t].name[language] if t in matrix.teams else t: s
             for t, s in measured.teams.items()}  # fmt: skip
    rules = {f"«{rule}»": s for rule, s in measured.rules.items() if s.changed}
    worst = sorted(rules.items(), key=lambda rule: (-(rule[1].share or 0), rule[0]))
    for part in ([(say("all", language), measured.whole)], list(teams.items()), worst):
        for name, share in part:
            table.add_row(Text(name), str(share.routed), str(share.changed), percent(share.share))
        table.add_section()
    return table


def percent(share: float | None) -> str:
    """Answer a share for people."""
    return "–" if share is None else f"{share:.0%}"


def _teams(people: tuple[Person, ...]) -> dict[str, str]:
    return {folded(person.name): person.team for person in people}
