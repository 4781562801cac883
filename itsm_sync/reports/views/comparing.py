"""Whether a number is compared with that of the period before: one rule for all measures.

A count is always compared. What is made of a sample (a median, a share, the longest) is compared
only where both samples are large enough to tell a change from chance.
"""

from dataclasses import dataclass, replace

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Figure
from itsm_sync.reports.views.voice import Voice

ENOUGH = 3  # the median of fewer says nothing of how it changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Of how many a number is made: in the period, and in the one before it."""

    now: int
    before: int

    def compared(self, figure: Figure, voice: Voice) -> Figure:
        """Answer the figure; where these are too few, with nothing before it, and why."""
        nothing = figure.value is None or figure.before is None
        if nothing or min(self.now, self.before) >= ENOUGH:
            return figure
        few = Message("too few to compare ({n} in the period before)", {"n": self.before})
        told = Message("{told}; {few}", {"told": figure.note, "few": few}) if figure.note else few
        return replace(figure, before=None, note=voice.say(told))
