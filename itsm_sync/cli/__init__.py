"""The commands; no logic."""

from pathlib import Path

import typer
from typer.exceptions import TyperException

from itsm_sync.app.version import version
from itsm_sync.cli import inventory, keeping, reports, road, rules, service, setting_up, state
from itsm_sync.cli.call import DONE, UNWELL, WRONG, Call
from itsm_sync.cli.complaints import BadCall, complaint
from itsm_sync.cli.helping import Command, Group
from itsm_sync.clients.errors import ClientError
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.words import Message
from itsm_sync.store import Busy, StoreError

_NO_COMMAND: tuple[list[str], ...] = ([], ["rules"])
_INTERRUPTED = 130  # what typer makes of a KeyboardInterrupt
_STOPPED = Message("interrupted; what was written is recorded")

cli = typer.Typer(
    name="itsm-sync",
    cls=Group,
    help="Tells who is responsible for each ticket, and writes it where people look.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (setting_up, road, service, reports, inventory, keeping, state):
    for name, command in room.COMMANDS.items():
        cli.command(name, cls=Command)(command)
for name, group in (("rules", rules.rules), ("letters", state.letters)):
    cli.add_typer(group, name=name)


def run(arguments: list[str]) -> int:
    """Run one command; answer its exit status."""
    call = Call()
    try:
        rest = _common(arguments, call)
        if call.json and rest in _NO_COMMAND:  # else they print their help
            return call.complain("name a command; `itsm-sync --help` lists them", WRONG)
        if "--version" in rest:
            return _version(call)
        status = int(cli(rest, prog_name="itsm-sync", standalone_mode=False, obj=call) or DONE)
        return call.complain(_STOPPED, UNWELL) if status == _INTERRUPTED else status
    except ConfigurationError as error:
        return call.wrong(error)
    except ClientError as error:
        return call.unserved(error)
    except StoreError as error:
        status = UNWELL if isinstance(error, Busy) else WRONG
        return call.complain(error.message, status)
    except TyperException as error:
        told = complaint(error)
        return call.complain(told, WRONG) if str(told) else WRONG  # "": its help is printed
    except (KeyboardInterrupt, typer.Abort):
        return call.complain(_STOPPED, UNWELL)


def _version(call: Call) -> int:
    if call.json:
        call.answer({"version": version()})
    else:
        call.out.print(f"itsm-sync {version()}", highlight=False)
    return DONE


def _common(arguments: list[str], call: Call) -> list[str]:
    """Take `--config DIR`, `--json` and `--verbose` from anywhere; answer the rest."""
    rest: list[str] = []
    call.json = "--json" in arguments  # first: what is wrong with the rest is told as JSON, too
    waiting = iter(argument for argument in arguments if argument != "--json")
    for argument in waiting:
        if argument == "--verbose":
            call.verbose = True
        elif argument == "--config" or argument.startswith("--config="):
            value = argument.partition("=")[2] or next(waiting, "")
            if not value or value.startswith("-"):
                raise BadCall(Message("--config needs a directory"))
            call.config = Path(value)
        else:
            rest.append(argument)
    return rest
