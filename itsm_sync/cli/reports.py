"""overrides, report: what is stored, measured, and told."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from itsm_sync.app.clock import utc_now
from itsm_sync.cli.call import DONE, Call, call_of, plain
from itsm_sync.cli.complaints import BadCall
from itsm_sync.cli.telling import Asked, tell
from itsm_sync.model.reporting import DIGEST, FORMS, Span, completed, unnamed_end
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import digest as digests
from itsm_sync.operations import overrides as overruling
from itsm_sync.operations import period
from itsm_sync.operations.files import write_report
from itsm_sync.operations.reporting import listing
from itsm_sync.reports.periods import Period
from itsm_sync.settings import Settings

From = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="A day or a time: 2026-03-01.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="TIME", help="A day, which is included, or a time.")
]


def overrides(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was given back since.")
    ] = False,
    since: From = None,
    until: To = None,
) -> int:
    """What people overrule most, by rule, with what they preferred; how good our routings are."""
    call = call_of(context)
    with call.app(servers=False) as app:
        settings = app.settings
        zone = ZoneInfo(settings.general.timezone)
        first, last = period.beginning(since, zone), period.end(until, zone)
        period.check(first, last)
        found = overruling.find(
            app.store(), settings, since=first, until=last, everything=everything
        )
    if call.json:
        call.answer(overruling.as_json(found, settings))
    else:
        overruling.show(found, settings, call.out, call.language, zone)
    return DONE


LIST = "list"
WEEK = timedelta(days=7)
# In which the digest may be told alone.
_TEXTS: dict[str, digests.Format] = {"text": "text", "md": "md", "html": "html", "json": "json"}
_FORMATS = "|".join(FORMS)
_FORMATS_HELP = "May be said again. Of the digest also text and json."


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A report of `report list`, or `list`.")],
    *,
    team: Annotated[
        str | None, typer.Option(metavar="NAME", help="One team, by id or name; else all.")
    ] = None,
    since: From = None,
    until: To = None,
    shape: Annotated[
        list[str] | None, typer.Option("--format", metavar=_FORMATS, help=_FORMATS_HELP)
    ] = None,
    language: Annotated[
        str, typer.Option(metavar="ko|en", help="The language; else the report's.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder (files are 0600); of the digest also a file."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Take it to the targets of reports.yaml.")
    ] = False,
    to: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="NAME", help="With --publish: to this target alone."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --publish: also where it is already.")
    ] = False,
) -> int:
    """What is stored, measured and told: a report of the last whole period, or of another.

    `report list` tells which there are; `report digest` is shown here, of the last seven days.
    """
    call = call_of(context)
    if name == LIST:
        return _list(call)
    if language not in ("", "ko", "en"):
        raise BadCall(Message("the language is ko or en"))
    asked = Asked(
        name=name,
        team=team,
        since=since,
        until=until,
        forms=tuple(shape or ()),
        language=language,
        out=out,
        publish=publish,
        targets=tuple(to or ()),
        again=again,
    )
    return _digest(call, asked) if _is_shown(asked) else tell(call, asked)


def _list(call: Call) -> int:
    settings = call.settings()
    if call.json:
        call.answer(listing.as_json(settings))
    else:
        listing.show(settings, call.out, call.language)
    return DONE


def _is_shown(asked: Asked) -> bool:
    """Whether it is the digest alone, for a person or a program to read just here."""
    into_folder = asked.out is not None and asked.out.is_dir()
    return (
        asked.name == DIGEST
        and not asked.publish
        and not into_folder
        and len(asked.forms) <= 1
        and set(asked.forms) <= set(_TEXTS)
    )


def _digest(call: Call, asked: Asked) -> int:
    """Tell what happened to the tickets that a team is informed of."""
    with call.app(servers=False) as app:
        zone = ZoneInfo(app.settings.general.timezone)
        now = utc_now()
        first, last = period.beginning(asked.since, zone), period.end(asked.until, zone)
        usual = first is None and last is None
        last = last or (now if first is None else unnamed_end(first, now, zone))
        first = first or last - WEEK
        period.check(first, last)
        wanted = Period(since=first, until=last)
        call.warn_if_empty(app.store())
        made = digests.make(app.store(), app.settings, app.catalogue, wanted, asked.team)
        made = replace(made, published=_published(app.settings, now, zone) if usual else None)
    named = asked.forms[0] if asked.forms else "text"
    shown: digests.Format = "json" if call.json and asked.out is None else _TEXTS[named]
    chosen: Language = asked.language or call.language
    _tell(call, made, shown, language=chosen, zone=zone, out=asked.out)
    return DONE


def _published(settings: Settings, now: datetime, zone: ZoneInfo) -> Span | None:
    """Answer the period of which it is published, where one has ended."""
    report = settings.reporting.every[DIGEST]
    with suppress(ValueError):
        return completed(report.period, now, zone, report.go_live)
    return None


def _tell(
    call: Call,
    made: digests.Digest,
    shape: digests.Format,
    *,
    language: Language,
    zone: ZoneInfo,
    out: Path | None,
) -> None:
    """Print the digest, or write it to a file that only its owner can read."""
    if shape == "text" and out is None:
        digests.print_to(call.out, made, language, zone)
        return
    if shape == "json":
        document = digests.as_json(made)
        text = json.dumps(document, ensure_ascii=False, indent=1, default=plain) + "\n"
    else:
        text = digests.render(made, shape, language, zone)
    if out is None:
        print(text, end="")  # noqa: T201
        return
    write_report(out, text)
    if call.json:
        call.answer({"file": str(out)})
    else:
        call.out.print(Text(str(out)), soft_wrap=True)


COMMANDS = {"overrides": overrides, "report": report}
