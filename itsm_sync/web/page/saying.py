"""Says times, spans and names in the reader's language and the settings' zone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from itsm_sync.locale import say
from itsm_sync.model.words import Language, Message, Words
from itsm_sync.web.page.told import ticket
from itsm_sync.web.page.view import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Makes texts of values."""

    language: Language
    zone: tzinfo
    now: datetime
    redmine: str

    def say(self, told: Message | Words | str, **params: object) -> str:
        """Answer a sentence, with its places filled."""
        if params and isinstance(told, str):
            told = Message(told, params)
        return say(told, self.language)

    def time(self, at: datetime | None) -> str:
        """Answer a moment: `14:03:20` today, with the date before it on other days."""
        if at is None:
            return "–"
        local = at.astimezone(self.zone)
        today = local.date() == self.now.astimezone(self.zone).date()
        return f"{local:%H:%M:%S}" if today else f"{local:%Y-%m-%d %H:%M}"

    def whole(self, at: datetime) -> str:
        """Answer a moment with its day and zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"

    def since(self, at: datetime | None) -> str:
        """Answer how long ago a moment was."""
        return "–" if at is None else self.span(self.now - at)

    def span(self, length: timedelta) -> str:
        """Answer a length of time in its largest unit."""
        seconds = max(0, round(length.total_seconds()))
        for least, unit, text in _UNITS:
            if seconds >= least:
                return self.say(text, n=seconds // unit)
        return self.say("{n} s", n=seconds)

    def seconds(self, length: timedelta) -> str:
        """Answer how long something took, to the tenth of a second where it was short."""
        seconds = length.total_seconds()
        return self.say("{n} s", n=f"{seconds:.1f}") if seconds < 60 else self.span(length)

    def link(self, name: int | str) -> Cell:
        """Answer a ticket, linked to Redmine, or another key as it is."""
        number = ticket(name)
        if number is None:
            return Cell(text=str(name), code=True)
        return Cell(text=f"#{number}", url=f"{self.redmine}/issues/{number}")

    def linked(self, text: str, name: object) -> Cell:
        """Answer a text that begins with a ticket's number, with that number as a link."""
        start = f"#{name}"
        if not isinstance(name, int) or not text.startswith(start):
            return Cell(text=text)
        return replace(self.link(name), after=text.removeprefix(start))


# The least length that is told in a unit, and the unit: 90 seconds are not yet "1 min".
_UNITS = ((172_800, 86_400, "{n} d"), (7_200, 3_600, "{n} h"), (120, 60, "{n} min"))
