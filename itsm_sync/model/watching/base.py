"""What every section of `signals.yaml` may say."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Literal

from itsm_sync.model.errors import Unfit
from itsm_sync.model.signals import Life
from itsm_sync.model.words import Message, Words

STRICT: dict[str, object] = {"extra": "forbid"}
_DURATION = re.compile(r"(\d{1,6})\s*(s|m|h|d|w)")
_PLACE = re.compile(r"\{(\w+)\}")
_BRACE = re.compile(r"[{}]")
# As Redmine takes them: not a number alone.
_PROJECT = re.compile(r"(?!\d+$)[a-z0-9][a-z0-9_-]{0,99}")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Duration(timedelta):
    """A time span as people write it: 30m, 6h, 3d, 2w."""

    @classmethod
    def read(cls, value: object) -> timedelta:
        """Read one; raises Unfit."""
        if isinstance(value, timedelta):
            return value
        found = _DURATION.fullmatch(str(value).strip())
        if found is None:
            raise Unfit(Message("a duration is a number and its unit: 30m, 6h, 3d, 2w"))
        return timedelta(**{_UNITS[found[2]]: int(found[1])})

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        """Answer how pydantic reads one."""
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.read}}


def no_less(section: object, **least: float) -> None:
    """See that numbers are no less than these; one that is not said is any. Raises Unfit."""
    for name, least_one in least.items():
        value = getattr(section, name)
        if value is not None and value < least_one:
            params = {"name": name, "least": least_one}
            raise Unfit(Message("`{name}` must be at least {least}", params))


def identifier(project: str) -> None:
    """See that a project can be one of Redmine's, or is "". Raises Unfit."""
    if project and not _PROJECT.fullmatch(project):
        told = Message("`{name}` can be no identifier of a project", {"name": project})
        raise Unfit(told)


def fills(words: Words, places: frozenset[str]) -> None:
    """See that words have no place but these, and no stray brace. Raises Unfit."""
    known = ", ".join(f"{{{name}}}" for name in sorted(places)) or "-"
    for text in (words.ko, words.en):
        odd = [name for name in _PLACE.findall(text) if name not in places]
        if odd or _BRACE.search(_PLACE.sub("", text)):
            params = {"text": f"{{{odd[0]}}}" if odd else text, "known": known}
            raise Unfit(Message("`{text}` is no place here; there are: {known}", params))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a signal's tickets are like.

    `project` is an identifier; "" is the first project of the item's service, or else the first
    of the settings. `tracker` and `priority` are Redmine's names; "" leaves the choice to Redmine.
    `due_days` counts from the day on which the ticket opens. `subject` and `intro` replace the
    shipped words; `{places}` are those that docs/signals.md names.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT
    places: ClassVar[frozenset[str] | None] = None  # of `subject` and `intro`; None: not checked

    enabled: bool = True
    project: str = ""
    tracker: str = ""
    priority: str = ""
    due_days: int | None = None
    subject: Words | None = None
    intro: Words | None = None

    def __post_init__(self) -> None:
        """Reject what no ticket can be like."""
        no_less(self, due_days=0)
        identifier(self.project)
        if self.places is None:
            return
        for words in filter(None, (self.subject, self.intro)):
            fills(words, self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived(Section):
    """A signal that good and bad follow one another in (`model.signals.Life`).

    `note_every` is the least time between two notes about what goes on; `when_taken` says what a
    success does to a ticket that a person has taken: it is noted there, or the ticket closes.
    """

    open_after: int = 1
    open_for: Duration = Duration()
    close_after: int = 1
    reopen_within: Duration = Duration(days=3)
    note_every: Duration = Duration(hours=6)
    when_taken: Literal["note", "close"] = "note"

    def __post_init__(self) -> None:
        """Reject what no life can be like."""
        Section.__post_init__(self)
        no_less(self, open_after=1, close_after=1)

    @property
    def life(self) -> Life:
        return Life(
            open_after=self.open_after,
            open_for=self.open_for,
            close_after=self.close_after,
            reopen_within=self.reopen_within,
            keep_taken=self.when_taken == "note",
        )
