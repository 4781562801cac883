"""Charts as pictures: SVG for pages and paper, PNG where SVG is not shown. Nothing is fetched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import vl_convert

from itsm_sync.reports.document import Chart, Document
from itsm_sync.reports.forms.colours import PAPER, charts_of, places
from itsm_sync.reports.forms.drawing import drawn
from itsm_sync.reports.forms.fonts import Face, family, korean
from itsm_sync.reports.forms.plotting import Look, left_out
from itsm_sync.reports.forms.values import Writing, legend

WIDE, NARROW = 680, 340  # pixels: a page of A4 between its margins, a phone
_SCALE = 2  # of a PNG, for screens that have two dots a pixel
_ID = re.compile(r'\bid="([^"]*)"')
_USE = re.compile(r"url\(#([^)]*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Draws the charts of one document, each series in one colour throughout."""

    document: Document
    faces: Sequence[Face]

    @classmethod
    def of(cls, document: Document) -> "Drawer":
        return cls(document=document, faces=korean())

    def charts(self) -> tuple[Chart, ...]:
        """Answer the charts that are shown."""
        return tuple(charts_of(self.document))

    def svg(self, chart: Chart, width: int = WIDE) -> str:
        """Answer a chart as SVG on no ground of its own; its ids are unlike those of others."""
        look = Look(
            writing=Writing.of(self.document),
            width=width,
            family=family(self.faces),
            places=places(self.document),
        )
        spec = drawn(chart, look) | {"background": None}
        made = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
        return _own_ids(made, f"{chart.name}-{width}")

    def png(self, chart: Chart) -> bytes:
        """Answer a chart as PNG on white, with two dots a pixel."""
        ground = f'<rect width="100%" height="100%" fill="{PAPER.light}"/>'
        svg = re.sub(r"(<svg[^>]*>)", rf"\1{ground}", self.svg(chart), count=1)
        return bytes(vl_convert.svg_to_png(svg, scale=_SCALE))

    def caption(self, chart: Chart) -> str:
        """Answer what is to be said of what is not drawn or incomplete; "" for nothing."""
        writing, count = Writing.of(self.document), left_out(chart)
        more = writing.say("{count} more are not drawn.", count=writing.number(count))
        return " ".join(
            filter(None, (more if count else "", legend(writing) if chart.incomplete else ""))
        )


def told(chart: Chart) -> str:
    """Answer what is said of a chart to who can't see it."""
    return f"{chart.title}: {chart.said}" if chart.said else chart.title


def _own_ids(svg: str, name: str) -> str:
    """Answer the picture with ids of its own: the drawing library numbers them as it goes."""
    prefix = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    numbers = {found: f"{prefix}-{n}" for n, found in enumerate(dict.fromkeys(_ID.findall(svg)))}
    svg = _ID.sub(lambda found: f'id="{numbers[found[1]]}"', svg)
    return _USE.sub(lambda found: f"url(#{numbers.get(found[1], found[1])})", svg)
