"""Folders in which reports are made: daemons beside each other never take one another's."""

import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from itsm_sync.daemon import benches

ROUNDS = 150


def work(home: str) -> int:
    """Take and clear folders; answer how often one was there from the taking to the clearing."""
    tempfile.tempdir = home
    whole = 0
    for _ in range(ROUNDS):
        bench = benches.take()
        (bench.folder / "made").touch()
        whole += (bench.folder / "made").exists()
        bench.clear()
    return whole


def test_nobody_s_folder_goes_while_three_take_and_sweep(tmp_path: Path) -> None:
    with ProcessPoolExecutor(max_workers=3) as pool:
        assert list(pool.map(work, [str(tmp_path)] * 3)) == [ROUNDS] * 3
    assert list(tmp_path.iterdir()) == []


def test_a_dead_one_s_folder_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead, alive = benches.take(), benches.take()
    os.close(dead.lock)
    assert benches.sweep() == 1
    assert list(tmp_path.iterdir()) == [alive.folder]
    alive.clear()
