"""The world's clock: the program's and Redmine's are moved to it, step by step."""

from datetime import UTC, datetime
from pathlib import Path

# Redmine asks for the time through Ruby's class Time; a day's date follows from it.
RUBY = """
module MovedClock
  def now(...) = super(...) + File.read(%s).to_f
end
class << Time
  prepend MovedClock
end
"""


class MovedClock:
    """How far the world's clock is before the real one, in a file that a server reads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = 0.0
        self.skew = 0.0  # seconds by which the server's clock is before the world's
        self.show(datetime.now(UTC))

    def show(self, at: datetime) -> None:
        """Have it be `at` now; it goes on by itself."""
        self.offset = (at - datetime.now(UTC)).total_seconds()
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.offset + self.skew:.3f}", encoding="ascii")
        new.replace(self.file)

    @property
    def ruby(self) -> str:
        """Answer what moves a Ruby server's clock."""
        return RUBY % repr(str(self.file)).replace('"', "'")
