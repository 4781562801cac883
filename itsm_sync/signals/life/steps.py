"""The steps of an episode's life: each answers it as it is afterwards."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from itsm_sync.model.items import Audience
from itsm_sync.model.signals import Episode, Observation, Standing


def begun(
    first: Observation, key: str, *, opened: datetime, previous: str = "", green: str = ""
) -> Episode:
    """Answer an episode that begins with a failure, which has not joined it yet."""
    return Episode(
        key=key,
        signal=first.signal,
        line=first.line,
        standing=Standing.OPEN,
        began=first.at,
        opened=opened,
        count=0,
        green=green,
        first=first.item,
        previous=previous,
    )


def joined(episode: Episode, failure: Observation) -> Episode:
    """Answer an episode with one failure more, whose causes, facts and audience it takes on."""
    cause = failure.fingerprint
    news = (cause,) if cause and cause not in episode.fingerprints else ()
    private = Audience.PRIVATE in (episode.audience, failure.audience)
    return replace(
        episode,
        count=episode.count + 1,
        last=failure.item,
        last_at=failure.at,
        fingerprints=episode.fingerprints + news,
        facts=failure.facts,
        audience=Audience.PRIVATE if private else Audience.PUBLIC,
        well_since=None,
    )


def over(episode: Episode, at: datetime, *, proof: str = "") -> Episode:
    """Answer an episode that ended: by the good item `proof`, or because a person says so."""
    closed = Standing.CLOSED
    return replace(episode, standing=closed, ended=at, healed=proof, taken=False)


def back(episode: Episode, at: datetime) -> Episode:
    """Answer an episode that came back: nobody has taken it yet."""
    return replace(
        episode,
        standing=Standing.OPEN,
        opened=at,
        ended=None,
        healed="",
        reopenings=(*episode.reopenings, at),
        taken=False,
        well_since=None,
        under="",
    )


def aside(episode: Episode) -> Episode:
    """Answer an episode whose ticket is left as it is, as the line has another one open."""
    ended = episode.ended or episode.began
    return replace(episode, standing=Standing.CLOSED, ended=ended, taken=True, healed="")


def same_cause(episode: Episode, fingerprint: str) -> bool:
    """Whether a failure may have an episode's cause; what is not known counts as the same."""
    return not (fingerprint and episode.fingerprints) or fingerprint in episode.fingerprints


def comes_back(
    past: Iterable[Episode], row: Iterable[Observation], at: datetime, within: timedelta
) -> Episode | None:
    """Answer the ended episode that new trouble belongs to; None where it is another's.

    Of several, one whose cause is surely the same goes before one where it is not known, and then
    the one that ended last.
    """
    causes = [failure.fingerprint for failure in row]
    fit = [
        (any(cause in episode.fingerprints for cause in causes), episode.ended, episode)
        for episode in past
        if episode.standing is Standing.CLOSED and episode.ended
        if at - episode.ended <= within and any(same_cause(episode, one) for one in causes)
    ]
    return max(fit, key=lambda one: one[:2])[2] if fit else None
