"""Samples as a picture: a panel a quantity, over the same time or size."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, GAP = 900, 150, 90, 45
_WIDE = WIDTH - LEFT - 20
_FEW = 8  # points that are told one by one
_BESIDE = 70  # of the width: two labels of the axis below that are nearer hide each other
_PLAIN = (1.2, 1.6, 2, 3, 4, 5, 6, 8, 10, 12)
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A quantity: its name with the unit, its points by seconds or size, and the most it should
    be, which is `goal_name`.
    """

    name: str
    points: Points
    goal: float | None = None
    goal_name: str = "goal"


def _minutes(last: float) -> str:
    return f"{last / 60:.1f} min"


def svg(panels: Sequence[Panel], title: str, *, foot: Callable[[float], str] = _minutes) -> str:
    """Answer the picture. `foot` says a place on the axis below, where that is not time."""
    height = 40 + len(panels) * (HEIGHT + GAP)
    body = "".join(_panel(n, panel, foot) for n, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" font-family="sans-serif" font-size="13">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="{LEFT}" y="24" font-size="16">{escape(title)}</text>\n{body}</svg>\n'
    )


def round_top(most: float) -> float:
    """Answer the next number above that is plain to read, as is its half."""
    if most <= 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(most))
    return next(plain * scale for plain in _PLAIN if plain * scale > most)


def _panel(number: int, panel: Panel, foot: Callable[[float], str]) -> str:
    top = 50 + number * (HEIGHT + GAP)
    values = [value for _, value in panel.points]
    most = round_top(max([*values, panel.goal or 0.0], default=0.0))
    last = max((at for at, _ in panel.points), default=1.0) or 1.0

    def across(at: float) -> float:
        return LEFT + _WIDE * at / last

    def down(value: float) -> float:
        return top + HEIGHT * (1 - value / most)

    line = " ".join(f"{across(at):.1f},{down(value):.1f}" for at, value in panel.points)
    ticks = "".join(
        _text(LEFT - 8, down(most * part) + 4, _said(most * part)) for part in (0, 0.5, 1)
    )
    told = len(panel.points) <= _FEW
    dots = "".join(
        f'<circle cx="{across(at):.1f}" cy="{down(value):.1f}" r="3" fill="#0b62a4"/>'
        + _text(across(at) - 4, down(value) + 16, _said(value))
        for at, value in panel.points
        if told
    )
    below = "".join(
        _text(across(at), top + HEIGHT + 16, foot(at))
        for at in _apart([at for at, _ in panel.points] if told else [last], across)
    )
    return (
        f'<text x="{LEFT}" y="{top - 6}">{escape(panel.name)}</text>\n'
        f'<rect x="{LEFT}" y="{top}" width="{_WIDE}" height="{HEIGHT}" fill="none" stroke="#999"/>'
        f"{ticks}{below}\n{_goal(panel, down)}"
        f'<polyline points="{line}" fill="none" stroke="#0b62a4"/>{dots}\n'
    )


def _apart(places: Sequence[float], across: Callable[[float], float]) -> list[float]:
    """Answer the places from the farthest on that leave each other room."""
    kept: list[float] = []
    for at in sorted(places, reverse=True):
        if not kept or across(kept[-1]) - across(at) >= _BESIDE:
            kept.append(at)
    return kept


def _goal(panel: Panel, down: Callable[[float], float]) -> str:
    if panel.goal is None:
        return ""
    y = down(panel.goal)
    said = f"{panel.goal_name} {_said(panel.goal)}"
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + _WIDE}" y2="{y:.1f}" stroke="#b3261e"'
        f' stroke-dasharray="6 4"/>{_text(LEFT + 6, y - 4, said, anchor="start", ink="#b3261e")}\n'
    )


def _said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _text(x: float, y: float, said: str, *, anchor: str = "end", ink: str = "black") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{escape(said)}</text>'
    )
