"""What grows is told apart from what only moves."""

from random import Random
from xml.etree import ElementTree as ET

import pytest
from sandbox.soak.plot import Panel, round_top, svg
from sandbox.soak.trend import trend


def points(growth: float, noise: float, spikes: int = 0) -> list[tuple[float, float]]:
    random = Random(1)
    found = [(float(n), 100 + growth * n / 500 + random.uniform(-noise, noise)) for n in range(500)]
    for n in random.sample(range(500), spikes):
        found[n] = (found[n][0], 400.0)
    return found


@pytest.mark.parametrize(
    ("growth", "noise", "spikes", "flat"),
    [(0, 0, 0, True), (0, 5, 0, True), (0, 5, 30, True), (20, 5, 0, False), (20, 0, 30, False)],
)
def test_a_trend_is_seen_through_noise_and_spikes(
    growth: float, noise: float, spikes: int, flat: bool
) -> None:
    found = trend("memory", points(growth, noise, spikes), share=0.05, least=1.0)
    assert found.flat is flat
    assert found.growth == pytest.approx(growth, abs=3)


def test_what_is_not_judged_may_grow() -> None:
    for judged, verdict in ((True, "GROWS"), (False, "with what is stored")):
        found = trend("memory", points(20, 0), share=0.05, least=1.0, judged=judged)
        assert (found.flat, found.verdict) == (not judged, verdict)


def test_the_picture_has_a_panel_for_each_quantity() -> None:
    panels = [
        Panel(name="memory (MiB)", points=points(3, 1)),
        Panel(name="<open> files", points=[]),
    ]
    root = ET.fromstring(svg(panels, "a & b"))
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2
    assert "<open> files" in "".join(root.itertext())


def texts(panel: Panel) -> list[str]:
    root = ET.fromstring(svg([panel], "cost", foot=lambda at: f"{at:,.0f}"))
    return [str(one.text) for one in root.findall("{http://www.w3.org/2000/svg}text")]


def test_few_points_are_told_one_by_one_and_the_goal_is_a_line() -> None:
    few = Panel(name="ms", points=[(10_000, 911.4), (100_000, 1_042)], goal=1_003, goal_name="목표")
    assert texts(few) == [
        *("cost", "ms", "0", "600", "1,200"),
        *("100,000", "10,000", "목표 1,003", "911", "1,042"),
    ]
    assert svg([few], "").count("<line ") == 1
    assert svg([Panel(name="ms", points=few.points)], "").count("<line ") == 0


def test_of_many_points_the_last_place_alone_is_told() -> None:
    told = texts(Panel(name="ms", points=[(n, 3.0) for n in range(500)]))
    assert told == ["cost", "ms", "0", "2", "4", "499"]


def test_labels_that_would_hide_each_other_are_left_out() -> None:
    told = texts(Panel(name="ms", points=[(10_000, 1), (11_000, 1), (100_000, 1)]))
    assert [text for text in told if text.endswith(",000")] == ["100,000", "11,000"]


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (0.35, 0.4), (1, 1.2), (37.4, 40), (120, 160), (1_042, 1_200), (999, 1e3)],
)
def test_an_axis_ends_at_a_plain_number(most: float, top: float) -> None:
    assert round_top(most) == pytest.approx(top)
