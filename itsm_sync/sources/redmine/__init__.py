"""Redmine: the tickets and wiki pages of the configured projects."""

from itsm_sync.sources.redmine.source import RedmineSource

__all__ = ["RedmineSource"]
