"""GitHub-native rows of sample data: valid by default, `details` win.

Addresses begin with `{api}` or `{web}`; the stand-in puts its own address there.
"""

from sandbox.standins.github.rows.accounts import user, whole_user
from sandbox.standins.github.rows.alerts import (
    code_scanning_alert,
    dependabot_alert,
    secret_scanning_alert,
)
from sandbox.standins.github.rows.delivery import deployment, release, run, status
from sandbox.standins.github.rows.issues import issue, label, milestone
from sandbox.standins.github.rows.names import Row, node_id, number_for
from sandbox.standins.github.rows.pulls import file, pull, pull_as_issue, pull_in_list, review
from sandbox.standins.github.rows.repositories import branch, repository
from sandbox.standins.github.rows.wiki import wiki_event

__all__ = [
    "Row",
    "branch",
    "code_scanning_alert",
    "dependabot_alert",
    "deployment",
    "file",
    "issue",
    "label",
    "milestone",
    "node_id",
    "number_for",
    "pull",
    "pull_as_issue",
    "pull_in_list",
    "release",
    "repository",
    "review",
    "run",
    "secret_scanning_alert",
    "status",
    "user",
    "whole_user",
    "wiki_event",
]
