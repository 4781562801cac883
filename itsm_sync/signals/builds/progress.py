"""How failures go on: the note that is kept up, and what is said once."""

from collections.abc import Iterator
from datetime import tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Bullets, Heading, Paragraph, Part, Prose, Verbatim
from itsm_sync.model.signals import Episode, Remark, Standing
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.signals.builds.candidates import Candidates
from itsm_sync.signals.builds.fingerprints import fingerprint
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import entry, may_stand, moment, stamp, word
from itsm_sync.signals.words.shaping import link, local, spaced

LONGEST = 400  # characters of a stage, an error, a name
# States of pull requests, as people read them.
STATES = {"open": Message("open"), "closed": Message("closed"), "merged": Message("merged")}


def live(episode: Episode, known: Known, found: Candidates, zone: tzinfo) -> Prose:
    """Answer how the failures stand now."""
    entries = [
        entry(Message("Failures"), str(episode.count)),
        entry(Message("Since"), local(episode.began, zone)),
        *_last(episode, known, zone),
        *_causes(episode),
        *(_state(change, zone) for change in found.changes if _told(change, episode)),
        *_end(episode, known, zone),
    ]
    return (Bullets(tuple(entries)), *_log(episode, known))


def _log(episode: Episode, known: Known) -> Prose:
    """Answer the log of the last failure where that of the first, in the description, is not known:
    of what failed before the first start few logs are read.
    """
    first, last = known.item(episode.first), known.item(episode.last)
    if last is None or (first is not None and word(first.facts, "log")):
        return ()
    return excerpt(last)


def excerpt(failed: Item) -> Prose:
    """Answer the part of a failure's log that tells why."""
    log = word(failed.facts, "log")
    return (Heading(Message("From the log")), Verbatim(log)) if log else ()


def _last(episode: Episode, known: Known, zone: tzinfo) -> Iterator[tuple[Part, ...]]:
    """Answer the last failure, and the last success before them all."""
    last, green = known.item(episode.last), known.item(episode.green)
    if last is not None and episode.last_at is not None:
        at = local(episode.last_at, zone)
        yield entry(Message("Last failure"), link(last), f" ({at})")
        if said := cause(last):
            yield entry(Message("Its error"), *said)
    if green is not None:
        yield entry(Message("Last success before"), link(green))


def _causes(episode: Episode) -> Iterator[tuple[Part, ...]]:
    """Answer how many causes there were, where there were several."""
    count = len(_known_causes(episode))
    if count > 1:
        yield entry(Message("Different causes seen"), str(count))


def _known_causes(episode: Episode) -> tuple[str, ...]:
    """Answer the fingerprints; a cause that is not known is no other one."""
    return tuple(filter(None, episode.fingerprints))


def cause(failed: Item) -> tuple[Part, ...]:
    """Answer stage and error of a failure, as far as they are known."""
    told = [one_line(word(failed.facts, name), LONGEST) for name in ("failed_stage", "error_line")]
    return spaced([text for text in told if text], ": ")


def _told(change: Item, episode: Episode) -> bool:
    return change.kind == "pull" and may_stand(change, episode.audience)


def _state(pull: Item, zone: tzinfo) -> tuple[Part, ...]:
    """Answer how a pull request stands that may be the cause."""
    merged, by = moment(pull.facts, "merged_at"), word(pull.facts, "merged_by")
    parts: list[Part] = [link(pull), ", ", STATES.get(pull.state, pull.state)]
    if merged is not None:
        parts += [" ", local(merged, zone)]
    if by:
        parts += [" (", by, ")"]
    return entry(Message("May have caused it"), *parts)


def _end(episode: Episode, known: Known, zone: tzinfo) -> Iterator[tuple[Part, ...]]:
    """Answer since when it is well, where it is."""
    healed = known.item(episode.healed)
    at = episode.ended if episode.standing is Standing.CLOSED else episode.well_since
    if at is None:
        return
    by: tuple[Part, ...] = (" ", link(healed)) if healed is not None else ()
    label = Message("Over since") if episode.ended else Message("Succeeds again since")
    yield entry(label, local(at, zone), *by)


def remarks(episode: Episode, known: Known) -> tuple[Remark, ...]:
    """Answer what is to be said once, in the order in which it happened."""
    said = [*_reopened(episode, known), *_other_cause(episode, known), *_well(episode, known)]
    return tuple(sorted(said, key=lambda remark: (remark.at, remark.name)))


def _reopened(episode: Episode, known: Known) -> Iterator[Remark]:
    last = known.item(episode.last)
    for at in episode.reopenings:
        parts: tuple[Part, ...] = (Message("It fails again."),)
        if last is not None and episode.last_at is not None and episode.last_at >= at:
            parts = (*parts, " ", link(last))
        yield Remark(name=f"reopened@{stamp(at)}", text=(Paragraph(parts),), at=at)


def _other_cause(episode: Episode, known: Known) -> Iterator[Remark]:
    """Answer that the newest cause is another one than those before."""
    causes = _known_causes(episode)
    if len(causes) < 2 or episode.last_at is None:
        return
    newest, last = causes[-1], known.item(episode.last)
    parts: tuple[Part, ...] = (Message("It goes on to fail, and now for another cause."),)
    if last is not None and newest == fingerprint(last):
        parts = (*parts, " ", *spaced([link(last), *cause(last)], " "))
    yield Remark(name=f"cause@{newest}", text=(Paragraph(parts),), at=episode.last_at)


def _well(episode: Episode, known: Known) -> Iterator[Remark]:
    healed = known.item(episode.healed)
    proof: tuple[Part, ...] = (" ", link(healed)) if healed is not None else ()
    if episode.standing is Standing.CLOSED and episode.ended is not None and episode.healed:
        text = Message("It succeeds again, so the ticket is closed.")
        parts: tuple[Part, ...] = (text, *proof)
        name = f"closed@{stamp(episode.ended)}"
        yield Remark(name=name, text=(Paragraph(parts),), at=episode.ended)
    elif episode.live and episode.well_since is not None:
        text = Message("It succeeds again. Somebody has taken the ticket, so it stays open.")
        parts = (text, *proof)
        name = f"well@{stamp(episode.well_since)}"
        yield Remark(name=name, text=(Paragraph(parts),), at=episode.well_since)
