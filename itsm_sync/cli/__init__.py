"""The commands; no logic."""

from pathlib import Path

import typer
from typer.exceptions import TyperException

from itsm_sync.cli import road, rules, setting_up
from itsm_sync.cli.call import DONE, NO_REDMINE, UNWELL, WRONG, Call
from itsm_sync.clients.errors import ClientError
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.words import Message
from itsm_sync.store import Busy, StoreError

cli = typer.Typer(
    name="itsm-sync",
    help="Tells who is responsible for each ticket, and writes it where people look. "
    "--config DIR, --json and --verbose stand before or after any command.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (setting_up, road):
    for name, command in room.COMMANDS.items():
        cli.command(name)(command)
cli.add_typer(rules.rules, name="rules")


def run(arguments: list[str]) -> int:
    """Run one command; answer its exit status."""
    call = Call()
    try:
        rest = _common(arguments, call)
        return int(cli(rest, prog_name="itsm-sync", standalone_mode=False, obj=call) or DONE)
    except ConfigurationError as error:
        return call.wrong(error)
    except ClientError as error:
        return call.complain(error.message, NO_REDMINE, system=error.system, http=error.status)
    except StoreError as error:
        status = UNWELL if isinstance(error, Busy) else WRONG
        return call.complain(error.message, status)
    except TyperException as error:
        return call.complain(error.format_message(), WRONG)
    except (KeyboardInterrupt, typer.Abort):
        return call.complain(Message("interrupted; what was written is recorded"), UNWELL)


def _common(arguments: list[str], call: Call) -> list[str]:
    """Take `--config DIR`, `--json` and `--verbose` from anywhere; answer the rest."""
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--json":
            call.json = True
        elif argument == "--verbose":
            call.verbose = True
        elif argument == "--config" or argument.startswith("--config="):
            value = argument.partition("=")[2] or next(waiting, "")
            if not value:
                raise typer.BadParameter("--config needs a directory")
            call.config = Path(value)
        else:
            rest.append(argument)
    return rest
