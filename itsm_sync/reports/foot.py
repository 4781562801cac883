"""What stands below every report: how complete its sources are, and what decided."""

from collections.abc import Iterable
from datetime import tzinfo

from itsm_sync.locale import say
from itsm_sync.model.words import Language, Message
from itsm_sync.reports.completeness import SourceState


def foot(
    sources: Iterable[SourceState], configuration: str, language: Language, zone: tzinfo
) -> tuple[str, ...]:
    """Answer a line for each source, and one with the configuration's hash."""
    told = Message("decided by the configuration {hash}", {"hash": configuration})
    return (*(_source(source, language, zone) for source in sources), say(told, language))


def _source(source: SourceState, language: Language, zone: tzinfo) -> str:
    at = f"{source.read_at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if source.read_at else ""
    params = {
        "source": source.source,
        "streams": source.streams,
        "unwell": source.unwell,
        "at": at or say("never", language),
    }
    told = Message("{source}: read in full, last at {at}", params)
    if source.unwell:
        told = Message(
            "{source}: {unwell} of {streams} streams not read in full; last in full at {at}",
            params,
        )
    aside = Message("{n} payloads set aside", {"n": source.set_aside})
    said = say(told, language)
    return f"{said}; {say(aside, language)}" if source.set_aside else said
