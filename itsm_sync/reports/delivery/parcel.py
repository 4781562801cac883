"""A made report, ready to go to any place."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from itsm_sync.model.items import Audience
from itsm_sync.model.reporting import Span
from itsm_sync.model.words import Language, Message
from itsm_sync.reports.document import File, Form, Rendered

_SHORT = 10  # hexadecimal characters that tell one picture from another


class How(StrEnum):
    """What was done so that a report lies at its place."""

    SENT = "sent"
    CHANGED = "changed"  # what stood there, in place
    STOOD = "stood"  # nothing: it stood there, and is left as it is


@dataclass(frozen=True, slots=True)
class Landed:
    """Where a report lies now (an address, a file, a Message-ID), and how it came there."""

    place: str
    how: How = How.SENT


class Refused(Exception):
    """A place does not take it, and trying again alone helps nothing."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A report of one period, or one team's part of it (`team` "" is the whole).

    `title` and `subtitle` name it for people, `lines` are what of it is worth a sentence, all in
    its language; `elsewhere` is the title in the other. `made` are its forms.
    """

    report: str
    span: Span
    language: Language
    title: str
    subtitle: str
    elsewhere: str = ""
    lines: tuple[str, ...] = ()
    team: str = ""
    team_name: str = ""
    audience: Audience = Audience.PUBLIC
    made: Mapping[Form, Rendered] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """Answer what it is called among others: title, team, period."""
        return " · ".join(filter(None, (self.title, self.team_name, self.subtitle)))

    def files(self, forms: tuple[str, ...]) -> tuple[File, ...]:
        """Answer the files of these forms, with what they show beside them."""
        found = [self.made[Form(name)] for name in dict.fromkeys(forms)]
        return tuple(file for one in found for file in (one.main, *one.beside))


def named_by_content(rendered: Rendered) -> Rendered:
    """Answer a text whose pictures are named by what they show.

    An older version of a wiki page shows its own pictures that way, and a text is the same where
    everything in it is.
    """
    text, pictures = rendered.main.content.decode(), []
    for picture in rendered.beside:
        stem, dot, ending = picture.name.rpartition(".")
        print_ = hashlib.sha256(picture.content).hexdigest()[:_SHORT]
        name = f"{stem}-{print_}{dot}{ending}"
        text = re.sub(rf"(?<=[!(>}}\]]){re.escape(picture.name)}", name, text)
        pictures.append(replace(picture, name=name))
    main = replace(rendered.main, content=text.encode())
    return Rendered(main=main, beside=tuple(pictures))
