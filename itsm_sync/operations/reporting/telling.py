"""What was made and what became of it, for people and for machines; and parcels read back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.deliveries import Stand
from itsm_sync.model.items import Audience
from itsm_sync.model.reporting import Span
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.reporting.delivering import Outcome
from itsm_sync.reports.delivery.folder import lay
from itsm_sync.reports.delivery.parcel import How, Parcel
from itsm_sync.reports.document import File, Form, Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report that was made: its parcels, where their files lie, what became of its errands."""

    name: str
    span: Span
    parcels: tuple[Parcel, ...]
    folder: Path | None = None
    outcomes: tuple[Outcome, ...] = ()

    @property
    def complete(self) -> bool:
        return all(one.well for one in self.outcomes)


def lay_down(parcel: Parcel, folder: Path) -> Parcel:
    """Write a parcel's files into a folder; answer it without what they hold. Raises OSError."""
    lay(folder, [file for one in parcel.made.values() for file in (one.main, *one.beside)])
    made = {form: _emptied(one) for form, one in parcel.made.items()}
    return replace(parcel, made=made)


def _emptied(one: Rendered) -> Rendered:
    main, *beside = (replace(file, content=b"") for file in (one.main, *one.beside))
    return Rendered(main=main, beside=tuple(beside))


def as_json(told: Told) -> dict[str, Any]:
    """Answer what was made in the words of `report NAME --json`."""
    return {
        "report": told.name,
        "period": told.span.key,
        "since": told.span.since,
        "until": told.span.until,
        "folder": None if told.folder is None else str(told.folder),
        "documents": [_document(parcel) for parcel in told.parcels],
        "deliveries": [
            {
                "target": one.errand.target,
                "part": one.errand.part,
                "language": one.errand.language,
                "stand": one.stand.value if one.stand else "held",
                "place": one.place,
                "cause": None if one.cause is None else say(one.cause, "en"),
                "now": one.now,
                "how": one.how and one.how.value,
            }
            for one in told.outcomes
        ],
    }


def _document(parcel: Parcel) -> dict[str, Any]:
    return {
        "team": parcel.team,
        "team_name": parcel.team_name,
        "language": parcel.language,
        "title": parcel.title,
        "subtitle": parcel.subtitle,
        "elsewhere": parcel.elsewhere,
        "lines": list(parcel.lines),
        "audience": parcel.audience.value,
        "files": [
            {
                "form": form.value,
                **_file(one.main),
                "beside": [_file(file) for file in one.beside],
            }
            for form, one in parcel.made.items()
        ],
    }


def _file(file: File) -> dict[str, str]:
    return {"file": file.name, "media_type": file.media_type}


def read_back(document: dict[str, Any], name: str, span: Span, folder: Path) -> tuple[Parcel, ...]:
    """Answer the parcels that another process made and laid down.

    Raises:
        OSError: a file is not there.
        KeyError, TypeError, ValueError: that process answered something else.
    """
    return tuple(
        Parcel(
            report=name,
            span=span,
            language=str(one["language"]),
            title=str(one["title"]),
            subtitle=str(one["subtitle"]),
            elsewhere=str(one["elsewhere"]),
            lines=tuple(map(str, one["lines"])),
            team=str(one["team"]),
            team_name=str(one["team_name"]),
            audience=Audience(one["audience"]),
            made={
                Form(made["form"]): Rendered(
                    main=_read(made, folder),
                    beside=tuple(_read(file, folder) for file in made["beside"]),
                )
                for made in one["files"]
            },
        )
        for one in document["documents"]
    )


def _read(file: dict[str, Any], folder: Path) -> File:
    name = str(file["file"])
    content = (folder / name).read_bytes()
    return File(name=name, media_type=str(file["media_type"]), content=content)


_SAID = {
    Stand.DONE: "{target}: delivered: {place}",
    Stand.FAILED: "{target}: not delivered: {cause}",
    Stand.SENDING: "{target}: it is not known whether it arrived: {cause}",
    None: "{target}: held: {cause}",
}

_ARRIVED = {
    How.STOOD: "{target}: is there already and is left as it is: {place}",
    How.CHANGED: "{target}: brought up to date: {place}",
    None: "{target}: delivered before: {place}",
}


def show(told: Told, console: Console, language: Language) -> None:
    """Print where the files lie and what became of the errands, for people."""
    if told.folder is not None:
        for parcel in told.parcels:
            for one in parcel.made.values():
                console.print(Text(str(told.folder / one.main.name)), soft_wrap=True)
    for outcome in told.outcomes:
        style = "" if outcome.well else "yellow"
        console.print(Text(say(said(outcome), language), style=style), soft_wrap=True)


def said(outcome: Outcome) -> Message:
    """Answer what became of an errand, in a sentence."""
    errand = outcome.errand
    params = {
        "target": " ".join(filter(None, (errand.target, errand.part))),
        "place": outcome.place,
        "cause": outcome.cause or "",
    }
    if outcome.well and (told := _ARRIVED.get(outcome.how)) is not None:
        return Message(told, params)
    return Message(_SAID[outcome.stand if outcome.stand in _SAID else None], params)
