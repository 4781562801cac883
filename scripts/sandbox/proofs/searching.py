"""Looking for a history after which something is missed or stale."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sandbox.proofs.github_scene import GitHubScene, github_histories
from sandbox.proofs.histories import History, Scene, live
from sandbox.proofs.jenkins_scene import JenkinsScene, jenkins_histories
from sandbox.proofs.redmine_scene import RedmineScene, redmine_histories

SCENES: dict[str, tuple[Callable[[int], Scene], Callable[[], st.SearchStrategy[History]]]] = {
    "redmine": (RedmineScene, redmine_histories),
    "github": (GitHubScene, github_histories),
    "jenkins": (JenkinsScene, jenkins_histories),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of a search: a history with what is wrong after it, or none."""

    histories: int
    seconds: float
    history: History | None = None
    wrong: tuple[str, ...] = ()


class _Wrong(Exception):
    def __init__(self, history: History, wrong: list[str]) -> None:
        super().__init__(*wrong)
        self.history, self.wrong = history, wrong


def happened(system: str, history: History) -> list[str]:
    """Let a history happen; answer what is wrong after it."""
    make, _ = SCENES[system]
    return live(make(history.page), history)


def search(system: str, count: int, chance: int, *, shrink: bool = True) -> Found:
    """Let so many random histories happen; stop at the first after which something is wrong.

    Args:
        system: one of `SCENES`.
        count: how many histories.
        chance: the seed.
        shrink: whether a history that is found is made as short as it can be.
    """
    _, histories = SCENES[system]
    began, lived = monotonic(), 0

    def happen(history: History) -> None:
        nonlocal lived
        lived += 1
        if wrong := happened(system, history):
            raise _Wrong(history, wrong)

    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    tried = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        seed(chance)(tried(given(histories())(happen)))()
    except _Wrong as found:
        return Found(
            histories=lived,
            seconds=monotonic() - began,
            history=found.history,
            wrong=tuple(found.wrong),
        )
    return Found(histories=lived, seconds=monotonic() - began)
