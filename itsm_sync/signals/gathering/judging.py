"""How a ticket that holds several troubles stands: by theirs, and by what people did to it. Pure.

What a person did stands until evidence newer than it (`signals.life` says the same of lines).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.signals.gathering.spans import over_at

_LASTING = (Deed.CLOSED, Deed.REJECTED, Deed.REOPENED)


def judged(
    whole: Episode, members: Sequence[Episode], acts: Iterable[Act], *, keep_taken: bool
) -> Episode:
    """Answer the whole as it stands now.

    Args:
        whole: as it stood before, or as it began.
        members: those of its members that are known; one that is not is over.
        acts: what people did to its ticket.
        keep_taken: whether it stays open, with a note, where a person has taken it.
    """
    done = sorted(acts, key=lambda act: (act.at, act.deed))
    whole = replace(
        whole, taken=any(act.deed is Deed.TAKEN and _counts(act, whole) for act in done)
    )
    if any(act.deed is Deed.DELETED for act in done):
        return _ended(whole, Standing.DELETED, done[-1].at)
    last = next((act for act in reversed(done) if act.deed in _LASTING), None)
    if last is not None and last.deed is Deed.REJECTED:
        return _ended(whole, Standing.REJECTED, last.at)
    since = last.at if last is not None else None
    on = [m for m in members if over_at(m) is None]
    if last is not None and last.deed is Deed.CLOSED:
        on = [m for m in on if _last_at(m) > last.at]
        if not on:
            return _ended(whole, Standing.CLOSED, last.at)
    if on:
        return _open(whole, on, since)
    return _by_proof(whole, members, since, keep_taken=keep_taken)


def _counts(taking: Act, whole: Episode) -> bool:
    """Nobody has taken yet what came back."""
    return not whole.reopenings or taking.at > whole.reopenings[-1]


def _ended(whole: Episode, standing: Standing, at: datetime) -> Episode:
    return replace(whole, standing=standing, ended=at, healed="", well_since=None)


def _open(whole: Episode, on: Sequence[Episode], since: datetime | None) -> Episode:
    """Answer it with trouble going on, which may have come back."""
    if not whole.live:
        back = min(_came_back(member, since) for member in on)
        whole = replace(whole, reopenings=(*whole.reopenings, back), taken=False)
    return _undecided(whole)


def _by_proof(
    whole: Episode, members: Sequence[Episode], since: datetime | None, *, keep_taken: bool
) -> Episode:
    """Answer it with no trouble going on: closed by the last proof, if that is newer than `since`.

    Where there is none (people closed its members), it is left to people.
    """
    proven = [
        (end, m.healed or m.key)
        for m in members
        if (m.healed or m.well_since) and (end := over_at(m)) is not None
    ]
    end, healed = max(proven, default=(whole.ended, whole.healed))
    if end is None or not healed or (since is not None and end <= since):
        return _undecided(whole)
    if whole.taken and keep_taken:
        return replace(_undecided(whole), well_since=end)
    return replace(whole, standing=Standing.CLOSED, ended=end, healed=healed, well_since=None)


def _undecided(whole: Episode) -> Episode:
    return replace(whole, standing=Standing.OPEN, ended=None, healed="", well_since=None)


def _came_back(member: Episode, since: datetime | None) -> datetime:
    return member.opened if since is None or member.opened > since else _last_at(member)


def _last_at(member: Episode) -> datetime:
    return member.last_at or member.began
