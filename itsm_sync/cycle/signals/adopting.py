"""Tickets that name an episode nobody has linked: after a crash, or a lost database."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from itsm_sync.model.findings import Finding
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.model.tickets import Ticket
from itsm_sync.model.words import Message
from itsm_sync.signals.keys import episode_key
from itsm_sync.store import Store

COPY = "cycle.copy"
_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def adopt(store: Store, bot: int) -> frozenset[str]:
    """Link each episode that a ticket of ours names to it; answer the episodes linked now.

    What the ledger has wins. Of several tickets the oldest is the one; only we open any.
    """
    _place_stubs(store)
    adopted = set()
    for key, tickets in store.carriers().items():
        mine = [ticket for ticket in tickets if ticket.author.id == bot]
        if mine:
            if not store.episodes(keys=[key]):
                store.add_episode(_as_told(key, mine[0], _line(store, key)))
            store.link(key, mine[0].id)
            adopted.add(key)
    return frozenset(adopted)


def _place_stubs(store: Store) -> None:
    """Say of what line the episodes are that only their tickets told of, where an item since has
    made the line known.
    """
    for stub in store.episodes(line=""):
        line = _line(store, stub.key)
        if line:
            store.add_episode(replace(stub, line=line))


def copies(store: Store) -> Iterator[Finding]:
    """Answer the tickets that carry the key of another one's episode."""
    for number, original in sorted(store.copied_signals().items()):
        params = {"ticket": number, "original": original}
        told = Message("#{ticket} carries the key of #{original}: a copy is left alone", params)
        yield Finding(key=f"copy/{number}", kind=COPY, message=told)


def recognise(store: Store, found: Iterable[Episode]) -> bool:
    """Say of what line the episodes are that only their tickets told of; answer whether any was."""
    told = {_place(one.key): one for one in store.episodes(line="")}
    met = [(told[_place(one.key)], one) for one in found if _place(one.key) in told]
    for stub, episode in met:
        ended = stub.ended or episode.ended
        count = max(stub.count, episode.count)
        its = replace(episode, key=stub.key, standing=stub.standing, ended=ended, count=count)
        store.add_episode(its)
    return bool(met)


def _place(key: str) -> str:
    return key.rpartition("/")[0]


def _as_told(key: str, ticket: Ticket, line: str) -> Episode:
    """Answer the episode as its ticket tells it; what was observed fills it in later."""
    signal, _, began = key.split("/")
    at = datetime.strptime(began, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return Episode(
        key=key,
        signal=signal,
        line=line,
        standing=Standing.CLOSED if ticket.closed else Standing.OPEN,
        began=at,
        opened=at,
        ended=ticket.updated_on if ticket.closed else None,
    )


def _line(store: Store, key: str) -> str:
    """Answer the line that the key's digest is of; "" where no item of it is known any more."""
    signal, digest, _ = key.split("/")
    known = {episode_key(signal, line, _ANY).split("/")[1]: line for line in store.lines(signal)}
    return known.get(digest, "")
