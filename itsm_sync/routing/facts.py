"""The names of the facts that rules may ask, so that a misspelt one is told."""

from collections.abc import Collection

from itsm_sync.model import text

# What every item has, then what the sources and the catalogue write (`docs/rules.md`).
ITEM = ("source", "kind", "state", "title", "body", "text")
REDMINE = (
    "project", "projects", "tracker", "status", "closed", "priority", "category", "version",
    "private", "author", "assignee", "last_writer", "parent", "relations", "due_date", "done_ratio",
)  # fmt: skip
JENKINS = (
    "controller", "job", "number", "result", "building", "branch", "causes", "user", "culprits",
    "commits", "repository", "references", "duration_ms", "finished_at", "failed_tests", "color",
    "disabled", "job_class", "next_build_number", "offline", "temporarily_offline", "offline_cause",
    "executors", "disk_free_bytes", "temp_free_bytes", "memory_free_bytes", "swap_free_bytes",
    "response_ms", "disk_short", "offline_by", "offline_since", "why", "stuck", "blocked",
    "waiting_since", "node", "failed_stage", "error", "infrastructure",
)  # fmt: skip
GITHUB = (
    "repository", "full_name", "private", "archived", "fork", "protected", "node_id", "author",
    "author_is_bot", "labels", "assignees", "milestone", "branch", "base", "merged", "merged_at",
    "closed_at", "draft", "approvals", "changes_requested", "reviewers", "requested_reviewers",
    "paths", "references", "sha", "number", "severity", "package", "ecosystem", "advisory",
    "fixed_in", "fixed_at", "dismissed_at", "dismissed_by", "dismissed_reason", "rule", "tool",
    "secret_type", "validity", "publicly_leaked", "resolution", "resolved_at", "tag", "prerelease",
    "environment", "production", "task", "workflow", "run_attempt", "event", "conclusion",
    "merge_sha", "merged_by", "started_at",
)  # fmt: skip
CATALOGUE = (
    "service", "service_team", "service_domain", "service_project", "environment", "deploys",
    "tracked", "author_team", "last_writer_team",
)  # fmt: skip
# What other items and a ticket's history say of it.
LEARNT = ("approval", "linked")
# Of a ticket that a signal opened: the signal, and what it is about.
SIGNALS = ("signal", "node", "schedule")
KNOWN = frozenset((*ITEM, *REDMINE, *JENKINS, *GITHUB, *CATALOGUE, *LEARNT, *SIGNALS))

# `field.<name>` is a custom field of Redmine, `x.<name>` a fact of a source of one's own.
FREE = ("field.", "x.")

# What consoles say is shown to people and proves nothing: any word may stand there.
SHOWN = ("log", "error_line")


def is_known(fact: str, answers: Collection[str] = ()) -> bool:
    """Answer whether an item may have the fact; `answers` are the axes asked before."""
    free = any(fact.startswith(prefix) and fact != prefix for prefix in FREE)
    return free or fact in KNOWN or fact in answers


def nearest(fact: str, answers: Collection[str] = ()) -> str:
    """Answer the known fact that is spelt most like it; "" where none is."""
    return text.nearest(fact, (*KNOWN, *answers))
