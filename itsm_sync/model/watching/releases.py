"""Releases."""

from dataclasses import dataclass

from itsm_sync.model.watching.base import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases(Section):
    """A GitHub release or a version of Redmine has a release ticket with its criteria."""

    tracker: str = "릴리스"
