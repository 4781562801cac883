"""explain: each rule tried, each condition, the row chosen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from itsm_sync.desk.approvals import Meanings
from itsm_sync.model.approvals import Approval
from itsm_sync.model.catalogue import Service
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Evidence, Routing, Trial
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.clocks_shown import Claim, claim_of, standings_of
from itsm_sync.operations.clocks_shown import as_json as clocks_json
from itsm_sync.operations.explain.asked import asked
from itsm_sync.routing import Catalogue, Ground, Router
from itsm_sync.store import KeptRouting, Store

_NUMBER = re.compile(r"#?[0-9]+$")
_KEY = re.compile(r"https?://|[^\s:/]+:.")  # or an address
_NO_KEY = (
    "is no key: write a ticket's number (42, #42), an item's address, or a key such as"
    " redmine:issue/42, github:abc/portal/pull/7 or jenkins:ci:abc/deploy/main#17@1763871234000"
)


class OfService(TypedDict):
    """What is told of an item's service."""

    service: Service | None
    ground: Ground | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An item's routing with all that was tried, and what people decided instead.

    `approval` is what was heard of it, `standings` are the clocks of a ticket's service level, None
    where none are known, `claim` is what they were looked up by, None where nothing is promised to
    anybody. `service` is that of the item, and `ground` by what it was found: None where its source
    or its signal tells it. `title` is the stored one: rules are not asked of what the bot wrote
    itself, so the item may have none. `then` is the decision of history that this is, `doubt` why
    it can't be explained in full.
    """

    item: Item
    routing: Routing
    title: str = ""
    service: Service | None = None
    ground: Ground | None = None
    overrides: tuple[Override, ...] = ()
    approval: Approval | None = None
    standings: tuple[Standing, ...] | None = None
    claim: Claim | None = None
    then: KeptRouting | None = None
    doubt: Message | None = None


def explain_key(
    store: Store,
    router: Router,
    catalogue: Catalogue,
    meanings: Meanings,
    key: str,
    *,
    levels: ServiceLevels | None = None,
    now: datetime | None = None,
) -> Explained:
    """Explain a stored item.

    Args:
        store: what is stored.
        router: decides.
        catalogue: knows services and people.
        meanings: what says that somebody approved.
        key: also 42, #42 or an address.
        levels: what is promised; None: nothing.
        now: at which time its clocks are asked; None: they are not.

    Raises:
        ConfigurationError: nothing of that name is stored.
    """
    kept = stored(store, key)
    found = asked(store, catalogue, meanings, kept)
    enriched = catalogue.enriched(found.item)
    overrides = tuple(o for o in store.overrides() if f"redmine:issue/{o.ticket}" == enriched.key)
    routing, ticket = router.explain(enriched), enriched.ticket
    return Explained(
        item=enriched,
        routing=routing,
        title=kept.title,
        **of_service(found.item, catalogue),
        overrides=overrides,
        approval=found.approval,
        standings=standings_of(store, levels, ticket, routing, now) if now else None,
        claim=claim_of(store, ticket, routing) if now and levels and ticket else None,
    )


def stored(store: Store, key: str) -> Item:
    """Answer the item that 42, #42, an address or a key stands for. Raises ConfigurationError."""
    found = store.find(key)
    item = store.item(found) if found else None
    if item is None:
        raise ConfigurationError([Problem(file=key, path=(), text=_unknown(store, key))])
    return item


def _unknown(store: Store, key: str) -> Message:
    """Answer what to ask for instead of a key that finds nothing."""
    key = key.strip()
    unread = Message("nothing of that name is stored; `itsm-sync sync` reads what is new")
    if _NUMBER.match(key):
        return unread
    told = unread if _KEY.match(key) else Message(_NO_KEY)
    near = store.near(key) if key else ()
    if not near:
        return told
    return Message("{error}; stored are: {keys}", {"error": told, "keys": ", ".join(near)})


def explain_items(
    router: Router, catalogue: Catalogue, items: Iterator[Item]
) -> Iterator[Explained]:
    """Explain items that are not stored."""
    for item in items:
        enriched = catalogue.enriched(item)
        routing = router.explain(enriched)
        yield Explained(item=enriched, routing=routing, **of_service(item, catalogue))


def of_service(item: Item, catalogue: Catalogue) -> OfService:
    """Answer the service of an item as it was pulled, and by what it was found."""
    service, _ = catalogue.belonging(item.facts)
    return {"service": service, "ground": catalogue.ground(item.facts)}


def as_json(explained: Explained, matrix: Matrix, language: Language) -> dict[str, Any]:
    """Answer one explanation in the words of `explain --json`; the role is named in a language."""
    routing = explained.routing
    return {
        "key": routing.key,
        "process": routing.process,
        "domain": routing.domain,
        "stage": routing.stage,
        "project": routing.project,
        "service": explained.service and explained.service.id,
        "service_by": explained.ground and _ground(explained.ground),
        "row": routing.row,
        "role": matrix.row(routing.row).name[language],
        "responsible": routing.responsible,
        "accountable": matrix.row(routing.accountable).team,
        "accountable_row": routing.accountable,
        "consulted": list(routing.consulted),
        "informed": list(routing.informed),
        "approval": _approval_json(explained),
        "service_level": clocks_json(explained.standings),
        "linked": list(linked(explained.item)),
        "attributes": dict(routing.attributes),
        "rule": routing.rule,
        "evidence": [_evidence(evidence) for evidence in routing.evidence],
        "sure": routing.sure,
        "alternatives": [_evidence(evidence) for evidence in routing.alternatives],
        "overrides": [
            {
                "field": o.field.value,
                "value": o.value,
                "by": o.by,
                "at": o.at,
                "chosen": o.chosen,
                "rule": o.rule,
            }
            for o in explained.overrides
        ],
        "tried": [_trial(trial) for trial in routing.tried],
        **(_then(explained.then, explained.doubt) if explained.then is not None else {}),
    }


def _approval_json(explained: Explained) -> dict[str, Any] | None:
    """Answer the verdict that rules saw, and who gave it, as far as that is known."""
    if not (verdict := explained.item.facts.get("approval")):
        return None
    said = explained.approval.stands if explained.approval is not None else None
    return {"verdict": verdict, "by": said and said.by, "at": said and said.at}


def linked(item: Item) -> tuple[str, ...]:
    """Answer what is linked to it, in the words that rules are asked."""
    names = item.facts.get("linked")
    return names if isinstance(names, tuple) else ()


def _then(then: KeptRouting, doubt: Message | None) -> dict[str, Any]:
    return {
        "at": then.at,
        "cycle": then.cycle,
        "configuration": then.configuration,
        "doubt": doubt and str(doubt),
    }


def _ground(ground: Ground) -> dict[str, str]:
    of_project = {"project": ground.project} if ground.project else {}
    return {ground.fact: ground.value, **of_project}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "axis": evidence.axis,
        "answer": evidence.answer,
        "rule": evidence.rule,
        "matched": [{"fact": fact, "seen": seen} for fact, seen in evidence.matched],
        "weight": evidence.weight,
        "last": evidence.last,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "axis": trial.axis,
        "rule": trial.rule,
        "answer": trial.answer,
        "matched": trial.matched,
        "won": trial.won,
        "conditions": [{"asks": c.asks, "saw": c.saw, "holds": c.holds} for c in trial.conditions],
    }
