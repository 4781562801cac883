"""The inventory as SVG that needs nothing else: light and dark, read aloud item by item."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from itsm_sync.model.inventory import CiKind, CiState, ConfigurationItem, RelationKind
from itsm_sync.model.items import Audience
from itsm_sync.reports.inventory_layout import (
    BOX,
    COLUMNS,
    HEAD,
    MARGIN,
    TOP,
    WIDTH,
    Box,
    Lane,
    Line,
    Picture,
    laid_out,
)
from itsm_sync.reports.inventory_view import KINDS, PRIVATE, RELATIONS, TITLE, Teller

# What XML 1.0 has no form of (https://www.w3.org/TR/xml/#charsets).
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TROUBLE = (CiState.OFFLINE, CiState.VANISHED, CiState.MISSING)
_ABSENT = (CiState.VANISHED, CiState.MISSING, CiState.UNKNOWN)
_QUIET = (CiState.DISABLED, CiState.ARCHIVED, CiState.CLOSED, CiState.UNKNOWN)
_BARS = 4  # colours of teams that the style sheet has
_LINE = 18  # height of a line below the picture
# Mean widths at 13 px, measured in the fonts named: of a wide character, and of another one.
_WIDE, _NARROW = 13.0, 7.4
_PATHS = (CiKind.REPOSITORY, CiKind.JOB)  # names whose end says most


def as_svg(teller: Teller, drift: Sequence[str], below: Sequence[str]) -> str:
    """Answer the picture of what the teller shows, with what is wrong and the lines below it."""
    return _Drawing(teller, laid_out(teller.shown)).svg(drift, below)


class _Drawing:
    def __init__(self, teller: Teller, picture: Picture) -> None:
        self._teller = teller
        self._picture = picture
        self._bars = {team: number % _BARS for number, team in enumerate(teller.matrix.teams)}

    def svg(self, drift: Sequence[str], below: Sequence[str]) -> str:
        style = files(__package__).joinpath("inventory.css").read_text(encoding="utf-8")
        title, counts = _xml(self._teller.said(TITLE)), _xml(self._teller.counts())
        height = self._picture.bottom + 48 + _LINE * len((*drift, *below)) + MARGIN
        lanes = "".join(map(self._lane, self._picture.lanes))
        lines = "".join(map(_line, self._picture.lines))
        boxes = "".join(self._box(box) for lane in self._picture.lanes for box in lane.boxes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" lang="{self._teller.language}"'
            ' role="graphics-document document" aria-labelledby="title counts">\n'
            f'<title id="title">{title}</title>\n<desc id="counts">{counts}</desc>\n'
            f"<style>\n{style}</style>\n{_ARROWS}"
            f'<rect class="page" width="{WIDTH}" height="{height}"/>\n'
            f'<text class="title" x="{MARGIN}" y="42">{title}</text>\n'
            f'<text class="faint" x="{MARGIN}" y="64">{counts}</text>\n'
            f'{"".join(self._columns())}{lanes}<g aria-hidden="true">{lines}</g>\n{boxes}'
            f"{self._legend()}{self._foot(drift, below)}</svg>\n"
        )

    def _columns(self) -> Iterator[str]:
        if not any(not lane.nodes for lane in self._picture.lanes):
            return
        headings = {CiKind.SERVICE: MARGIN + 18} | {kind: x for kind, (x, _) in COLUMNS.items()}
        for kind, x in headings.items():
            said = _xml(self._teller.said(KINDS[kind]))
            yield f'<text class="column" x="{x}" y="{TOP - 12}">{said}</text>\n'

    def _lane(self, lane: Lane) -> str:
        told = [self._teller.said("Nodes" if lane.nodes else "no service"), ""]
        bar = ""
        if lane.service is not None:
            told = [self._teller.name(lane.service), self._teller.team(lane.service)]
            bar = str(self._bars.get(lane.service.team, ""))
        hidden = lane.service is not None and lane.service.audience is Audience.PRIVATE
        x, y = MARGIN + 18, lane.y + 31
        room = HEAD - (66 if hidden else 36)
        name, team = (_xml(_fitting(text, room, 1.1)) for text in told)
        label = _xml(", ".join(filter(None, told)))
        return (
            f'<g role="group" aria-label="{label}"><title>{label}</title>\n'
            f'<rect class="lane" x="{MARGIN}" y="{lane.y}" width="{WIDTH - 2 * MARGIN}"'
            f' height="{lane.height}" rx="6"/>\n'
            f'<rect class="bar{bar}" x="{MARGIN}" y="{lane.y}" width="5"'
            f' height="{lane.height}" rx="2.5"/>\n'
            f'<text class="name" x="{x}" y="{y}">{name}</text>\n'
            f'<text class="faint" x="{x}" y="{y + 20}">{team}</text>\n'
            f"{_lock(MARGIN + HEAD - 28, lane.y + 20) if hidden else ''}</g>\n"
        )

    def _box(self, box: Box) -> str:
        item = box.item
        state = "" if item.state is CiState.ACTIVE else _xml(self._teller.state(item))
        hidden = item.audience is Audience.PRIVATE
        room = box.width - 22 - (18 if hidden else 0) - (_width(state, 0.85) + 8 if state else 0)
        shown = _xml(_fitting(self._teller.name(item), room, from_end=item.kind in _PATHS))
        right = box.x + box.width - 10 - (18 if hidden else 0)
        marks = f'<text class="state" x="{right}" y="{box.y + 19}" text-anchor="end">{state}</text>'
        drawn = (
            f'<g class="{_class(item)}" role="img"><title>{_xml(self._spoken(item))}</title>'
            f'<rect class="box" x="{box.x}" y="{box.y}" width="{box.width}" height="{BOX}" rx="5"/>'
            f'<text x="{box.x + 10}" y="{box.y + 20}">{shown}</text>{marks if state else ""}'
            f"{_lock(box.x + box.width - 14, box.y + 9) if hidden else ''}</g>"
        )
        if item.url.startswith(("http://", "https://")):
            return f'<a href="{_xml(item.url)}">{drawn}</a>\n'
        return f"{drawn}\n"

    def _spoken(self, item: ConfigurationItem) -> str:
        """Answer all that is told of an item to who points at it or hears it."""
        teller = self._teller
        service = teller.service(item) if item.service else teller.said("no service")
        told = (teller.name(item), service, teller.team(item), teller.role(item),
                teller.marked(item), *teller.hangs(item).split("\n"))  # fmt: skip
        return " · ".join(filter(None, told))

    def _legend(self) -> str:
        y, x = self._picture.bottom + 16, MARGIN
        parts = []
        for kind in (RelationKind.BUILDS, RelationKind.DEPLOYS_TO):
            said = _xml(self._teller.said(RELATIONS[kind]))
            parts.append(_stroke(kind, f"M{x} {y - 4}H{x + 34}"))
            parts.append(f'<text class="faint" x="{x + 44}" y="{y}">{said}</text>\n')
            x += 60 + int(_width(said))
        said = _xml(self._teller.said(PRIVATE))
        if any(i.audience is Audience.PRIVATE for i in self._teller.shown.items):
            parts.append(_lock(x + 5, y - 11))
            parts.append(f'<text class="faint" x="{x + 20}" y="{y}">{said}</text>\n')
        return "".join(parts)

    def _foot(self, drift: Sequence[str], below: Sequence[str]) -> str:
        y = self._picture.bottom + 28 + _LINE
        lines = [("wrong", line) for line in drift] + [("faint", line) for line in below]
        return "".join(
            f'<text class="{sort}" x="{MARGIN}" y="{y + number * _LINE}">'
            f"{_xml(_fitting(line, WIDTH - 2 * MARGIN))}</text>\n"
            for number, (sort, line) in enumerate(lines)
        )


_ARROWS = "<defs>" + "".join(
    f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    f' markerUnits="userSpaceOnUse" orient="auto"><path class="{name}" d="M0 0.5L8 4L0 7.5z"/>'
    "</marker>"
    for name in ("ends", "deploys")
) + "</defs>\n"  # fmt: skip


def _line(line: Line) -> str:
    """A calm curve; one that begins and ends at one height is straight."""
    x, y = line.start.x + line.start.width, line.start.middle
    end_x, end_y = line.end.x - 1, line.end.middle
    bend = max((end_x - x) // 2, 20)
    path = f"M{x} {y}C{x + bend} {y} {end_x - bend} {end_y} {end_x} {end_y}"
    return _stroke(line.kind, path)


def _stroke(kind: RelationKind, path: str) -> str:
    end = "deploys" if kind is RelationKind.DEPLOYS_TO else "ends"
    return f'<path class="line {kind}" d="{path}" marker-end="url(#{end})"/>\n'


def _lock(x: int, y: int) -> str:
    """A padlock 10 wide, its left upper corner moved by its half width."""
    return (
        f'<path class="lock" d="M{x - 4} {y + 5}h8v6h-8zM{x - 2.5} {y + 5}v-1.5'
        'a2.5 2.5 0 0 1 5 0v1.5"/>'
    )


def _class(item: ConfigurationItem) -> str:
    marks = {"trouble": _TROUBLE, "absent": _ABSENT, "quiet": _QUIET}
    found = (name for name, states in marks.items() if item.state in states)
    return " ".join(["item", *found])


def _width(text: str, scale: float = 1.0) -> float:
    """Answer about how wide a text is in pixels."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return scale * (wide * _WIDE + (len(text) - wide) * _NARROW)


def _fitting(text: str, room: float, scale: float = 1.0, *, from_end: bool = False) -> str:
    """Answer the text, cut with an ellipsis where it is wider than the room."""
    if _width(text, scale) <= room:
        return text
    while text and _width(f"{text}…", scale) > room:
        text = text[1:] if from_end else text[:-1]
    return f"…{text}" if from_end else f"{text}…"


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("", text))
