"""Charts of bars: side by side, on each other, or lying where their names are long."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from itsm_sync.reports.document import Shape
from itsm_sync.reports.forms.axes import (
    ABOVE,
    HALO,
    Row,
    colour,
    data,
    keys,
    layered,
    name_axis,
    number_axis,
    target,
    words,
)
from itsm_sync.reports.forms.colours import PAPER
from itsm_sync.reports.forms.plotting import SIZE, Plot
from itsm_sync.reports.forms.scales import length, wrapped

_HEIGHT = 250
_LABEL = 14  # pixels that a value takes above its bar
_MOST_LABELS = 16  # upright bars, of which each may have its value without being in the way
_NAMES, _NAMES_NARROW = 210.0, 110.0  # pixels for the names of lying bars


def bar_chart(plot: Plot) -> alt.LayerChart:
    """Answer bars: upright where their names have room, else lying."""
    return _Bars(plot=plot, lying=_lying(plot), stacked=plot.chart.shape is Shape.STACK).chart()


def _lying(plot: Plot) -> bool:
    if plot.chart.shape is Shape.ROWS:
        return True
    return not plot.dated and not all(_stands(str(name), plot.room) for name in plot.names)


def _stands(name: str, room: float) -> bool:
    """Answer whether a name has room below a bar, on two lines."""
    return room > 30 and "…" not in wrapped(name, room - 6, SIZE, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bars:
    plot: Plot
    lying: bool
    stacked: bool

    def chart(self) -> alt.LayerChart:
        plot = self.plot
        many = len(plot.series) > 1
        names = _NAMES_NARROW if plot.look.narrow else _NAMES
        room = names if self.lying else max(plot.room - 6, 24)
        place = keys(plot, room)
        rows: list[Row] = [
            {
                "x": place(point.x), "y": plot.height(point.y), "s": plot.called[point.series],
                "t": plot.label(point.y), "o": plot.series.index(point.series),
            }
            for point in plot.chart.points
        ]  # fmt: skip
        where = self._where(name_axis(plot, place))
        above = 0 if self.lying else ABOVE + _LABEL
        numbers = number_axis(plot, across=self.lying, above=above)
        numbers |= {"stack": "zero" if self.stacked else None}
        encoded: Row = {"x": alt.X(**numbers)} if self.lying else {"y": alt.Y(**numbers)}
        order: Row = {"order": alt.Order("o:Q")} if self.stacked else {}
        bars = (
            alt.Chart(data(rows))
            .mark_bar(stroke=PAPER.light, strokeWidth=1 if self.stacked else 0)
            .encode(color=colour(plot, legend=many, above=above), **where, **encoded, **order)
        )
        layers = [bars, *target(plot, across=self.lying, told=True), *self._labels(rows, where)]
        return layered(plot, layers, height=self._height())

    def _where(self, names: Row) -> Row:
        """Answer the place of a bar among the names, and among those of its own name."""
        plot = self.plot
        where: Row = {"y": alt.Y(**names)} if self.lying else {"x": alt.X(**names)}
        if len(plot.series) > 1 and not self.stacked:
            order = list(plot.called.values())
            where |= (
                {"yOffset": alt.YOffset("s:N", sort=order)}
                if self.lying
                else {"xOffset": alt.XOffset("s:N", sort=order)}
            )
        return where

    def _height(self) -> int:
        if not self.lying:
            return _HEIGHT
        side = 1 if self.stacked else len(self.plot.series)
        return 70 + len(self.plot.names) * (30 if side == 1 else 16 * side + 12)

    def _labels(self, rows: Sequence[Row], where: Row) -> list[alt.Chart]:
        """Answer the values at the ends of bars, or the wholes of parts, where they have room."""
        plot = self.plot
        shown = self._wholes(rows) if self.stacked else list(rows)
        side = 1 if self.stacked else len(plot.series)
        widest = max(length(row["t"], SIZE) for row in shown)
        crowded = len(shown) > _MOST_LABELS or widest > plot.room / side + 4
        if crowded and not self.lying:
            return []
        style: Row = {"align": "center", "baseline": "bottom", "dy": -3}
        number: Row = {"y": alt.Y("y:Q")}
        if self.lying:
            style, number = {"align": "left", "baseline": "middle", "dx": 4}, {"x": alt.X("y:Q")}
        # off the line of the target, which they may lie on
        around: list[Row] = [dict(HALO)] if plot.chart.target is not None else []
        return [
            words(plot, shown, **style, **more).encode(**where, **number) for more in (*around, {})
        ]

    def _wholes(self, rows: Sequence[Row]) -> list[Row]:
        sums: dict[object, float] = {}
        for row in rows:
            sums[row["x"]] = sums.get(row["x"], 0.0) + row["y"]
        return [
            {"x": x, "y": value, "s": "", "t": self.plot.label(value * self.plot.factor)}
            for x, value in sums.items()
        ]
