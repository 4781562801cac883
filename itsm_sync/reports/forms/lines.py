"""Charts of lines, with the name and the last value beside each."""

from datetime import date

import altair as alt

from itsm_sync.reports.document import Point
from itsm_sync.reports.forms.axes import (
    Place,
    Row,
    colour,
    data,
    keys,
    layered,
    name_axis,
    number_axis,
    target,
    time_axis,
    words,
)
from itsm_sync.reports.forms.colours import INK, PAPER
from itsm_sync.reports.forms.plotting import SIZE, Plot
from itsm_sync.reports.forms.scales import apart, wrapped

_HEIGHT = 250
_FEET = 66  # of that for the axis' marks and titles, above and below
_MANY_POINTS = 62  # beyond which a line's points would be its line
_MANY_SERIES = 8  # whose names have room beside them
_GAP = 15  # between two names
_LONGEST = 150  # pixels of a name


def line_chart(plot: Plot) -> alt.LayerChart:
    """Answer lines over time or over names; on a phone their names stand above them."""
    place: Place = _ordinal if plot.dated else keys(plot, plot.room - 6)
    along = time_axis(plot) if plot.dated else name_axis(plot, place)
    rows: list[Row] = [
        {"x": place(point.x), "y": plot.height(point.y), "s": plot.called[point.series]}
        for point in plot.chart.points
    ]
    beside = not plot.look.narrow and len(plot.series) <= _MANY_SERIES
    base = alt.Chart(data(rows)).encode(
        x=alt.X(**along),
        y=alt.Y(**number_axis(plot, across=False)),
        color=colour(plot, legend=len(plot.series) > 1 and not beside),
    )
    dashes = [list(plot.look.dash(name)) for name in plot.series]
    dash = alt.StrokeDash(
        "s:N", scale=alt.Scale(domain=list(plot.called.values()), range=dashes), legend=None
    )
    line = base.mark_line(strokeWidth=2.4, strokeJoin="round", strokeCap="round")
    layers = [*target(plot, across=False, told=not beside), line.encode(strokeDash=dash)]
    if len(plot.names) <= _MANY_POINTS:
        layers.append(
            base.mark_point(filled=True, size=34, opacity=1, stroke=PAPER.light, strokeWidth=1)
        )
    return layered(plot, [*layers, *(_beside(plot, place) if beside else [])], height=_HEIGHT)


def _ordinal(name: date | str) -> str | int:
    return name.toordinal() if isinstance(name, date) else name


def _beside(plot: Plot, place: Place) -> list[alt.Chart]:
    """Answer each line's name and last value, and the target's, to the right of them."""
    order = {name: number for number, name in enumerate(plot.names)}
    points = sorted(plot.chart.points, key=lambda point: order[point.x])
    ends: dict[str, Point] = {point.series: point for point in points}
    told = [
        (
            plot.height(ends[name].y),
            f"{wrapped(name, _LONGEST, SIZE, 1)} {plot.label(ends[name].y)}".strip(),
            plot.look.colour(name).light,
        )
        for name in plot.series
    ]
    if plot.chart.target is not None:
        told.append((plot.height(plot.chart.target), plot.target(), INK.light))
    tall, span = _HEIGHT - _FEET, plot.scale.high - plot.scale.low
    spots = apart([(plot.scale.high - at) / span * tall for at, _, _ in told], _GAP, 2, tall - 2)
    layers = []
    for (_, text, fill), spot in zip(told, spots, strict=True):
        row: Row = {
            "x": place(plot.names[-1]), "y": plot.scale.high - spot / tall * span, "t": text,
        }  # fmt: skip
        name = words(plot, [row], align="left", baseline="middle", dx=9, fontWeight=700, fill=fill)
        layers.append(name.encode(x="x:Q" if plot.dated else "x:O", y="y:Q"))
    return layers
