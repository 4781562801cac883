"""What a release ticket says."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Block, Grid, Paragraph, Part, Prose
from itsm_sync.model.signals import Episode, Remark, Telling
from itsm_sync.model.watching import Deliveries, Releases
from itsm_sync.model.words import Message
from itsm_sync.signals.ports import Known
from itsm_sync.signals.releases.criteria import Verdict, criteria
from itsm_sync.signals.releases.releasing import SIGNAL
from itsm_sync.signals.releases.versions import is_version
from itsm_sync.signals.words.shaping import due, link, local, project, silent, worded

_RELATED = 20
_VERDICTS = {
    Verdict.MET: Message("met"),
    Verdict.NOT_MET: Message("not met"),
    Verdict.UNKNOWN: Message("unknown"),
}


def tell(
    episode: Episode,
    known: Known,
    section: Releases,
    *,
    deliveries: Deliveries | None,
    zone: tzinfo,
) -> Telling:
    """Answer what the ticket says; how the criteria stand is in the live part.

    Once the ticket is closed they stay as they were then.
    """
    if not episode.line:
        return silent(section)
    item = None if is_version(episode.line) else known.item(episode.line)
    over = episode.ended is not None and known.ticket_of(episode.key) is not None
    places = {
        name: str(episode.facts.get(name, "?"))
        for name in ("repository", "tag", "project", "version")
    }
    return Telling(
        project=_project(episode, section),
        tracker=section.tracker,
        subject=worded(section.subject, _subject(episode, places), places),
        description=_description(episode, item, section, places),
        priority=section.priority,
        due=due(episode, section.due_days, zone),
        live=() if over else tuple(_live(episode, known, section, deliveries=deliveries)),
        at_once=True,
        remarks=tuple(_remarks(episode, item, known, zone)),
        related=() if over else tuple(_related(episode, item, known)),
        about=tuple(_about(episode, item, known)),
    )


def _about(episode: Episode, item: Item | None, known: Known) -> Iterator[str]:
    if item is not None:
        yield item.key
    proof = known.item(episode.healed)
    if proof is not None and proof.kind == "deployment":
        yield proof.key


def _project(episode: Episode, section: Releases) -> str:
    """A version's ticket stands where its tickets do."""
    return section.project or str(episode.facts.get("project") or project(section, episode.facts))


def _subject(episode: Episode, places: dict[str, str]) -> Message:
    if is_version(episode.line):
        return Message("Version {version} of {project}", places)
    return Message("Release {tag} of {repository}", places)


def _description(
    episode: Episode, item: Item | None, section: Releases, places: dict[str, str]
) -> Prose:
    if is_version(episode.line):
        ends = Message("The ticket closes once all tickets of the version are closed.")
    elif section.closed_by == "publication":
        ends = Message("The ticket closes once the release is published.")
    else:
        ends = Message("The ticket closes once the release is deployed to production.")
    kept_up = Message("The note that is kept up tells how its criteria stand.")
    head: list[Part] = [link(item, places["tag"]), ". "] if item else []
    if section.intro is not None:
        return (Paragraph((*head, worded(section.intro, kept_up, places))),)
    return (Paragraph((*head, ends, " ", kept_up)),)


def _live(
    episode: Episode, known: Known, section: Releases, *, deliveries: Deliveries | None
) -> Iterator[Block]:
    found = criteria(episode, known, section, deliveries=deliveries)
    met = sum(1 for one in found if one.verdict is Verdict.MET)
    told = {"met": met, "all": len(found)}
    yield Paragraph((Message("{met} of {all} criteria met", told),))
    head: tuple[Part, ...] = (Message("Criterion"), Message("State"), Message("What is known"))
    rows = tuple(((one.name,), (_VERDICTS[one.verdict],), one.detail or ("",)) for one in found)
    yield Grid(head=head, rows=rows)


def _remarks(episode: Episode, item: Item | None, known: Known, zone: tzinfo) -> Iterator[Remark]:
    if item is not None and item.state == "published" and item.created_at > episode.began:
        at = {"at": local(item.created_at, zone)}
        yield _remark("published", item.created_at, (Message("Published at {at}.", at),))
    for back in episode.reopenings:
        told = Message("A ticket of the version is open again since {at}.",
                       {"at": local(back, zone)})  # fmt: skip
        yield _remark("reopened", back, (told,))
    proven = episode.well_since or episode.ended
    if not episode.healed or proven is None:
        return
    yield _remark(
        "closed" if episode.ended else "well",
        proven,
        tuple(_over(episode, known, local(proven, zone))),
    )


def _over(episode: Episode, known: Known, at: str) -> Iterator[Part]:
    if is_version(episode.line):
        yield Message("All tickets of the version are closed since {at}.", {"at": at})
    elif episode.healed == episode.line:
        yield Message("Published at {at}.", {"at": at})
    else:
        yield Message("Deployed to production at {at}: ", {"at": at})
        proof = known.item(episode.healed)
        yield link(proof) if proof else episode.healed.rpartition("/")[2]
    if episode.well_since is not None:
        yield " "
        yield Message("The ticket stays with who took it.")


def _remark(what: str, at: datetime, parts: tuple[Part, ...]) -> Remark:
    return Remark(name=f"{what}@{at.isoformat()}", text=(Paragraph(parts),), at=at)


def _related(episode: Episode, item: Item | None, known: Known) -> Iterator[str]:
    """Answer the tickets that a release names, and the release tickets of the same version."""
    told = item.facts.get("references", ()) if item else ()
    named = told[:_RELATED] if isinstance(told, tuple) else ()
    yield from (ticket for ticket in named if item and _means(item, ticket, known))
    others = known.episodes(signal=SIGNAL)
    yield from (other.key for other in others if _are_kin(episode, other))


def _means(release: Item, ticket: str, known: Known) -> bool:
    """Whether a release means that ticket: one that came after what names it has it by chance."""
    found = known.item(ticket)
    return found is not None and found.created_at <= release.updated_at


def _are_kin(one: Episode, other: Episode) -> bool:
    """Whether one is a version and the other a release of the same service and number."""
    number = _number(one)
    if not number or number != _number(other) or is_version(one.line) == is_version(other.line):
        return False
    return one.facts.get("service") == other.facts.get("service")


def _number(episode: Episode) -> str:
    """Answer a version's number as it is compared: `v2.4.0` is `2.4`."""
    told = str(episode.facts.get("version") or episode.facts.get("tag") or "").casefold()
    number = told.removeprefix("v")
    while number.endswith(".0"):
        number = number.removesuffix(".0")
    return number
