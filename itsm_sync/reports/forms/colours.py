"""The colours of charts: told apart by who sees few colours, on a light ground and on a dark one.

A chart is drawn in the light ones. A page that is dark replaces each by its dark one (`dark_css`),
so every colour here is written one way only, and each is unlike every other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from itsm_sync.reports.document import Chart, Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A colour as charts are drawn, and what it becomes on a dark page."""

    light: str
    dark: str


INK = Colour(light="#1b2430", dark="#e4e9f0")
SOFT = Colour(light="#5b6675", dark="#9aa6b5")
LINE = Colour(light="#dfe3e8", dark="#2c3441")
PAPER = Colour(light="#ffffff", dark="#171c24")
# After Okabe and Ito's eight, darker where the white ground asks for it; the first are the teams'.
SERIES = (
    Colour(light="#0072b2", dark="#58b0ec"),  # blue
    Colour(light="#d55e00", dark="#ff9a4d"),  # vermilion
    Colour(light="#00886b", dark="#35cfa4"),  # green
    Colour(light="#b5578f", dark="#eba6cf"),  # purple
    Colour(light="#a87900", dark="#f2c14e"),  # amber
    Colour(light="#4d5b6d", dark="#b6c2d1"),  # slate
)
# A second sign beside the colour, for lines.
DASHES = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 4), (1, 3))


def series_of(chart: Chart) -> tuple[str, ...]:
    """Answer the names of a chart's series, in the order of their first point."""
    return tuple(dict.fromkeys(point.series for point in chart.points))


def places(document: Document) -> Mapping[str, int]:
    """Answer the place of each series among the colours: one name has one colour in all charts.

    The teams have the first; the others the first after those that no series beside them has.
    """
    found = {name: place for place, name in enumerate(document.teams)}
    charts = [series_of(chart) for chart in charts_of(document)]
    for name in dict.fromkeys(name for names in charts for name in names if name):
        beside = {found.get(other) for names in charts if name in names for other in names}
        found.setdefault(name, next(n for n in count(len(document.teams)) if n not in beside))
    return found


def charts_of(document: Document) -> Iterator[Chart]:
    """Answer the charts of a document that say something: those of two points or more."""
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Chart) and len(block.points) > 1:
                yield block


def dark_css() -> str:
    """Answer the rules by which a dark page shows charts."""
    return "\n".join(
        f'  .chart [{what}="{colour.light}"] {{ {what}: {colour.dark}; }}'
        for colour in (INK, SOFT, LINE, PAPER, *SERIES)
        for what in ("fill", "stroke")
    )
