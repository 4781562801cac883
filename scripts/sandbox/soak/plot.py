"""Samples as a picture: a panel a quantity, over the same time or size."""

from collections.abc import Callable, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, GAP = 900, 150, 90, 45
Points = Sequence[tuple[float, float]]


def _minutes(last: float) -> str:
    return f"{last / 60:.1f} min"


def svg(
    panels: Sequence[tuple[str, Points]], title: str, *, foot: Callable[[float], str] = _minutes
) -> str:
    """Answer the picture; a panel is its title with the unit, and its points by seconds.

    `foot` says what the farthest point is along the other axis, where that is not time.
    """
    height = 40 + len(panels) * (HEIGHT + GAP)
    body = "".join(_panel(n, name, points, foot) for n, (name, points) in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" font-family="sans-serif" font-size="13">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="{LEFT}" y="24" font-size="16">{escape(title)}</text>\n{body}</svg>\n'
    )


def _panel(number: int, name: str, points: Points, foot: Callable[[float], str]) -> str:
    top = 50 + number * (HEIGHT + GAP)
    least, most = 0.0, max((value for _, value in points), default=1.0) * 1.1 or 1.0
    last = max((at for at, _ in points), default=1.0) or 1.0
    wide = WIDTH - LEFT - 20

    def place(at: float, value: float) -> str:
        x = LEFT + wide * at / last
        return f"{x:.1f},{top + HEIGHT * (1 - (value - least) / (most - least)):.1f}"

    line = " ".join(place(at, value) for at, value in points)
    ticks = "".join(
        f'<text x="{LEFT - 8}" y="{top + HEIGHT * (1 - part) + 4:.0f}" text-anchor="end">'
        f"{most * part:,.4g}</text>"
        for part in (0, 0.5, 1)
    )
    return (
        f'<text x="{LEFT}" y="{top - 6}">{escape(name)}</text>\n'
        f'<rect x="{LEFT}" y="{top}" width="{wide}" height="{HEIGHT}" fill="none" stroke="#999"/>'
        f'{ticks}<text x="{LEFT + wide}" y="{top + HEIGHT + 16}" text-anchor="end">'
        f"{escape(foot(last))}</text>\n"
        f'<polyline points="{line}" fill="none" stroke="#0b62a4"/>\n'
    )
