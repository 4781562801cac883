"""init, check, matrix, provision."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from itsm_sync.cli.call import DONE, UNWELL, call_of
from itsm_sync.model.words import Language
from itsm_sync.operations import check as checking
from itsm_sync.operations import matrix as the_matrix
from itsm_sync.operations.init import init as make_configuration


def init(
    context: typer.Context, directory: Annotated[Path, typer.Argument()] = Path("config")
) -> int:
    """Make a starter configuration: the ABC system's, to be made one's own."""
    call = call_of(context)
    made = make_configuration(directory)
    if call.json:
        call.answer({"files": [str(path) for path in made]})
    else:
        for path in made:
            call.out.print(Text(str(path)), soft_wrap=True)
    return DONE


def matrix(
    context: typer.Context,
    shape: Annotated[the_matrix.Format, typer.Option("--format", help="How to show it.")] = "text",
    language: Annotated[str, typer.Option(help="ko or en; else the configuration's.")] = "",
) -> int:
    """Show the R&R matrix: rows, letters, ownership, duties, notes."""
    call = call_of(context)
    settings = call.settings()
    chosen: Language = language or settings.language
    if chosen not in ("ko", "en"):
        raise typer.BadParameter("the language is ko or en")
    if shape == "text" and not call.json:
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
        lines = checking.check(app.settings, app.redmine(), app.probes())
    if call.json:
        call.answer(checking.as_json(lines))
    else:
        checking.show(lines, call.out, call.language)
    return UNWELL if checking.failed(lines) else DONE


COMMANDS = {"check": check, "init": init, "matrix": matrix}
