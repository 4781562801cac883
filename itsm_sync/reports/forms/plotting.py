"""What is drawn of a chart: numbers in the unit of its axis, names, dates and labels. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date

from itsm_sync.model.words import Language
from itsm_sync.reports.document import Chart, Shape, Unit
from itsm_sync.reports.forms.colours import DASHES, SERIES, Colour, series_of
from itsm_sync.reports.forms.scales import Scale, days, scale, wrapped
from itsm_sync.reports.forms.values import Writing

_BYTES = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
SIZE = 12  # pixels, of all letters
MOST_NAMES = 40  # of a chart by name; the numbers of more stand in a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """For whom it is drawn: how wide (pixels), in which font, with which place a series has."""

    writing: Writing
    width: int
    family: str
    places: Mapping[str, int]

    @property
    def narrow(self) -> bool:
        return self.width < 500

    def colour(self, series: str) -> Colour:
        return SERIES[self.places.get(series, 0) % len(SERIES)]

    def dash(self, series: str) -> tuple[int, ...]:
        return DASHES[self.places.get(series, 0) % len(DASHES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A chart's numbers, ready to be drawn.

    `factor` is what they are divided by, and `unit` the name of what they then are; `called` has
    what a series is called in the picture.
    """

    chart: Chart
    look: Look
    names: tuple[date | str, ...]
    series: tuple[str, ...]
    called: Mapping[str, str]
    scale: Scale
    factor: float
    unit: str

    @property
    def dated(self) -> bool:
        return isinstance(self.names[0], date)

    @property
    def days(self) -> tuple[date, ...]:
        """Answer the names that are days, in their order."""
        return tuple(name for name in self.names if isinstance(name, date))

    @property
    def room(self) -> float:
        """Answer how wide one name's place is where they stand side by side."""
        return (self.look.width - 60) / len(self.names)

    def height(self, value: float) -> float:
        """Answer where a value is on the axis of numbers."""
        return value / self.factor

    def label(self, value: float) -> str:
        """Answer a value as it stands beside what is drawn of it."""
        if self.chart.unit is Unit.SHARE:
            return self.look.writing.share(value)
        whole = float(value).is_integer() and self.factor == 1
        return self.look.writing.number(int(value) if whole else value / self.factor)

    def target(self, between: str = " ") -> str:
        """Answer what stands at the line of the target: its name and value."""
        value = self.chart.target
        told = self.look.writing.whole(value, self.chart.unit)
        name = self.chart.target_label or self.look.writing.say("target")
        # a label of the view's may tell the value itself
        return name if any(map(str.isdigit, name)) else f"{name}{between}{told}"


def plotted(chart: Chart, look: Look) -> Plot:
    """Answer what is drawn of a chart of two points or more."""
    names = tuple(dict.fromkeys(point.x for point in chart.points))
    if isinstance(names[0], date):
        names = tuple(sorted(name for name in names if isinstance(name, date)))
    else:
        names = names[:MOST_NAMES]
    kept = set(names)
    points = tuple(point for point in chart.points if point.x in kept)
    factor, unit = _unit(chart, look.writing)
    values = [value / factor for value in _heights(chart, names)]
    target = () if chart.target is None else (chart.target / factor,)
    found = scale((*values, *target), chart.unit, line=chart.shape is Shape.LINE)
    return Plot(
        chart=replace(chart, points=points),
        look=look,
        names=names,
        series=series_of(chart),
        called=distinct(series_of(chart), look.width // 2 - 40, lines=1),
        scale=found,
        factor=factor,
        unit=unit,
    )


def distinct(names: Sequence[str], room: float, *, lines: int) -> Mapping[str, str]:
    """Answer names as they are drawn: on so many lines, and each unlike the others.

    They are cut here: the drawing library would cut in the middle of a letter.
    """
    found: dict[str, str] = {}
    for name in names:
        key = wrapped(name, room, SIZE, lines)
        while key in found.values():
            key += "\u200b"  # has no width
        found[name] = key
    return found


def left_out(chart: Chart) -> int:
    """Answer how many names are not drawn."""
    names = {point.x for point in chart.points if isinstance(point.x, str)}
    return max(0, len(names) - MOST_NAMES)


def _heights(chart: Chart, names: Sequence[date | str]) -> Sequence[float]:
    """Answer every value, or of parts of a whole the wholes."""
    if chart.shape is not Shape.STACK:
        return [point.y for point in chart.points]
    above: dict[date | str, float] = dict.fromkeys(names, 0.0)
    below = dict(above)
    for point in chart.points:
        if point.x in above:
            (above if point.y >= 0 else below)[point.x] += point.y
    return [*above.values(), *below.values()]


def _unit(chart: Chart, writing: Writing) -> tuple[float, str]:
    if chart.unit is Unit.SHARE:
        return 1.0, "%"
    if chart.unit is Unit.BYTES:
        most = max(abs(point.y) for point in chart.points)
        found = next(((size, name) for size, name in _BYTES if most >= size), (1, "B"))
        return float(found[0]), found[1]
    return 1.0, writing.unit(chart.unit)


def marked_days(plot: Plot, most: int) -> Mapping[date, str]:
    """Answer the days to mark on an axis of time, and how they are written there."""
    dates = plot.days
    if all(day.day == 1 for day in dates):
        return bar_days(plot, most)
    return _written(days(dates[0], dates[-1], most), dates, plot.look.writing.language)


def bar_days(plot: Plot, most: int) -> Mapping[date, str]:
    """Answer those of the chart's own days that are written, and how."""
    dates = plot.days
    return _written(dates[:: -(-len(dates) // most)], dates, plot.look.writing.language)


def _written(
    chosen: Sequence[date], dates: Sequence[date], language: Language
) -> Mapping[date, str]:
    """Answer days as they are written: with the year where it changes, without days of months."""
    ko, monthly = language == "ko", all(day.day == 1 for day in chosen)
    pattern = ("M월" if ko else "MMM") if monthly else ("M/d" if ko else "MMM d")
    with_year = ("yyyy. M월" if ko else "MMM yyyy") if monthly else "yyyy-MM-dd"
    year = dates[0].year if dates[0].year == dates[-1].year else None
    written = {}
    for day in chosen:
        written[day] = format_date(day, pattern if day.year == year else with_year, language)
        year = day.year
    return written
