"""The commands; no logic."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from typer.exceptions import TyperException

from itsm_sync.app.wiring import App, start
from itsm_sync.app.progress import ProgressBars
from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle import Summary
from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.words import Message
from itsm_sync.operations import cycles, summary
from itsm_sync.operations.init import init as make_configuration
from itsm_sync.settings import locate
from itsm_sync.store import Busy, StoreError

DONE, UNWELL, WRONG, NO_REDMINE = 0, 1, 2, 3
LANGUAGE = "ko"

cli = typer.Typer(
    name="itsm-sync",
    help="Tells who is responsible for each ticket, and writes it where people look.",
    no_args_is_help=True,
    add_completion=False,
)
rules = typer.Typer(no_args_is_help=True, help="The rules' own tests, and what is wrong with them.")
cli.add_typer(rules, name="rules")


@dataclass(slots=True)
class Call:
    """What stands before or after the command: where the configuration is, how to answer."""

    config: Path | None = None
    json: bool = False
    verbose: bool = False
    out: Console = field(default_factory=Console)
    err: Console = field(default_factory=lambda: Console(stderr=True))

    def answer(self, document: Any) -> None:
        """Print one JSON document."""
        print(json.dumps(document, ensure_ascii=False, indent=1, default=str))  # noqa: T201

    @contextmanager
    def app(self, *, secrets: bool = True) -> Iterator[App]:
        """Make the app of the configuration, with progress bars where a person watches."""
        directory = locate(self.config, os.environ, Path.cwd())
        watched = sys.stderr.isatty() and not self.verbose
        bars = ProgressBars(self.err, LANGUAGE) if watched and secrets else None
        level = logging.WARNING if watched else logging.DEBUG if self.verbose else logging.INFO
        try:
            listeners = (bars,) if bars else ()
            with start(
                directory,
                os.environ,
                stream=sys.stderr,
                level=level,
                listeners=listeners,
                secrets=secrets,
            ) as app:
                yield app
        finally:
            if bars:
                bars.close()


def run(arguments: list[str]) -> int:
    """Run one command; answer its exit status."""
    call = Call()
    try:
        rest = _common(arguments, call)
        return int(cli(rest, prog_name="itsm-sync", standalone_mode=False, obj=call) or DONE)
    except ConfigurationError as error:
        return _wrong(call, error)
    except ClientError as error:
        return _complain(call, str(error), NO_REDMINE, system=error.system, status=error.status)
    except Busy as error:
        return _complain(call, str(error), UNWELL)
    except StoreError as error:
        return _complain(call, str(error), WRONG)
    except TyperException as error:
        return _complain(call, error.format_message(), WRONG)
    except (KeyboardInterrupt, typer.Abort):
        return _complain(call, say("interrupted; what was written is recorded", LANGUAGE), UNWELL)


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


def _wrong(call: Call, error: ConfigurationError) -> int:
    if call.json:
        problems = [
            {"file": p.file, "line": p.line, "path": list(p.path), "text": p.text}
            for p in error.problems
        ]
        call.answer({"error": "the configuration or the call is wrong", "problems": problems})
        return WRONG
    told = Message("{n} problems; nothing was done:", {"n": len(error.problems)})
    call.err.print(Text(say(told, LANGUAGE), style="bold red"))
    for problem in error.problems:
        call.err.print(Text(f"  {problem}"), soft_wrap=True)
    return WRONG


def _complain(call: Call, text: str, status: int, **details: object) -> int:
    if call.json:
        call.answer({"error": text, **details})
    else:
        call.err.print(Text(text, style="bold red"), soft_wrap=True)
    return status


# ------------------------------------------------------------------------------ the road


@cli.command()
def plan(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write the plan to this file (0600).")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every ticket.")] = False,
) -> int:
    """Show what would be written, field by field; write nothing to Redmine."""
    call: Call = context.obj
    with call.app() as app:
        made = cycles.plan(app.road(), app.settings, app.cycle())
        language = app.settings.language
        if out is not None:
            cycles.write_plan(made, language, out)
        if call.json:
            shown = summary.plan_json(made.plan.edits, language)
            call.answer(summary.as_json(made) | {"plan": shown})
        else:
            limit = len(made.plan.edits) if show_all else 50
            fields = app.settings.redmine.fields
            summary.show_plan(made.plan.edits, fields, call.out, language, limit)
            summary.show(made, call.out, language)
    return summary.exit_status(made)


@cli.command()
def apply(context: typer.Context, file: Annotated[Path, typer.Argument()]) -> int:
    """Write that plan, once; only edits that are planned again just so are sent."""
    call: Call = context.obj
    with call.app() as app:
        made, left = cycles.apply(app.road(), app.settings, app.cycle(), file)
        _report(call, app, made, {"left": list(left)})
        if left and not call.json:
            told = Message(
                "left, because their plan is another now: {tickets}",
                {"tickets": ", ".join(f"#{number}" for number in left)},
            )
            call.out.print(Text(say(told, app.settings.language), style="yellow"))
    return UNWELL if left else summary.exit_status(made)


@cli.command()
def sync(context: typer.Context) -> int:
    """One cycle: pull, classify, route, plan, apply."""
    call: Call = context.obj
    with call.app() as app:
        made = cycles.sync(app.road(), app.settings, app.cycle())
        _report(call, app, made, {})
        if app.settings.general.write != "on" and not call.json:
            told = "`write: observe`: nothing was written; `itsm-sync plan` shows what would be"
            call.out.print(Text(say(told, app.settings.language), style="cyan"))
    return summary.exit_status(made)


def _report(call: Call, app: App, made: Summary, more: dict[str, Any]) -> None:
    if call.json:
        call.answer(summary.as_json(made) | more)
    else:
        summary.show(made, call.out, app.settings.language)


# ------------------------------------------------------------------------------ setting up


@cli.command()
def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument()] = Path("config"),
) -> int:
    """Make a starter configuration: the ABC system's, to be made one's own."""
    call: Call = context.obj
    made = make_configuration(directory)
    if call.json:
        call.answer({"files": [str(path) for path in made]})
    else:
        for path in made:
            call.out.print(Text(str(path)))
    return DONE
