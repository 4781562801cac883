"""From when to when an episode was on, and up to when its ticket waits. Pure."""

from datetime import datetime, timedelta

from itsm_sync.model.items import Fact
from itsm_sync.model.signals import Episode
from itsm_sync.model.watching import Watching
from itsm_sync.signals.ports import Known

BUILDS, OUTAGES, STORMS = "builds", "outages", "storms"


def first_opened(episode: Episode) -> datetime:
    """Answer when an episode opened, not when it came back.

    Outages and storms keep that time; of a line's episode that came back it is not known, and its
    beginning stands for it.
    """
    kept = episode.signal in (OUTAGES, STORMS) or not episode.reopenings
    return episode.opened if kept else episode.began


def over_at(episode: Episode) -> datetime | None:
    """Answer when an episode was over, though a person may keep its ticket open; None: it is on.

    What nobody will mend is over with what was last seen of it.
    """
    if episode.live:
        return episode.well_since
    return episode.ended or episode.last_at or episode.began


def due_at(episode: Episode, known: Known, watching: Watching) -> datetime:
    """Answer when an episode has its ticket, unless something takes it until then.

    A storm may; and what no commit causes may be an outage's or a machine's.
    """
    waits = [timedelta(), watching.storms.within if watching.storms.enabled else timedelta()]
    if episode.signal == BUILDS and told(episode, "infrastructure", known):
        waits.append(watching.outages.within if watching.outages.enabled else timedelta())
        waits.append(watching.nodes.open_for if watching.nodes.enabled else timedelta())
    return first_opened(episode) + max(waits)


def told(episode: Episode, fact: str, known: Known) -> Fact | None:
    """Answer what an episode's first failure told, or else its last."""
    for key in (episode.first, episode.last):
        item = known.item(key)
        if item is not None and (value := item.facts.get(fact)):
            return value
    return None
