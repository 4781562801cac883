"""A ticket that a report was sent as: it is for reading, and nothing is decided about it."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.deliveries import MARK, Named, is_report, last_mark
from itsm_sync.model.items import Item
from itsm_sync.model.reporting import Reporting
from itsm_sync.model.words import Language, Message
from itsm_sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The ticket, and what its last line says that it is."""

    item: Item
    named: Named


def published(store: Store, key: str, *, then: bool) -> Published | None:
    """Answer the report's ticket that 42, #42, an address or a key stands for; None: it is none.

    `then`: or an earlier version decided about it, and that is asked for.
    """
    found = store.find(key)
    item = store.item(found) if found else None
    if item is None or (item.source, item.kind, item.ticket) != ("redmine", "issue", None):
        return None
    if not is_report(item.body) or (then and store.routing_history(item.key)):
        return None
    return Published(item=item, named=Named.read(last_mark(item.body).removeprefix(f"{MARK} ")))


def as_json(one: Published) -> dict[str, Any]:
    """Answer it in the words of `explain --json`."""
    named = one.named
    return {
        "key": one.item.key,
        "routed": False,
        "report": named.report,
        "language": named.language,
        "period": named.period,
        "target": named.target,
        "part": named.part,
    }


def show(one: Published, reporting: Reporting, console: Console, language: Language) -> None:
    """Print it, for people."""
    named = one.named
    report = reporting.named(named.report)
    told = Message(
        "This ticket is the report {name} ({title}) of {period}, for reading: it is not routed and"
        " has no clocks.",
        {
            "name": named.report,
            "title": report.title if report is not None else "-",
            "period": named.period,
        },
    )
    console.print(Text(f"{one.item.key}  {one.item.title}", style="bold"), soft_wrap=True)
    console.print(Text(say(told, language)), soft_wrap=True)
