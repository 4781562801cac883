"""inventory: the configuration items."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from itsm_sync.app.clock import utc_now
from itsm_sync.app.scope import scope
from itsm_sync.cli.call import DONE, Call, call_of
from itsm_sync.model.inventory import CiKind
from itsm_sync.operations import inventory as inventories
from itsm_sync.operations.files import write_report


def inventory(
    context: typer.Context,
    *,
    shape: Annotated[
        inventories.Format, typer.Option("--format", help="How to show it.")
    ] = "table",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to this file (0600).")
    ] = None,
    kind: Annotated[CiKind | None, typer.Option(help="Only items of this kind.")] = None,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", help="One service, by id or name.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Without what is private.")] = False,
) -> int:
    """The configuration items, how they hang together, who holds them, and where that drifts."""
    call = call_of(context)
    wanted = inventories.Wanted(kind=kind, service=service, public=public)
    with call.app(servers=False) as app:
        zone = ZoneInfo(app.settings.general.timezone)
        found = inventories.find(app.store(), app.settings, app.catalogue,
                                 scope=scope(app.settings), now=utc_now(),
                                 wanted=wanted)  # fmt: skip
    if out is not None:
        write_report(out, inventories.render(found, shape, call.language, zone))
        _tell(call, out)
    elif call.json:
        call.answer(inventories.as_json(found))
    elif shape == "table":
        inventories.print_to(call.out, found, call.language, zone)
    else:
        print(inventories.render(found, shape, call.language, zone), end="")  # noqa: T201
    return DONE


def _tell(call: Call, file: Path) -> None:
    if call.json:
        call.answer({"file": str(file)})
    else:
        call.out.print(Text(str(file)), soft_wrap=True)


COMMANDS = {"inventory": inventory}
