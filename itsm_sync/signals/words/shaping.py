"""What tellings of several signals share: a ticket's project, its due date, words of one's own."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo

from itsm_sync.model.items import Facts, Item
from itsm_sync.model.prose import Address, Part
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Section
from itsm_sync.model.words import Message, Words

# What the catalogue knows of an item and rules may ask of its ticket.
SERVICE = ("service", "service_team", "service_domain", "service_project")
_LONGEST = 120
_PLACE = re.compile(r"\{(\w+)\}")


def lasting(facts: Facts, *names: str) -> Facts:
    """Answer those of the facts that an episode keeps, with what is known of the service."""
    return {name: facts[name] for name in (*names, *SERVICE) if name in facts}


def project(section: Section, facts: Facts) -> str:
    """Answer the identifier of the ticket's project; "" is the settings' first."""
    return section.project or str(facts.get("service_project", ""))


def silent(section: Section) -> Telling:
    """Answer what is told of a ticket of which nothing is known but that it is ours: nothing.

    So it is after a lost database, while what the ticket is about can't be seen.
    """
    return Telling(
        project=section.project,
        tracker=section.tracker,
        subject=Message("{text}", {"text": ""}),
        description=(),
    )


def local(at: datetime, zone: tzinfo) -> str:
    """Answer a time as people of the zone read it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def due(episode: Episode, days: int | None, zone: tzinfo) -> date | None:
    """Answer the day so many days after the episode opened."""
    if days is None:
        return None
    return episode.opened.astimezone(zone).date() + timedelta(days=days)


def worded(own: Words | None, shipped: Message, places: Mapping[str, str]) -> Message:
    """Answer the configuration's own words with the places filled in, or else the shipped ones."""
    if own is None:
        return shipped
    filled = Words(ko=_filled(own.ko, places), en=_filled(own.en, places))
    return Message("{text}", {"text": filled})


def link(item: Item, text: str = "") -> Part:
    """Answer a link to an item, named by `text` or its title."""
    name = one_line(text or item.title, _LONGEST)
    return Address(text=name, url=item.url) if item.url else name


def spaced(parts: Iterable[Part], between: str = ", ") -> tuple[Part, ...]:
    """Answer the parts with something between each two."""
    found: list[Part] = []
    for part in parts:
        found += [between, part] if found else [part]
    return tuple(found)


def _filled(text: str, places: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: places.get(found[1], found[0]), text)
