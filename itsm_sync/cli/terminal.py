"""What commands print to: a terminal that no text of an item turns round."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from itsm_sync.model.text import upright


class Terminal(Console):
    """A console that leaves out what changes the direction or ends the line of what it prints."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Answer the segments of something to be printed."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else upright(text), style, control)
