"""A chart in the language of the library that draws it."""

from typing import Any

from itsm_sync.reports.document import Chart, Shape
from itsm_sync.reports.forms.bars import bar_chart
from itsm_sync.reports.forms.lines import line_chart
from itsm_sync.reports.forms.plotting import Look, plotted


def drawn(chart: Chart, look: Look) -> dict[str, Any]:
    """Answer the specification (Vega-Lite) of a chart of two points or more.

    All it needs is in it: no address, no expression made of anybody's words.
    """
    plot = plotted(chart, look)
    layers = line_chart(plot) if chart.shape is Shape.LINE else bar_chart(plot)
    return dict(layers.to_dict())
