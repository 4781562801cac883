"""The rows of the matrix: which server misbehaves, at which place of the road, and how."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

System = Literal["redmine", "jenkins", "github", "all"]
LATE = 4.0  # seconds until headers come: longer than the program waits
DRIP = 0.5  # seconds between two bytes
TEN_MINUTES = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on the road requests are spoilt."""

    name: str
    system: System
    match: str = ""
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. `fault` is None where clocks are off, or lists move.

    Args:
        ours: seconds by which the program's clock is before the world's.
        theirs: the same for Redmine's.
        moves: rows are changed while a list of several pages is read.
    """

    place: Place
    name: str
    fault: Mapping[str, Any] | None = None
    ours: float = 0.0
    theirs: float = 0.0
    moves: bool = False


# Redmine's lists are read by conditions in the long form, tickets in hand by their numbers.
NEWS = Place(name="read", system="redmine", match=r"/issues\.json\?.*op%5B")
LOOK = Place(name="look before the write", system="redmine", match=r"/issues\.json\?.*issue_id=\d")
PUT = Place(name="PUT of a ticket", system="redmine", match=r"^/issues/\d+\.json", method="PUT")
POST = Place(name="POST of a ticket", system="redmine", match=r"^/issues\.json", method="POST")
BACK = Place(
    name="read-back", system="redmine", match=r"^/issues/\d+\.json\?.*journals", method="GET"
)
PAGE = Place(name="page of a ticket", system="redmine", match=r"^/issues/\d+$")
JENKINS = Place(name="read", system="jenkins")
GITHUB = Place(name="read", system="github")
CLOCK = Place(name="clock", system="all")

_READS = (NEWS, JENKINS, GITHUB)
_AROUND = (LOOK, BACK, PAGE)  # of a write
_Named = tuple[str, Mapping[str, Any]]
_ANY: tuple[_Named, ...] = (
    ("connection refused", {"kind": "refused"}),
    ("reset in mid-body", {"kind": "reset"}),
    ("headers late", {"kind": "slow", "seconds": LATE}),
    ("429", {"kind": "status", "status": 429}),
    ("429, retry-after 1", {"kind": "status", "status": 429, "retry_after": 1}),
    ("429, retry-after 3600", {"kind": "status", "status": 429, "retry_after": 3600}),
    ("500", {"kind": "status", "status": 500}),
    ("502 HTML", {"kind": "html", "status": 502}),
)
_BODIES: tuple[_Named, ...] = (
    ("body dripping", {"kind": "drip", "seconds": DRIP}),
    ("cut JSON", {"kind": "json"}),
    ("JSON of another shape", {"kind": "json", "body": '[{"id": {}}, 3]'}),
)
_FEW = ("connection refused", "reset in mid-body", "500", "cut JSON")
# A field by which the program reads, as each system calls it.
_FIELDS = {"redmine": "updated_on", "jenkins": "timestamp", "github": "created_at"}


def rows() -> tuple[Row, ...]:
    """Answer all rows."""
    return tuple(_rows())


def sample() -> tuple[Row, ...]:
    """Answer rows enough to have every fault and every place once."""
    every = rows()
    kept: list[Row] = []
    for number, name in enumerate(dict.fromkeys(row.name for row in every)):
        named = [row for row in every if row.name == name]
        kept.append(named[number % len(named)])
    missing = {row.place for row in every} - {row.place for row in kept}
    rest = sorted(missing, key=lambda one: (one.system, one.name))
    return (*kept, *(next(row for row in every if row.place == place) for place in rest))


def _rows() -> Iterator[Row]:
    for place in _READS:
        yield from _at(place, (*_ANY, *_BODIES, _typed(_FIELDS[place.system])))
    for place in _AROUND:
        yield from _at(place, (one for one in (*_ANY, *_BODIES) if one[0] in _FEW))
    yield from _at(PUT, _ANY)  # its answer has no body
    yield from _at(POST, (*_ANY, *_BODIES, _typed("id")))
    for name, seconds in (("ahead", TEN_MINUTES), ("behind", -TEN_MINUTES)):
        yield Row(place=CLOCK, name=f"ours 10 minutes {name}", ours=seconds)
        yield Row(place=CLOCK, name=f"Redmine's 10 minutes {name}", theirs=seconds)
    for place in _READS:
        yield Row(place=place, name="rows move between pages", moves=True)


def _at(place: Place, faults: Iterable[_Named]) -> Iterator[Row]:
    for name, fault in faults:
        yield Row(place=place, name=name, fault=fault)


def _typed(field: str) -> _Named:
    return "a field of another type", {"kind": "types", "field": field}
