"""overrides, report list | digest: what is stored, measured."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from itsm_sync.app.wiring import utc_now
from itsm_sync.cli.call import DONE, Call, call_of, plain
from itsm_sync.cli.complaints import BadCall
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import digest as digests
from itsm_sync.operations import overrides as overruling
from itsm_sync.operations import period, reports
from itsm_sync.operations.files import write_report
from itsm_sync.reports.periods import Period

From = Annotated[str | None, typer.Option("--from", help="A day or a time: 2026-03-01.")]
To = Annotated[str | None, typer.Option("--to", help="A day, which is included, or a time.")]


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


report = typer.Typer(no_args_is_help=True, help="What is stored, measured and told.")
WEEK = timedelta(days=7)


@report.command("list")
def listed(context: typer.Context) -> int:
    """The reports there are."""
    call = call_of(context)
    if call.json:
        call.answer(reports.as_json())
    else:
        reports.show(call.out, call.language)
    return DONE


@report.command("digest")
def digest(
    context: typer.Context,
    *,
    team: Annotated[str | None, typer.Option(help="One team, by id or name; else all.")] = None,
    since: From = None,
    until: To = None,
    shape: Annotated[digests.Format, typer.Option("--format", help="How to tell it.")] = "text",
    language: Annotated[str, typer.Option(help="ko or en; else the configuration's.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write it to this file (0600).")] = None,
) -> int:
    """What happened to the tickets that a team is informed of: the last seven days, or a period."""
    call = call_of(context)
    with call.app(servers=False) as app:
        zone = ZoneInfo(app.settings.general.timezone)
        last = period.end(until, zone) or utc_now()
        first = period.beginning(since, zone) or last - WEEK
        period.check(first, last)
        wanted = Period(since=first, until=last)
        made = digests.make(app.store(), app.settings, app.catalogue, wanted, team)
    chosen: Language = language or call.language
    if chosen not in ("ko", "en"):
        raise BadCall(Message("the language is ko or en"))
    shown: digests.Format = "json" if call.json and out is None else shape
    _tell(call, made, shown, language=chosen, zone=zone, out=out)
    return DONE


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


COMMANDS = {"overrides": overrides}
