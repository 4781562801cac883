"""Writes the ABC world (sample data) to files, and loads them into a Redmine."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sandbox.world import github, jenkins
from sandbox.world import redmine as redmine_world
from sandbox.world.spine import build


class Runner(Protocol):
    """What runs Ruby inside a Redmine (`sandbox.redmine.Redmine`)."""

    def runner(self, ruby: str | Path, environment: Mapping[str, str] | None = None) -> str: ...


def generate(
    directory: Path, *, seed: int = 1, size: int = 300, now: datetime | None = None
) -> Path:
    """Write `redmine.json`, `jenkins.json` and `github.json` into `directory`; answer it.

    `now` is the moment the world ends at; None is the present.
    """
    spine = build(seed, size, now=now or datetime.now(UTC))
    directory.mkdir(parents=True, exist_ok=True)
    for module in (redmine_world, jenkins, github):
        name = module.__name__.rpartition(".")[2]
        text = json.dumps(module.documents(spine), ensure_ascii=False, indent=1)
        (directory / f"{name}.json").write_text(text, encoding="utf-8")
    return directory


def organisation(redmine: Runner, world: Path) -> str:
    """Load people, groups and projects: before or after `itsm-sync provision`."""
    return redmine.runner(redmine_world.loader("organisation"), _environment(world))


def tickets(redmine: Runner, world: Path) -> str:
    """Load tickets, versions and wiki pages: after `itsm-sync provision`."""
    return redmine.runner(redmine_world.loader("tickets"), _environment(world))


def _environment(world: Path) -> dict[str, str]:
    return {"SANDBOX_WORLD": str((world / "redmine.json").resolve())}
