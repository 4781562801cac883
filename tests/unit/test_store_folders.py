"""Folders for a while: who makes them beside each other never takes another's."""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from itsm_sync.store import Store, StoreError, folders

ROUNDS = 150


def work(home: str) -> int:
    """Take and clear folders; answer how often one was there from the taking to the clearing."""
    whole = 0
    for _ in range(ROUNDS):
        folder = folders.take(Path(home), "a-")
        (folder.path / "made").touch()
        whole += (folder.path / "made").exists()
        folder.clear()
    return whole


def test_nobody_s_folder_goes_while_three_take_and_sweep(tmp_path: Path) -> None:
    with ProcessPoolExecutor(max_workers=3) as pool:
        assert list(pool.map(work, [str(tmp_path)] * 3)) == [ROUNDS] * 3
    assert folders.sweep(tmp_path, "a-") == len(list(tmp_path.iterdir())) == 0


def test_a_dead_one_s_folder_goes_and_no_other(tmp_path: Path) -> None:
    dead, alive = folders.take(tmp_path, "a-"), folders.take(tmp_path, "a-")
    other = folders.take(tmp_path, "b-")
    os.close(dead.lock)
    os.close(other.lock)
    assert folders.sweep(tmp_path, "a-") == 1
    assert set(tmp_path.iterdir()) == {alive.path, other.path}


def test_a_dry_run_clears_up_what_a_killed_one_left(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/x.db") as store:
        killed = folders.take(tmp_path, "x.db-copy-")
        os.close(killed.lock)
        with store._database.rehearsing():
            assert not killed.path.exists()
        assert not list(tmp_path.glob("*-copy-*"))


def test_where_no_folder_can_be_made_a_dry_run_says_so(tmp_path: Path) -> None:
    name = "x" * 240 + ".db"  # with what comes behind it too long for a file system
    with (
        Store.open(f"sqlite:///{tmp_path}/{name}") as store,
        pytest.raises(StoreError, match="can't be copied"),
        store._database.rehearsing(),
    ):
        raise AssertionError
