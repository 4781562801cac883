"""Releases."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from itsm_sync.model.watching.base import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases(Section):
    """A GitHub release or a version of Redmine has a release ticket with its criteria.

    A release is over with its deployment to one of `production`, or with its publication where
    `closed_by` says so; a version once all its tickets are closed. `incidents` are the trackers
    whose open tickets count as incidents, `tests` the jobs (`*` is any text) that test.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"tag", "repository", "version", "project"})

    tracker: str = "릴리스"
    drafts: bool = True
    prereleases: bool = False
    versions: bool = True
    closed_by: Literal["deployment", "publication"] = "deployment"
    production: tuple[str, ...] = ("production", "prod", "live", "운영")
    incidents: tuple[str, ...] = ("사건",)
    tests: tuple[str, ...] = ("*test*", "*e2e*", "*performance*", "*qa*")
    when_taken: Literal["note", "close"] = "note"
