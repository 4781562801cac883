"""By what is written in Redmine an errand is known to be done.

Its key stands there. What was written before keys named a language may be that of the other one:
the title that it begins with tells, or the place where the other one is known to lie.
"""

from dataclasses import dataclass

from itsm_sync.model.deliveries import MARK, Errand, last_mark
from itsm_sync.model.text import normal

_BETWEEN = " ·"  # after a title in headings


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves an errand.

    `title` and `elsewhere` are the report's in this language and in the other, `others` the
    addresses at which the same lies in the other.
    """

    errand: Errand
    title: str
    elsewhere: str
    others: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """Answer the line that ends what is written."""
        return f"{MARK} {self.errand.key}"

    def is_in(self, text: str, heading: str, address: str) -> bool:
        """Whether the last mark in a text is this errand's.

        Args:
            text: of ours.
            heading: what it begins with, or is under.
            address: where it stands.
        """
        last = last_mark(text)
        if last == self.mark:
            return True
        old = f"{MARK} {self.errand.old_key}"
        return last == old and not self._is_of_the_other(heading, address)

    def _is_of_the_other(self, heading: str, address: str) -> bool:
        if address in self.others:
            return True
        said = normal(heading)
        mine, other = (normal(title) + _BETWEEN for title in (self.title, self.elsewhere))
        return mine != other and said.startswith(other) and not said.startswith(mine)
