"""What texts and facts name: tickets, commits, tickets by a branch's name, jobs."""

import re
from collections.abc import Iterator

from itsm_sync.model.items import Facts

# `#123`, not `abc#123` nor a colour such as `#123abc`; at most 7 digits, as Redmine's ids have.
_TICKET = re.compile(r"(?<![\w#&/])#([1-9]\d{0,6})(?![\w-])")
# `feature/123-x`, `fix-123`, `123-login`: behind a word for work, or in front of any words.
# `release/2`, `sprint/12`, `python-3`, `PR-7` and dates are other numbers.
_WORK = (
    "bug|bugfix|change|chore|docs|feat|feature|features|fix|hotfix|improvement|incident|issue"
    "|problem|redmine|refactor|task|test|ticket"
)
_BRANCH = re.compile(
    rf"(?:(?:.*/)?(?:{_WORK})[/_-]#?(?P<after>[1-9]\d{{0,6}})(?:[/_-](?!\d).*)?"
    r"|(?P<front>[1-9]\d{0,6})[_-](?!\d).+)",
    re.IGNORECASE,
)
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def tickets_named(*texts: str) -> tuple[str, ...]:
    """Answer the keys (`redmine:issue/123`) of the tickets that the texts name, each once."""
    found = (number for text in texts for number in _TICKET.findall(text))
    return tuple(dict.fromkeys(f"redmine:issue/{number}" for number in found))


def ticket_of_branch(branch: str) -> str:
    """Answer the key of the ticket that a branch is called by; "" where it is not for certain.

    A branch may be called by another number as well: whether there is such a ticket, and nothing
    else of that number, is to be asked.
    """
    found = _BRANCH.fullmatch(branch)
    number = found and (found["after"] or found["front"])
    return f"redmine:issue/{number}" if number else ""


def commit_name(sha: str) -> str:
    """Answer what a commit is looked up by."""
    return f"commit:{sha}"


def branch_name(ticket: str) -> str:
    """Answer what the items are looked up by whose branch is called by a ticket (its key)."""
    return f"branch:{ticket}"


def job_name(controller: str, job: str) -> str:
    """Answer what a job's builds are looked up by."""
    return f"job:{controller}:{job}"


def names(facts: Facts) -> tuple[str, ...]:
    """Answer all that an item of these facts is looked up by: tickets, commits, branch, job."""
    return tuple(dict.fromkeys(_names(facts)))


def _names(facts: Facts) -> Iterator[str]:
    yield from _texts(facts, "references")
    shas = (sha for name in ("sha", "merge_sha", "commits") for sha in _texts(facts, name))
    yield from (commit_name(sha) for sha in shas if _COMMIT.fullmatch(sha))
    if "number" in facts:  # of a build, not the job itself
        for job in _texts(facts, "job"):
            yield job_name(str(facts.get("controller", "")), job)
    for branch in _texts(facts, "branch"):
        if ticket := ticket_of_branch(branch):
            yield branch_name(ticket)


def _texts(facts: Facts, name: str) -> tuple[str, ...]:
    value = facts.get(name)
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else ()
