"""Opening the tickets of episodes, and finding out what became of those whose answer was lost."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import MappingProxyType

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.opening import Opener
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.births import Births, Promise
from itsm_sync.desk.signals.settling import BEFORE, settle
from itsm_sync.locale import say
from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Birth, Born
from itsm_sync.model.ports import Clock, Observer
from itsm_sync.model.signals import signal_of
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Language
from itsm_sync.store import Store


def settle_intents(
    store: Store, desk: Desk, language: Language, observer: Observer, now: datetime
) -> frozenset[str]:
    """Find the tickets that earlier cycles may have opened; answer the episodes that have one now.

    Where Redmine can't be asked, or may still be about to make one, nobody knows, and none is
    opened for these episodes.
    """
    intents = [one for one in store.unopened_links() if one.intended_at is not None]
    times = [one.intended_at for one in intents if one.intended_at is not None]
    if not times:
        return frozenset()
    try:
        found = desk.find_own(min(times) - BEFORE, author=desk.account.id)
    except ClientError as error:
        observer.saw("intents.unsettled", intents=len(intents), error=str(error))
        return frozenset()
    taken = frozenset(store.ticket_numbers().values())
    settled = settle(intents, found, taken=taken, neutral=say(NEUTRAL, language), now=now)
    for key, number in settled.links.items():
        store.link(key, number)
    for key in settled.forgotten:
        store.forget_intent(key)
    observer.saw("intents.settled", found=len(settled.links), forgotten=len(settled.forgotten))
    return frozenset(settled.links)


def bear(
    births: Sequence[Birth],
    *,
    store: Store,
    desk: Desk,
    cycle: Cycle,
    clock: Clock,
    observer: Observer,
    undisturbed: Callable[[], AbstractContextManager[None]],
    over: Callable[[], bool] = lambda: False,
    labels: Mapping[FieldName, str] = MappingProxyType({}),
    promise: Promise | None = None,
) -> tuple[Born, ...]:
    """Open the tickets; what became of each is recorded before the next is opened. `over`: no more
    are opened. `promise` tells of each what its service level is.
    """
    coming = Births(
        finder=desk,
        opener=Opener(counter=desk, observer=observer),
        intend=store.intend,
        bot=desk.account.id,
        configuration=cycle.configuration,
        clock=clock,
        labels=labels,
        promise=promise,
    ).bear(births)
    done: list[Born] = []
    while not over():
        with undisturbed():
            born = next(coming, None)
            if born is None:
                break
            store.record_birth(born, cycle.id, clock())
        if born.number is not None and not born.found:
            for did in ("opened", "closed") if born.birth.over else ("opened",):
                observer.saw("signal.ticket", signal=signal_of(born.birth.episode), did=did)
        done.append(born)
    return tuple(done)


def numbers(store: Store, borns: Iterable[Born]) -> Mapping[str, int]:
    """Answer episode -> its ticket, those just opened too."""
    return dict(store.ticket_numbers()) | {
        b.birth.episode: b.number for b in borns if b.number is not None
    }
