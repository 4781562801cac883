"""overrides, report list | digest: what is stored, measured."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from itsm_sync.cli.call import DONE, call_of
from itsm_sync.operations import overrides as overruling
from itsm_sync.operations import period

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


COMMANDS = {"overrides": overrides}
