"""What a bench comes to: a row each, with its goal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `measured` and `goal` are in `unit`, of which less is better."""

    name: str
    ko: str
    en: str
    measured: float
    goal: float
    unit: str
    known: str = ""  # the limit that is known
    more_is_better: bool = False
    beside: tuple[tuple[str, float], ...] = ()  # peers in the same run, in the same unit

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        if self.more_is_better:
            return self.measured >= self.goal
        return self.measured <= self.goal
