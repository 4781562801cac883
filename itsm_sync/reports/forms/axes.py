"""What all charts have: axes, colours with their legend, words, the line of the target."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt

from itsm_sync.reports.document import Shape
from itsm_sync.reports.forms.colours import INK, LINE, PAPER, SOFT
from itsm_sync.reports.forms.plotting import SIZE, Plot, bar_days, distinct, marked_days

HALO: Mapping[str, Any] = {"stroke": PAPER.light, "strokeWidth": 4, "strokeJoin": "round"}

ABOVE = 10  # pixels from an axis to its unit

Row = dict[str, Any]
Place = Callable[[date | str], str | int]  # where a name is on its axis


def layered(plot: Plot, layers: Iterable[alt.Chart], *, height: int) -> alt.LayerChart:
    """Answer the layers as one picture, of the look's width."""
    family = plot.look.family
    axis: Row = {
        "labelFont": family, "titleFont": family, "labelFontSize": SIZE, "titleFontSize": SIZE,
        "titleFontWeight": "normal", "labelColor": SOFT.light, "titleColor": SOFT.light,
        "gridColor": LINE.light, "domainColor": SOFT.light, "tickColor": SOFT.light,
    }  # fmt: skip
    legend: Row = {
        "labelFont": family, "labelFontSize": SIZE, "labelColor": INK.light, "orient": "top",
        "title": None, "symbolType": "square", "symbolSize": 110, "symbolStrokeWidth": 0,
        "symbolDash": [1, 0], "labelLimit": 0, "columnPadding": 14,
        "rowPadding": 4,
    }  # fmt: skip
    whole: alt.LayerChart = (
        alt.layer(*layers)
        .properties(
            width=plot.look.width,
            height=height,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
            padding={"left": 4, "top": 6, "right": 8, "bottom": 4},
        )
        .configure(font=family)
        .configure_axis(**axis)
        .configure_view(stroke=None)
        .configure_legend(**legend)
    )
    return whole


def data(rows: Sequence[Row]) -> alt.InlineData:
    """Answer rows as they stand in the picture itself."""
    return alt.InlineData(values=list(rows))


def number_axis(plot: Plot, *, across: bool, above: int = ABOVE) -> Row:
    """Answer what an axis of numbers is made with; its title, the unit, is above an upright one,
    by `above` pixels.
    """
    share = plot.unit == "%"
    decimals = max(0, plot.scale.decimals - 2) if share else plot.scale.decimals
    title = plot.look.writing.say("Unit: {unit}", unit=plot.unit) if plot.unit else None
    placed: Row = {} if across else {
        "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -above,
        "titleBaseline": "bottom",
    }  # fmt: skip
    axis = alt.Axis(
        values=list(plot.scale.marks), format=f",.{decimals}{'%' if share else 'f'}",
        domain=False, ticks=False, grid=True, title=title, labelPadding=6, labelOverlap=False,
        tickCount=len(plot.scale.marks),  # else the library leaves out each second, and the last
        **placed,
    )  # fmt: skip
    scale = alt.Scale(domain=[plot.scale.low, plot.scale.high], nice=False, zero=False)
    return {"shorthand": "y:Q", "scale": scale, "axis": axis}


def name_axis(plot: Plot, place: Place) -> Row:
    """Answer what an axis of names, or of days as names, is made with."""
    keys = [place(name) for name in plot.names]
    if plot.dated:
        written = bar_days(plot, max(2, int(plot.look.width / 70)))
        expression = _lookup({day.isoformat(): said for day, said in written.items()})
        title = plot.look.writing.say("Date")
    else:
        expression, title = "split(datum.value, '\\n')", None
    axis = alt.Axis(
        labelExpr=expression, title=title, ticks=False, grid=False, labelPadding=7, labelAngle=0,
        labelLimit=0, labelOverlap=False, titlePadding=6, labelLineHeight=14,
        domain=True,
    )  # fmt: skip
    inner = 0.28 if len(plot.names) < 40 else 0.1
    scale = alt.Scale(domain=keys, paddingInner=inner, paddingOuter=inner / 2)
    if plot.chart.shape is Shape.LINE:
        scale = alt.Scale(domain=keys, padding=0.4, type="point")
    return {"shorthand": "x:O", "sort": keys, "axis": axis, "scale": scale}


def time_axis(plot: Plot) -> Row:
    """Answer what an axis of time is made with: days as numbers, some of them written."""
    written = {
        str(day.toordinal()): said
        for day, said in marked_days(plot, 5 if plot.look.narrow else 10).items()
    }
    axis = alt.Axis(
        values=[int(day) for day in written], labelExpr=_lookup(written), grid=False,
        title=plot.look.writing.say("Date"), labelPadding=5, titlePadding=6, labelOverlap=True,
        labelFlush=False,
    )  # fmt: skip
    ends = [plot.days[0].toordinal(), plot.days[-1].toordinal()]
    return {
        "shorthand": "x:Q", "axis": axis, "scale": alt.Scale(domain=ends, nice=False, zero=False),
    }  # fmt: skip


def _lookup(written: Mapping[str, str]) -> str:
    """Answer the expression that writes a mark: of dates, which are ours, never of words."""
    return f"({json.dumps(written, ensure_ascii=False)})[datum.value] || ''"


def keys(plot: Plot, room: float) -> Place:
    """Answer how each name is written on an axis: on two lines, and unlike every other."""
    if plot.dated:
        return str
    found = distinct([str(name) for name in plot.names], room, lines=2)
    return lambda name: found[str(name)]


def colour(plot: Plot, *, legend: bool, above: int = ABOVE) -> alt.Color:
    """Answer the series' colours, with their names above, and above the unit, which is `above`."""
    offset = above + 20 if above else 6
    shown = alt.Legend(columns=2 if plot.look.narrow else 4, offset=offset)
    colours = [plot.look.colour(name).light for name in plot.series]
    scale = alt.Scale(domain=list(plot.called.values()), range=colours)
    return alt.Color("s:N", scale=scale, legend=shown if legend else None)


def words(plot: Plot, rows: Sequence[Row], **mark: Any) -> alt.Chart:
    """Answer words (`t` of each row), in ink unless told otherwise."""
    style: Row = {"font": plot.look.family, "fontSize": SIZE, "fill": INK.light, "clip": False}
    made: alt.Chart = alt.Chart(data(rows)).mark_text(**(style | mark))
    return made.encode(text="t:N")


def target(plot: Plot, *, across: bool, told: bool) -> list[alt.Chart]:
    """Answer the line of the target, with its name at its end where it stands nowhere else."""
    if plot.chart.target is None:
        return []
    at = plot.height(plot.chart.target)
    channel: Row = {"x": alt.X("y:Q")} if across else {"y": alt.Y("y:Q")}
    rule = alt.Chart(data([{"y": at}])).mark_rule(
        stroke=INK.light, strokeWidth=1.4, strokeDash=[5, 4]
    )
    if not told:
        return [rule.encode(**channel)]
    rows: list[Row] = [
        {"y": at, "t": plot.target("\n" if plot.look.narrow and not across else " ")}
    ]
    style: Row = {"align": "left", "baseline": "middle", "dx": 5}
    end: Row = {"x": alt.value("width")}
    if across:
        style, end = {"align": "center", "baseline": "bottom", "dy": -3}, {"y": alt.value(0)}
    name = words(plot, rows, lineBreak="\n", lineHeight=14, fontWeight=700, **style)
    return [rule.encode(**channel), name.encode(**channel, **end)]
