"""Clocks jump, times are equal, rows move and vanish while they are read, the program dies: once
the world has come to rest nothing is missed and nothing is stale. `./scripts/cursors` tries
many more.
"""

import pytest
from sandbox.proofs.histories import Deed, History, Pull
from sandbox.proofs.mutants import MUTANTS, Mutant, mutated
from sandbox.proofs.searching import SCENES, happened, search

HISTORIES = 300


def _after(*steps: Deed | Pull, hasty: bool = True, page: int = 2) -> History:
    return History(page=page, skew=0, hasty=hasty, steps=steps)


# What was missed or stale once, as short as it could be made.
ONCE_WRONG = {
    "a job is made anew, and the last build read of the old one is not in the new one": (
        "jenkins",
        _after(
            ("build", "nightly", 1, "SUCCESS"),
            Pull(meanwhile=((1, ("start", "nightly", 1)),)),
            ("start", "nightly", 3), ("anew", "nightly", 2), ("discard", "nightly", 12),
            page=100,
        ),
    ),
    "builds begin between the list of jobs and theirs, and the job is made anew": (
        "jenkins",
        _after(
            ("start", "abc/portal", 8), ("anew", "abc/portal", 0),
            Pull(
                meanwhile=(
                    (1, ("build", "abc/portal", 1, "SUCCESS")),
                    (2, ("build", "abc/portal", 12, "SUCCESS")),
                )
            ),
            ("anew", "abc/portal", 0),
            page=100,
        ),
    ),
    "a wiki page is written twice within a second": (
        "redmine",
        _after(("make", 1, 2, 0), ("wiki", 0), Pull(), ("wiki", 0), hasty=False),
    ),
    "a project is put elsewhere and comes back": (
        "redmine",
        _after(
            ("make", 3, 3, 0), Pull(), ("wait", 90_000_000), ("project", False), Pull(),
            ("wait", 90_000_000), Pull(), ("project", True), hasty=False,
        ),
    ),
    "the last ticket there is was closed, and is deleted": (
        "redmine",
        _after(("make", 1, 1, 0), ("close", 0), Pull(), ("delete", 0), hasty=False),
    ),
    "a ticket is edited after the clock was put back": (
        "redmine",
        _after(("make", 3, 2, 0), Pull(), ("clock", -600), ("edit", 1, 1, 0), hasty=False),
    ),
    "an issue is edited twice within a second, and a pull lies between": (
        "github",
        _after(("issue", 2, 0), Pull(), ("edit", 0, 0)),
    ),
    "a review comes within the second of an edit": (
        "github",
        _after(("pull", 2, 0), Pull(), ("review", 0)),
    ),
    "a release is renamed within its second, after a pull that was cut short": (
        "github",
        _after(
            Pull(fails=5),
            Pull(meanwhile=((1, ("release", 1)),), dies=(5, False)),
            ("rename", 0),
        ),
    ),
    "a release is renamed after GitHub's clock was put back": (
        "github",
        _after(
            ("release", 1), ("wait", 61_000), Pull(), ("clock", -600), ("rename", 0), hasty=False
        ),
    ),
    "an issue is transferred after a pull that was cut short": (
        "github",
        _after(("issue", 3, 0), Pull(fails=4), ("transfer", 0), hasty=False),
    ),
    "a job is made anew after its first read was cut short": (
        "jenkins",
        _after(("start", "nightly", 115), Pull(dies=(5, False)), ("anew", "nightly", 0)),
    ),
    "a job is made anew, and the newest of its builds is discarded": (
        "jenkins",
        _after(("start", "nightly", 2), Pull(), ("anew", "nightly", 0), ("discard", "nightly", 0)),
    ),
    "an issue is opened while GitHub is read, and another one deleted": (
        "github",
        _after(
            ("issue", 5, 0),
            Pull(meanwhile=((2, ("issue", 1, 0)),)),
            ("delete", 0, 404),
            hasty=False,
        ),
    ),
}  # fmt: skip
TRIES = 1500  # histories in which a mutant must be found


@pytest.mark.parametrize("system", SCENES)
def test_nothing_is_missed_and_nothing_stale_whatever_happened(system: str) -> None:
    found = search(system, HISTORIES, 0)
    assert found.wrong == (), found.history
    assert found.histories >= HISTORIES


@pytest.mark.parametrize(("system", "history"), ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_what_was_wrong_once_is_right_now(system: str, history: History) -> None:
    assert happened(system, history) == []


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
