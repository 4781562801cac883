"""What all parts of the gathering share: places that are kept once, and what may not be told."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.items import Audience, Facts, Item
from itsm_sync.reports.audience import may_tell
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import Place
from itsm_sync.routing import Catalogue
from itsm_sync.signals.words.phrases import word, words
from itsm_sync.store import Measured

_Names = tuple[str, str, str, str, str]
# What sets a build going without a person, as `sources` call it; GitHub's for a workflow.
_BY_ITSELF = {"timer", "upstream", "scm"}
_PLANNED = "schedule"


def started_by_itself(facts: Facts) -> bool:
    """Whether no person set it going: a timer, a push, another build, or a program's account.

    What nothing is known of may have been a person's.
    """
    if facts.get("author_is_bot") is True or word(facts, "event") == _PLANNED:
        return True
    causes = set(words(facts, "causes"))
    return bool(causes) and causes <= _BY_ITSELF and not word(facts, "user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What may be told to an audience of a period; `untold` counts what may not, by kind."""

    audience: Audience
    period: Period
    catalogue: Catalogue
    untold: Counter[str] = field(default_factory=Counter)
    _places: dict[_Names, Place] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)

    def may(self, item: Item, kind: str, at: datetime | None = None) -> bool:
        """Whether an enriched item may be told; one that may not is counted.

        Args:
            kind: under which it is counted.
            at: when it happened; it is counted only within the period. None: it goes on.
        """
        if self.audience is Audience.PRIVATE or may_tell(item):
            return True
        self.untold[kind] += at is None or self.period.holds(at)
        return False

    def placed(self, one: Measured, item: Item) -> Place:
        """Answer where the matrix puts an enriched item."""
        service = word(item.facts, "service")
        return self.place(one.process, one.stage, one.row, one.team, service)

    def place(self, process: str, stage: str, row: str, team: str, service: str) -> Place:
        """Answer a place; equal ones are one object: there may be a hundred thousand."""
        names = (process, stage, row, team, service)
        found = self._places.get(names)
        if found is None:
            found = Place(process=process, stage=stage, row=row, team=team, service=service)
            self._places[names] = found
        return found

    def once(self, text: str) -> str:
        """Answer a text that many records have, as one object."""
        return self._words.setdefault(text, text)
