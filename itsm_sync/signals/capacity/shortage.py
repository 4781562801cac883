"""Nodes with too little disk or memory. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Prose
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.words import Message
from itsm_sync.signals.capacity.lasting import Course, telling
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.shaping import worded
from itsm_sync.signals.words.wording import Phrases, line, link

DISK, MEMORY = "disk", "memory"
_GIB = 1024**3
_ENOUGH = 1.1  # times the limit: what hovers about it makes no ticket come and go
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a node that never told a time
_FACTS: Mapping[str, str] = MappingProxyType({DISK: "disk_free_bytes", MEMORY: "memory_free_bytes"})
_COURSE = Course(
    since=Message("Short since {time}."),
    still=Message("Still short."),
    well=Message("Enough again since {time}."),
    phrases=Phrases(
        again=Message("Short again since {time}."),
        over=Message("Enough again since {time}: closed."),
        well=Message("Enough again since {time}. The ticket stays with who has taken it."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A node that tells less than the limit of what `name` says. What it does not tell is no news.

    `name` is "disk" or "memory".
    """

    section: watching.Short
    zone: tzinfo
    name: str

    kinds: ClassVar[frozenset[str]] = frozenset({"node"})
    snapshot: ClassVar[bool] = True

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer whether the node has enough, as of when it was measured (Jenkins fact 17)."""
        free, limit = _free(item, self.name), self.section.free_gib * _GIB
        if free is None or limit <= free < limit * _ENOUGH:
            return ()
        controller = str(item.facts.get("controller", ""))
        measured = item.updated_at if _NEVER < item.updated_at <= now else now
        return (
            Observation(
                signal=self.name,
                line=f"{controller}:{item.title}",
                at=measured,
                until=now,
                good=free >= limit,
                item=item.key,
                facts={"controller": controller, "node": item.title},
                audience=item.audience,
            ),
        )

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the ticket says: which node, since when, how much there is now."""
        places = {name: str(episode.facts.get(name, "")) for name in ("node", "controller")}
        node = known.item(episode.last)
        return telling(
            self.section,
            episode,
            _COURSE,
            subject=worded(self.section.subject, self._subject(places), places),
            description=(
                line(worded(self.section.intro, self._intro(places), places)),
                *((line(link(node.title, node.url)),) if node else ()),
            ),
            now=_told(node, self.name),
            zone=self.zone,
            known=known,
            about=(node.key,) if node else (),
        )

    def _subject(self, places: Mapping[str, str]) -> Message:
        if self.name == DISK:
            return Message("Disk space is short on node {node} of {controller}", places)
        return Message("Memory is short on node {node} of {controller}", places)

    def _intro(self, places: Mapping[str, str]) -> Message:
        if self.name == DISK:
            return Message("The node {node} has little disk space left for builds.", places)
        return Message("The node {node} has little memory left for builds.", places)


def _free(node: Item, name: str) -> int | None:
    """Answer how many bytes are free, as far as the node tells; -1 means that it does not know."""
    free = node.facts.get(_FACTS[name])
    return free if isinstance(free, int) and not isinstance(free, bool) and free >= 0 else None


def _told(node: Item | None, name: str) -> Prose:
    free = None if node is None else _free(node, name)
    if free is None:
        return ()
    return (line(Message("Free now: {gib} GiB", {"gib": f"{free / _GIB:.1f}"})),)
