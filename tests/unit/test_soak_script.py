"""What grows is told apart from what only moves."""

from random import Random
from xml.etree import ElementTree as ET

import pytest
from sandbox.soak.plot import svg
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
    picture = svg([("memory (MiB)", points(3, 1)), ("<open> files", [])], "a & b")
    root = ET.fromstring(picture)
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2
    assert "<open> files" in "".join(root.itertext())
