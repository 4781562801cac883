"""Text as every form may carry it: what no file format takes, and what turns text round, is gone.

Done once for the whole document, before any form sees it.
"""

import math
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from itsm_sync.desk.prose import address
from itsm_sync.model.text import one_line
from itsm_sync.reports.document import Chart, Document, Link

_LONGEST = 32_000  # characters; a cell of Excel holds 32,767
_MOST_DIGITS = 15  # beyond which Excel, and who reads JSON, round
_UNFIT = re.compile("[\ufffe\uffff]")  # XML has no place for them

T = TypeVar("T")


def fitted(document: Document) -> Document:
    """Answer the document with every text on one line, and links that lead to web pages only.

    A number that is none (not finite) becomes None; a point of a chart that has none is left out.
    """
    return _fitted(document)


def fit(text: str) -> str:
    """Answer a text on one line, of at most 32,000 characters."""
    return one_line(_UNFIT.sub("", text), _LONGEST)


def _fitted(value: T) -> T:
    """Answer anything a document is made of."""
    return _made(value)  # type: ignore[return-value]  # each kind answers its own


def _made(value: object) -> object:
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_MOST_DIGITS:
        return fit(str(value)) if abs(value) < 10**1000 else None
    if isinstance(value, tuple):
        return tuple(_made(part) for part in value)
    if isinstance(value, Link):
        text, url = fit(value.text), address(value.url)
        return Link(text or url, url) if url else text
    if isinstance(value, Chart):
        points = tuple(point for point in value.points if math.isfinite(point.y))
        value = replace(value, points=points)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: _made(getattr(value, part.name)) for part in fields(value)}
        return replace(value, **parts)
    return value
