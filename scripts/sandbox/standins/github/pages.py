"""One page of a list, with links to the others; `url` is the server's own address."""

import math
from urllib.parse import urlencode

from sandbox.standins.github.rows import Row
from sandbox.standins.server import Answer, Request


def by_number(found: list[Row], request: Request, url: str) -> Answer:
    """Answer one page by number (GitHub fact 6)."""
    size, page = _size(request), _number(request, "page", 1)
    last = max(math.ceil(len(found) / size), 1)
    to = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    keep = [n for n in to if (page < last if n in ("next", "last") else page > 1)]
    links = {name: _link(request, url, page=to[name]) for name in keep}
    return Answer.json(found[(page - 1) * size : page * size], headers=_header(links))


def by_cursor(found: list[Row], request: Request, url: str) -> Answer:
    """Answer the page after the row that the cursor names."""
    size, after = _size(request), request.query.get("after")
    numbers = [f"cursor{row['number']}" for row in found]
    start = numbers.index(after) + 1 if after in numbers else 0
    page = found[start : start + size]
    links = {}
    if start + size < len(found):
        links["next"] = _link(request, url, after=f"cursor{page[-1]['number']}")
    return Answer.json(page, headers=_header(links))


def _size(request: Request) -> int:
    return max(1, min(_number(request, "per_page", 30), 100))


def _number(request: Request, name: str, default: int) -> int:
    value = request.query.get(name, "")
    return int(value) if value.isdecimal() and int(value) else default


def _link(request: Request, url: str, **changes: object) -> str:
    return f"{url}{request.path}?{urlencode({**request.query, **changes})}"


def _header(links: dict[str, str]) -> dict[str, str]:
    said = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    return {"Link": said} if said else {}
