"""A stand-in for GitHub's REST API, true to what it answers to reads.

The documents (made by `sandbox.world.github`):

    tokens        token -> login
    repositories  "abc/portal" -> its rows as GitHub has them, see `new_repository`
    moved         former name -> present name: the former answers 301

The issue list is made of `issues` and `pulls`; `open_issues_count` is counted. Addresses in the
documents begin with `{api}` or `{web}` and get the server's own when they are sent.
"""

from sandbox.standins.github.documents import new_repository
from sandbox.standins.github.standin import GitHubStandIn

__all__ = ["GitHubStandIn", "new_repository"]
