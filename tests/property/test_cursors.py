"""Clocks jump, times are equal, rows move and vanish while they are read, the program dies: once
the world has come to rest nothing is missed and nothing is stale. `./scripts/cursors` tries
many more.
"""

import pytest
from sandbox.proofs.mutants import MUTANTS, Mutant, mutated
from sandbox.proofs.searching import SCENES, happened, search

HISTORIES = 300
TRIES = 1500  # histories in which a mutant must be found


@pytest.mark.parametrize("system", SCENES)
def test_nothing_is_missed_and_nothing_stale_whatever_happened(system: str) -> None:
    found = search(system, HISTORIES, 0)
    assert found.wrong == (), found.history
    assert found.histories >= HISTORIES


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.system}: {m.name}")
def test_a_source_made_wrong_is_found_out(mutant: Mutant) -> None:
    """The control: the histories see what they are there for."""
    shown_by = mutant.shown_by
    if shown_by is not None:
        assert happened(mutant.system, shown_by) == []
    with mutated(mutant):
        if shown_by is not None:
            assert happened(mutant.system, shown_by)
        else:
            assert search(mutant.system, TRIES, 0, shrink=False).wrong
