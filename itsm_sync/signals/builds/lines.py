"""Failed builds: what a build says of its line, and what the ticket says of the failures. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fnmatch import fnmatchcase

from itsm_sync.model.catalogue import MAIN_BRANCHES
from itsm_sync.model.items import Facts, Item
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.watching import Builds as Section
from itsm_sync.signals.builds.failures import tell
from itsm_sync.signals.builds.fingerprints import fingerprint, job_above
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import RUN, happened, there, word
from itsm_sync.signals.words.shaping import SERVICE

BUILD = "build"
_GOOD = "success"
_FACTS = (
    *("job", "branch", "controller", "repository", "workflow", "environment", "deploys"),
    *SERVICE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """Builds of a job's branch, and runs of a workflow on a branch, are a line each.

    A failure is bad, a success good. An aborted, unstable or unfinished build is no evidence.
    """

    section: Section
    zone: tzinfo

    @property
    def name(self) -> str:
        return "builds"

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({BUILD, RUN} if self.section.workflows else {BUILD})

    @property
    def snapshot(self) -> bool:
        return False

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer what a finished build or run says, where it counts (Jenkins facts 7 and 16)."""
        del now  # a build says the same at any time
        facts, result = item.facts, item.state.casefold()
        good = result == _GOOD
        bad = result in {failure.casefold() for failure in self.section.failures}
        if facts.get("building") or not (good or bad) or not self._counts(item):
            return
        for line, about in _lines(item, good=good):
            yield Observation(
                signal=self.name,
                line=line,
                at=happened(item),
                until=happened(item),
                good=good,
                item=item.key,
                fingerprint="" if good else fingerprint(item),
                facts=there(about, *_FACTS),
                audience=item.audience,
            )

    def _counts(self, item: Item) -> bool:
        facts = item.facts
        if item.kind == RUN:
            # A fork's branch may be called main as well.
            if word(facts, "event").startswith("pull_request") or not word(facts, "branch"):
                return False
        elif facts.get("deploys"):
            return True
        if "service" in facts:
            return facts.get("tracked") is True
        return self.section.untracked and _is_main(facts)

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the ticket of these failures says now."""
        return tell(episode, known, self.section, self.zone)


def _lines(item: Item, *, good: bool) -> Iterator[tuple[str, Facts]]:
    """Answer the lines that a build says something of, each with what is known of it.

    One that failed before its branch was known is on the line of the job alone; whatever branch
    succeeds afterwards got further.
    """
    facts = item.facts
    job, branch = word(facts, "job"), word(facts, "branch")
    if item.kind == RUN:
        yield f"{job_above(facts)}@{branch}", facts
        return
    whole = f"{word(facts, 'controller')}:{job}"
    if not branch or job.endswith(f"/{branch}"):
        yield whole, facts
        return
    yield f"{whole}@{branch}", facts
    if good:
        yield whole, {name: value for name, value in facts.items() if name != "branch"}


def _is_main(facts: Facts) -> bool:
    branch = word(facts, "branch")
    return not branch or any(fnmatchcase(branch, pattern) for pattern in MAIN_BRANCHES)
