"""Where each configuration item stands in the picture. Pure.

What layer an item is in follows from its kind, and who stands together from its service; so the
picture is a lane for each service with a column for each kind, and only the order within a column
is left to be found: what hangs together stands side by side.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itsm_sync.model.inventory import CiKind, ConfigurationItem, Relation, RelationKind
from itsm_sync.model.text import folded
from itsm_sync.reports.inventory import Shown

MARGIN, HEAD, GAP = 24, 190, 44
BOX, ROW = 30, 38  # heights: of a box, and from one to the next
TOP, PADDING, BETWEEN = 108, 14, 10
# Left edge and width of each column.
COLUMNS: dict[CiKind, tuple[int, int]] = {}
_at = MARGIN + HEAD
for _kind, _width in (
    (CiKind.PROJECT, 180),
    (CiKind.REPOSITORY, 200),
    (CiKind.JOB, 250),
    (CiKind.ENVIRONMENT, 170),
):
    COLUMNS[_kind] = (_at, _width)
    _at += _width + GAP
WIDTH = _at - GAP + PADDING + MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One item: the left upper corner and the width."""

    item: ConfigurationItem
    x: int
    y: int
    width: int

    @property
    def middle(self) -> int:
        return self.y + BOX // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """From the right side of one box to the left side of another."""

    kind: RelationKind
    start: Box
    end: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A service and all of its items; `service` is None for what belongs to none, and for nodes."""

    service: ConfigurationItem | None
    nodes: bool
    y: int
    height: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The whole; `bottom` is where the last lane ends."""

    lanes: tuple[Lane, ...]
    lines: tuple[Line, ...]
    bottom: int


def laid_out(shown: Shown) -> Picture:
    """Answer the picture of the items that are shown."""
    lanes: list[Lane] = []
    y = TOP
    for service, nodes, members in _groups(shown):
        boxes = tuple(_nodes(members, y) if nodes else _Lane(shown.relations, y).boxes(members))
        lowest = max((box.y for box in boxes), default=y + PADDING) + BOX
        height = max(lowest - y, 52) + PADDING
        lanes.append(Lane(service=service, nodes=nodes, y=y, height=height, boxes=boxes))
        y += height + BETWEEN
    boxes_by_key = {box.item.key: box for lane in lanes for box in lane.boxes}
    lines = tuple(_lines(shown.relations, boxes_by_key))
    return Picture(lanes=tuple(lanes), lines=lines, bottom=y)


def _groups(
    shown: Shown,
) -> Iterator[tuple[ConfigurationItem | None, bool, list[ConfigurationItem]]]:
    """Answer the services with their items, then what belongs to none, then the nodes."""
    for service in shown.whole.of(CiKind.SERVICE):
        mine = [i for i in shown.items if i.service == service.service and i.kind in COLUMNS]
        if mine or service in shown.items:
            yield service, False, mine
    if rest := [item for item in shown.items if not item.service and item.kind in COLUMNS]:
        yield None, False, rest
    if nodes := [item for item in shown.items if item.kind is CiKind.NODE]:
        yield None, True, nodes


def _nodes(nodes: Sequence[ConfigurationItem], y: int) -> Iterator[Box]:
    columns = list(COLUMNS.values())
    for number, node in enumerate(nodes):
        row, column = divmod(number, len(columns))
        x, width = columns[column]
        yield Box(item=node, x=x, y=y + PADDING + row * ROW, width=width)


@dataclass(slots=True)
class _Lane:
    """Stands the items of one lane side by side: jobs first, the others beside theirs."""

    relations: Sequence[Relation]
    top: int
    heights: dict[str, int] = field(default_factory=dict)

    def boxes(self, members: Iterable[ConfigurationItem]) -> Iterator[Box]:
        kinds: dict[CiKind, list[ConfigurationItem]] = {kind: [] for kind in COLUMNS}
        for item in members:
            kinds[item.kind].append(item)
        yield from self._column(sorted(kinds[CiKind.JOB], key=self._beside))
        for kind in (CiKind.REPOSITORY, CiKind.ENVIRONMENT):
            wanted = {item.key: self._wanted(item.key) for item in kinds[kind]}
            items = sorted(kinds[kind], key=lambda i: (wanted[i.key] is None, wanted[i.key] or 0))
            yield from self._column(items, wanted)
        yield from self._column(kinds[CiKind.PROJECT])

    def _beside(self, job: ConfigurationItem) -> tuple[str, str, str]:
        """Answer the order of jobs: by repository, by environment, by name; untold ones last."""
        ends = {
            kind: min((r.target for r in self.relations if (r.origin, r.kind) == (job.key, kind)),
                      default="\uffff")
            for kind in (RelationKind.BUILDS, RelationKind.DEPLOYS_TO)
        }  # fmt: skip
        deploys = ends[RelationKind.DEPLOYS_TO].replace("\uffff", "")
        return ends[RelationKind.BUILDS], deploys, folded(job.name.en)

    def _wanted(self, key: str) -> int | None:
        """Answer the mean height of the jobs that an item hangs together with."""
        found = [self.heights[r.origin] for r in self.relations
                 if r.target == key and r.origin in self.heights]  # fmt: skip
        return sum(found) // len(found) if found else None

    def _column(
        self, items: Iterable[ConfigurationItem], wanted: Mapping[str, int | None] | None = None
    ) -> Iterator[Box]:
        free = self.top + PADDING
        for item in items:
            x, width = COLUMNS[item.kind]
            y = max(free, (wanted or {}).get(item.key) or free)
            if item.kind is CiKind.JOB:
                self.heights[item.key] = y
            yield Box(item=item, x=x, y=y, width=width)
            free = y + ROW


def _lines(relations: Sequence[Relation], boxes: Mapping[str, Box]) -> Iterator[Line]:
    """Answer the lines; a repository's to an environment only where no job of it deploys there."""
    ends = {(r.origin, r.target): r for r in relations}
    building = {r.target: set[str]() for r in relations if r.kind is RelationKind.BUILDS}
    for relation in relations:
        if relation.kind is RelationKind.BUILDS:
            building[relation.target].add(relation.origin)
    for relation in relations:
        one, other = boxes.get(relation.origin), boxes.get(relation.target)
        if one is None or other is None:
            continue
        if relation.kind is RelationKind.BUILDS:
            yield Line(kind=relation.kind, start=other, end=one)
        elif relation.kind is RelationKind.DEPLOYS_TO:
            jobs = building.get(relation.origin, ())
            if not any((job, relation.target) in ends for job in jobs):
                yield Line(kind=relation.kind, start=one, end=other)
