"""Nodes that are down. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.prose import Heading, Prose
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.signals.gathering.inhibition import NODES
from itsm_sync.signals.machines.muting import telling
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import bounded
from itsm_sync.signals.words.shaping import worded
from itsm_sync.signals.words.wording import LISTED, line, link

_LONGEST_CAUSE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """A node that is offline, unless a person took it so or Jenkins switched it off as idle."""

    section: watching.Nodes
    zone: tzinfo

    name: ClassVar[str] = NODES
    kinds: ClassVar[frozenset[str]] = frozenset({"node"})
    snapshot: ClassVar[bool] = True

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer how the node stands; trouble since when Jenkins says so."""
        bad = _is_down(item)
        if bad is None:
            return ()
        controller = str(item.facts.get("controller", ""))
        told = item.facts.get("offline_since")
        return (
            Observation(
                signal=self.name,
                line=f"{controller}:{item.title}",
                at=min(told, now) if bad and isinstance(told, datetime) else now,
                until=now,
                good=not bad,
                item=item.key,
                facts={"controller": controller, "node": item.title},
                audience=item.audience,
            ),
        )

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what a node's ticket says: since when, why, what ran there, what is held back."""
        places = {name: str(episode.facts.get(name, "")) for name in ("node", "controller")}
        subject = Message("Node {node} of {controller} is down", places)
        intro = Message(
            "The node {node} of the controller {controller} is offline, and no person took it"
            " offline.",
            places,
        )
        node = known.item(episode.last)
        return telling(
            self.section,
            episode,
            subject=worded(self.section.subject, subject, places),
            description=(
                line(worded(self.section.intro, intro, places)),
                *((line(link(node.title, node.url)),) if node else ()),
            ),
            cause=_cause(node),
            now=_ran_there(episode, known),
            zone=self.zone,
            known=known,
            about=(node.key,) if node else (),
        )


def _is_down(node: Item) -> bool | None:
    """Answer whether a node is down for no one's will; None: that is no evidence."""
    if not node.facts.get("offline"):
        return False
    by = node.facts.get("offline_by", "")
    if by in ("person", "idle"):
        return None
    # A monitor of Jenkins takes a node offline as a person does: temporarily.
    return None if node.facts.get("temporarily_offline") and by != "monitor" else True


def _cause(node: Item | None) -> str:
    cause = "" if node is None else str(node.facts.get("offline_cause", ""))
    return one_line(cause, _LONGEST_CAUSE)


def _ran_there(episode: Episode, known: Known) -> Prose:
    """Answer the jobs whose last build ran on a node that is down."""
    if not episode.live or episode.well_since:
        return ()
    where = {name: episode.facts.get(name) for name in ("controller", "node")}
    found = [
        job
        for job in known.items(source="jenkins", kind="job")
        if job.audience is Audience.PUBLIC
        and job.facts.get("controller") == where["controller"]
        and _last_node(job, known) == where["node"]
    ]
    entries = [(link(job.title, job.url),) for job in sorted(found, key=lambda job: job.title)]
    head = Heading(Message("Jobs last built there"))
    return (head, *bounded(entries, LISTED)) if entries else ()


def _last_node(job: Item, known: Known) -> object:
    """Answer the node of a job's last build, found by its key (Jenkins fact 3)."""
    following = job.facts.get("next_build_number")
    if not isinstance(following, int):
        return None
    started = round((job.updated_at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    build = known.item(f"{job.key}#{following - 1}@{started}")
    return None if build is None else build.facts.get("node")
