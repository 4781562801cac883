"""rules diff: what another configuration would change, over what is stored; nothing is written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.cycle.capping import MOST_ASKED, mail_bound
from itsm_sync.cycle.deciding import Decided
from itsm_sync.cycle.rehearsing import rehearse
from itsm_sync.cycle.road import Road
from itsm_sync.locale import say
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.plans import Edit, Plan
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.summary import caps_json, caps_told, plan_json, show_plan
from itsm_sync.settings import Settings
from itsm_sync.store import Store, Unkept

# From which team to which; "" is none.
Moves = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What a cycle under another configuration would do with what is stored.

    `moves` counts the tickets whose team would be written, by the teams' names. `items` counts
    decisions that would be others of what is no open ticket, by source, and `item_moves` those of
    another team, by the teams' ids. `mails` is the upper bound of `cycle.capping.mail_bound` for
    all edits, those that a cap would keep back with them.
    """

    now: str  # the configurations' hashes
    other: str
    decided: Decided
    plan: Plan
    moves: Moves
    items: Mapping[str, int]
    item_moves: Moves
    mails: int


@dataclass(slots=True)
class _Tally:
    """Counts decisions that would be others, as they are told."""

    items: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)

    def heard(self, item: Item, stands: Routing | None, would: Routing) -> None:
        if item.ticket is not None and not item.ticket.closed:
            return  # the plan tells what becomes of it
        self.items[item.source] += 1
        before = stands.responsible if stands is not None else ""
        if before != would.responsible:
            self.moves[before, would.responsible] += 1


def diff(road: Road, store: Store, cycle: Cycle, now: str) -> Diff:
    """Decide and plan over the store under the road's configuration; keep nothing, write nothing.

    Args:
        road: of the other configuration.
        store: what is stored; the road's own is not looked at.
        cycle: names the other configuration.
        now: the hash of the configuration of today.

    Raises:
        ClientError: Redmine can't be reached or rejects the key.
    """
    tally = _Tally()
    decided, planned = rehearse(replace(road, store=Unkept(store, tally.heard)), cycle)
    return Diff(
        now=now,
        other=cycle.configuration,
        decided=decided,
        plan=planned,
        moves=_moves(planned.edits),
        items=dict(tally.items),
        item_moves=dict(tally.moves),
        mails=mail_bound(road.desk, planned.edits),
    )


def _moves(edits: Iterable[Edit]) -> Moves:
    written = (f for edit in edits for f in edit.fields if f.name is FieldName.TEAM)
    return Counter((change.old, change.new) for change in written)


def as_json(found: Diff, language: Language) -> dict[str, Any]:
    """Answer what would change as one document; `plan` is that of `plan --json`."""
    return {
        "configuration": {"now": found.now, "other": found.other},
        "tickets": len(found.plan.edits),
        "moves": _moves_json(found.moves),
        "caps": caps_json(found.plan),
        "plan": plan_json(found.plan, language),
        "items": dict(found.items),
        "item_moves": _moves_json(found.item_moves),
        "mails": found.mails,
        "unsure": found.decided.unsure,
        "overrides": len(found.plan.overrides),
        "pinned": len(found.plan.pinned),
        "unread": list(found.decided.unread),
    }


def _moves_json(moves: Moves) -> list[dict[str, Any]]:
    ordered = sorted(moves.items())
    return [{"from": before, "to": after, "number": n} for (before, after), n in ordered]


def show(found: Diff, settings: Settings, console: Console, language: Language, limit: int) -> None:
    """Print what would change, at most `limit` tickets, for people.

    `settings` are those of the other configuration.
    """
    show_plan(found.plan, settings.redmine.fields, console, language, limit)
    if found.moves:
        console.print(_matrix("Tickets by team", found.moves, language))
    if found.item_moves:
        teams = settings.matrix.teams
        names = {team: words.name[language] for team, words in teams.items()}
        moves = Counter[tuple[str, str]]()
        for (before, after), number in found.item_moves.items():
            moves[names.get(before, before), names.get(after, after)] += number
        console.print(_matrix("Other items by team", moves, language))
    for message in _told(found):
        console.print(Text(say(message, language)), soft_wrap=True)


def _matrix(title: str, moves: Moves, language: Language) -> Table:
    """Answer the counts: a row for each team that gives, a column for each that gets."""
    getting = sorted({after for _, after in moves})
    table = Table(title=say(title, language), title_justify="left", pad_edge=False)
    table.add_column(say("from \\ to", language))
    for after in getting:
        table.add_column(after, justify="right")
    for before in sorted({before for before, _ in moves}):
        counts = (str(moves.get((before, after), "")) for after in getting)
        table.add_row(Text(before or say("(no team)", language)), *counts)
    return table


def _told(found: Diff) -> Iterable[Message]:
    yield Message(
        "configuration {now} → {other}: {tickets} tickets would be written, {moved} of them for"
        " another team; nothing was written",
        {
            "now": found.now,
            "other": found.other,
            "tickets": len(found.plan.edits),
            "moved": sum(found.moves.values()),
        },
    )
    if found.items:
        by = ", ".join(f"{source} {number}" for source, number in sorted(found.items.items()))
        yield Message("other items decided otherwise: {by}", {"by": by})
    asked = min(len(found.plan.edits), MOST_ASKED)
    told = "at most {mails} mails; the watchers of {asked} tickets are counted"
    yield Message(told, {"mails": found.mails, "asked": asked})
    yield from caps_told(found.plan)
    if found.plan.overrides or found.plan.pinned:
        params = {"overrides": len(found.plan.overrides), "pinned": len(found.plan.pinned)}
        yield Message("{overrides} values decided by people, {pinned} tickets pinned", params)
    if unread := found.decided.unread:
        numbers = ", ".join(f"#{number}" for number in unread)
        yield Message("their history can't be read, so nothing is told of: {tickets}",
                      {"tickets": numbers})  # fmt: skip
