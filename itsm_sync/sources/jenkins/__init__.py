"""Jenkins: jobs, builds, nodes and the queue of one controller."""

from itsm_sync.sources.jenkins.source import JenkinsSource

__all__ = ["JenkinsSource"]
