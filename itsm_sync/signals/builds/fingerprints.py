"""What makes two failures the same trouble."""

from hashlib import blake2b
from itertools import chain

from itsm_sync.model.items import Facts, Item
from itsm_sync.signals.words.phrases import word, words


def digest(*parts: str) -> str:
    """Answer 16 characters that differ where any of the parts does."""
    told = "".join(chain.from_iterable((f"{len(part)}:", part) for part in parts))
    return blake2b(told.encode(), digest_size=8).hexdigest()


def job_above(facts: Facts) -> str:
    """Answer the job of all branches: a multibranch job's own name without the branch; a
    workflow's with its repository.
    """
    job, branch = word(facts, "job"), word(facts, "branch")
    if job:
        return job.removesuffix(f"/{branch}") if branch else job
    return f"{word(facts, 'repository')}:{word(facts, 'workflow')}"


def fingerprint(item: Item) -> str:
    """Answer the fingerprint of a failed build: its job (of all branches), stage and error.

    Where no error is known, the failed tests are it; "" where nothing is known but the job.
    """
    stage, error = word(item.facts, "failed_stage"), word(item.facts, "error")
    tests = () if error else tuple(sorted(words(item.facts, "failed_tests")))
    if not (stage or error or tests):
        return ""
    return digest(job_above(item.facts), stage, error, *tests)
