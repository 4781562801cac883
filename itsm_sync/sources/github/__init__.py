"""GitHub: repositories, issues, pull requests, releases, deployments, runs, alerts, wiki edits.

Nothing is imported here: `source` brings GitHub's library, which takes 15 MiB, and `streams` is
asked where no repository is read.
"""
