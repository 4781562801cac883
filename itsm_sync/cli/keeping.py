"""backup, restore: the state in one file."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from itsm_sync.app.clock import utc_now
from itsm_sync.cli.call import DONE, call_of
from itsm_sync.cli.in_spite import in_spite
from itsm_sync.operations import backup as backups
from itsm_sync.operations.backup_file import opened
from itsm_sync.operations.reporting.timing import Timetable


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Gets all that is kept (0600).")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Write over a file there is.")] = False,
) -> int:
    """The state in one portable file, also while the daemon or a cycle runs.

    It needs the database alone; what is wrong with the configuration is told.
    """
    call = call_of(context)
    with in_spite(call) as kept:
        made = backups.backup(kept.store, file, kept.configuration, utc_now(), over=force)
        return kept.answer(
            lambda: backups.as_json(made),
            lambda: backups.show_backup(made, call.out, call.language),
        )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup, of either kind of database.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace all that the database holds.")
    ] = False,
) -> int:
    """The state from a backup; the daemon must not run."""
    call = call_of(context)
    with call.app(servers=False) as app, opened(file) as whole:
        due = Timetable(settings=app.settings, store=app.store(), retrying=app.retrying,
                        now=utc_now(), leaving=True)  # fmt: skip
        done = backups.restore(due, file, whole, instead=force)
        zone = ZoneInfo(app.settings.general.timezone)
    if call.json:
        call.answer(backups.as_json(done))
    else:
        backups.show_restored(done, call.out, call.language, zone)
    return DONE


COMMANDS = {"backup": backup, "restore": restore}
