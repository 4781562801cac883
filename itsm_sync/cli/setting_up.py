"""init, check, matrix, provision."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from itsm_sync.cli.call import DONE, UNWELL, call_of
from itsm_sync.cli.complaints import BadCall
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import check as checking
from itsm_sync.operations import check_lines
from itsm_sync.operations import provision as provisioning
from itsm_sync.operations.check_secrets import exposed
from itsm_sync.operations.check_wanted import wanted
from itsm_sync.operations.init import init as make_configuration
from itsm_sync.operations.matrix import formats as the_matrix


def init(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Gets the files; none there is replaced.")
    ] = Path("config"),
    example: Annotated[
        str, typer.Option(metavar="NAME", help="An example instead, by name: harbour.")
    ] = "",
) -> int:
    """Make a starter configuration: the ABC system's, to be made one's own."""
    call = call_of(context)
    made = make_configuration(directory, example)
    if call.json:
        call.answer({"files": [str(path) for path in made]})
    else:
        for path in made:
            call.out.print(Text(str(path)), soft_wrap=True)
    return DONE


def matrix(
    context: typer.Context,
    shape: Annotated[the_matrix.Format, typer.Option("--format", help="How to show it.")] = "text",
    language: Annotated[
        str, typer.Option(metavar="ko|en", help="The language; else the configuration's.")
    ] = "",
) -> int:
    """Show the R&R matrix: rows, letters, ownership, duties, notes."""
    call = call_of(context)
    settings = call.settings()
    chosen: Language = language or settings.language
    if chosen not in ("ko", "en"):
        raise BadCall(Message("the language is ko or en"))
    if call.json:
        call.answer(the_matrix.as_json(settings.matrix, chosen))
        return DONE
    if shape == "text":
        the_matrix.show(settings.matrix, call.out, chosen)
        return DONE
    made = the_matrix.render(settings.matrix, shape, chosen)
    sys.stdout.flush()
    sys.stdout.buffer.write(made.encode() if isinstance(made, str) else made)
    return DONE


def check(context: typer.Context) -> int:
    """What the bot can really see and write: connections, rights, fields, groups, workflow."""
    call = call_of(context)
    with call.app() as app:
        lines = checking.check(
            app.settings, app.doors.redmine, app.doors.probes(), wanted(app.settings)
        )
        lines += exposed(app.settings, call.environment)
    if call.json:
        call.answer(check_lines.as_json(lines))
    else:
        check_lines.show(lines, call.out, call.language)
    return UNWELL if check_lines.failed(lines) else DONE


def provision(
    context: typer.Context,
    show: Annotated[bool, typer.Option("--print", help="Print the Ruby, run nothing.")] = False,
    redmine_root: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Redmine's directory on this machine; runs there."),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Gets the bot's API key (0600).")
    ] = None,
    itil: Annotated[bool, typer.Option(help="Make ITIL trackers and statuses too.")] = True,
) -> int:
    """Make what REST can't on a Redmine: fields, groups, workflow, queries, the bot, its role."""
    call = call_of(context)
    settings = call.settings()
    if show or redmine_root is None:
        if not show:
            raise BadCall(Message("--print, or --redmine-root DIR"))
        ruby = provisioning.text(settings, itil=itil)
        if call.json:
            call.answer({"ruby": ruby})
        else:
            print(ruby)  # noqa: T201
        return DONE
    made = provisioning.run(settings, redmine_root, call.environment, itil=itil, key_file=key_file)
    if call.json:
        call.answer(made)
    else:
        provisioning.show(made, call.out, call.language)
    return DONE


COMMANDS = {"init": init, "provision": provision, "check": check, "matrix": matrix}
