"""Every fault and every place of the matrix once: afterwards all is as if nothing had been."""

from pathlib import Path

import pytest
from sandbox.faults.matrix import rows, sample
from sandbox.faults.runs import matrix


def test_the_sample_has_every_fault_and_every_place() -> None:
    assert {row.name for row in sample()} == {row.name for row in rows()}
    assert {row.place for row in sample()} == {row.place for row in rows()}


@pytest.mark.timeout(1200)
def test_after_any_fault_the_tickets_are_those_of_an_undisturbed_run(
    template: Path, tmp_path: Path
) -> None:
    told: list[object] = []
    found = matrix(tmp_path / "faults", template, sample(), told.append)
    assert found.wrong == [], "\n".join(map(str, told))
    assert all(one.hits for one in found.told)
    assert found.tickets > len(found.told)
