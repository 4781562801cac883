"""GitHub: repositories, issues, pull requests, releases, deployments, runs, alerts, wiki edits."""

from itsm_sync.sources.github.source import GitHubSource

__all__ = ["GitHubSource"]
