"""All measures by the names that report definitions use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from itsm_sync.model.items import Audience
from itsm_sync.model.words import Message, Words
from itsm_sync.reports.document import Block, Notice, Section
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views import (
    alerts,
    builds,
    capacity,
    changes,
    deliveries,
    early_life,
    flow,
    handovers,
    keeping,
    knowledge,
    levels,
    recurring,
    releases,
    routing,
    speed,
)
from itsm_sync.reports.views.beginnings import (
    UNNOTED,
    beginning,
    beginnings,
    known_since,
    uncompared,
)
from itsm_sync.reports.views.blocks import nothing
from itsm_sync.reports.views.incomplete import is_incomplete, marked, reasons, silent, untold
from itsm_sync.reports.views.measure import Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_FAMILIES: tuple[tuple[Measure, ...], ...] = (
    flow.MEASURES,
    speed.MEASURES,
    handovers.MEASURES,
    levels.MEASURES,
    deliveries.MEASURES,
    changes.MEASURES,
    recurring.MEASURES,
    releases.MEASURES,
    builds.MEASURES,
    alerts.MEASURES,
    capacity.MEASURES,
    knowledge.MEASURES,
    keeping.MEASURES,
    routing.MEASURES,
    early_life.MEASURES,
)

MEASURES: Mapping[str, Measure] = {one.name: one for family in _FAMILIES for one in family}


def section(
    name: str, world: World, period: Period, voice: Voice, options: Options | None = None
) -> Section:
    """Answer one measure's part of a report: its numbers, those of incomplete sources marked.

    Raises KeyError where no measure is called so.
    """
    measure = MEASURES[name]
    blocks = _blocks(measure, world, period, voice, options or Options())
    return Section(title=voice.say(measure.title), blocks=blocks)


def _blocks(
    measure: Measure, world: World, period: Period, voice: Voice, options: Options
) -> tuple[Block, ...]:
    if measure.private and world.audience is Audience.PUBLIC:
        told = Message("This is always private: a report that everybody may read does not tell it.")
        return nothing(voice, told)
    if measure.noted and not world.noted(period):
        return nothing(voice, UNNOTED)
    blocks: Sequence[Block] = measure.make(world, period, voice, options)
    if not blocks:
        blocks = nothing(voice, Message("There is nothing to count in this period."))
    now = is_incomplete(measure, world, period)
    before = is_incomplete(measure, world, period.before)
    shown = marked(blocks, now=now, before=before)
    if known_since(measure, world, period.before) is not None:
        shown = uncompared(shown)
    above = (*(silent(shown, voice) if now else ()), *beginning(measure, world, period, voice))
    return (*above, *shown)


def notices(
    names: Iterable[str],
    world: World,
    period: Period,
    voice: Voice,
    under: Mapping[str, Words] = MappingProxyType({}),
) -> tuple[Notice, ...]:
    """Answer what stands above a report of these measures: which numbers are incomplete and why,
    since when which are known, and how much is not counted as not every reader may see it.

    Numbers are called by the section in which they are found: `under` has the title of that for
    measures that have none of their own.
    """
    measures = [_under(MEASURES[name], under.get(name)) for name in names]
    return (
        *reasons(measures, world, period, voice),
        *beginnings(measures, world, period, voice),
        *untold(world, voice),
    )


def _under(measure: Measure, title: Words | None) -> Measure:
    return measure if title is None else replace(measure, title=title)
