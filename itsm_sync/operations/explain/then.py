"""explain --at: the decision that stood then, from history."""

from dataclasses import replace
from datetime import date, datetime, time, tzinfo

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.words import Message
from itsm_sync.operations.explain.explanation import Explained, of_service, stored
from itsm_sync.operations.rules.past import Deciders, deciders
from itsm_sync.settings import Inspect
from itsm_sync.store import KeptRouting, Store

_OPTION = "--at"


def moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    """Answer the time that `--at` names: ISO 8601, in `zone` where it has none of its own.

    A date alone is the end of that day. Raises ConfigurationError.
    """
    try:
        asked = _read(text, zone)
        to_come = asked.astimezone(zone).date() > now.astimezone(zone).date()
    except (ValueError, OverflowError):
        told = Message("is no time: write 2026-03-02 or 2026-03-02T14:30 (ISO 8601)")
        raise _wrong(f"{_OPTION} {text}", told) from None
    if to_come:
        raise _wrong(f"{_OPTION} {text}", Message("is still to come"))
    return asked


def _read(text: str, zone: tzinfo) -> datetime:
    try:
        asked = datetime.combine(date.fromisoformat(text), time.max)
    except ValueError:
        asked = datetime.fromisoformat(text)
    return asked if asked.tzinfo is not None else asked.replace(tzinfo=zone)


def explain_then(
    store: Store, key: str, at: datetime, zone: tzinfo, inspect: Inspect
) -> tuple[Explained, Matrix]:
    """Explain the decision that stood at a time, with the facts, the rules and the matrix of then.

    Args:
        store: where history is kept.
        key: as of `explain_key`.
        at: the time asked for.
        zone: in which times are told.
        inspect: as of `settings.load`.

    Raises:
        ConfigurationError: nothing of that name is stored, nothing was decided yet, or the
            configuration of then can't be made anew.
    """
    item = stored(store, key)
    history = store.routing_history(item.key)
    standing = [kept for kept in history if kept.at <= at]
    if not standing:
        raise _wrong(key, _undecided(history, zone))
    kept = standing[-1]
    then = deciders(store, kept.configuration, inspect)
    explained = replace(_explained(store, item, kept, then), title=item.title)
    if item.ticket is not None:
        explained = replace(explained, overrides=store.overrides_at(item.ticket.id, at))
    return explained, then.matrix


def _explained(store: Store, item: Item, kept: KeptRouting, then: Deciders) -> Explained:
    facts = store.facts([kept.facts])
    asked = facts.get(kept.facts)
    if asked is None:
        lost = Message("the facts of then are not kept: what the rules tried can't be told")
        if kept.facts in facts:
            lost = Message("the facts kept with it were changed in the database")
        return Explained(item=item, routing=kept.routing, then=kept, doubt=lost)
    enriched = then.catalogue.enriched(asked)
    again = then.router.explain(enriched)
    same = replace(again, tried=()) == kept.routing
    doubt = None if same else Message("this version of itsm-sync decides otherwise")
    routing = replace(kept.routing, tried=again.tried)
    told = of_service(asked, then.catalogue)
    return Explained(item=enriched, routing=routing, then=kept, doubt=doubt, **told)


def _undecided(history: tuple[KeptRouting, ...], zone: tzinfo) -> Message:
    if not history:
        return Message("nothing was decided about it yet; `itsm-sync sync` decides")
    first = f"{history[0].at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    told = "nothing was decided about it then; the first time was {first}"
    return Message(told, {"first": first})


def _wrong(what: str, text: Message) -> ConfigurationError:
    return ConfigurationError([Problem(file=what, path=(), text=text)])
