"""rules test | lint | replay | diff: for the people who own the rules."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from itsm_sync.app.wiring import deciders, objections
from itsm_sync.cli.call import DONE, UNWELL, call_of
from itsm_sync.cli.helping import Command, Group
from itsm_sync.operations.rules import cases as rules_test
from itsm_sync.operations.rules import diff as rules_diff
from itsm_sync.operations.rules import lint as rules_lint
from itsm_sync.operations.rules import redmine_names
from itsm_sync.operations.rules import replay as replaying
from itsm_sync.settings import cases
from itsm_sync.store import Store

rules = typer.Typer(
    cls=Group, no_args_is_help=True, help="The rules' own tests, and what is wrong with them."
)


@rules.command("test", cls=Command)
def tried(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="The cases; else cases.yaml.")] = None,
) -> int:
    """Decide every case of cases.yaml and compare."""
    call = call_of(context)
    settings = call.settings()
    router, catalogue = deciders(settings)
    path = file or settings.directory / "cases.yaml"
    results = rules_test.run(router, catalogue, cases(path))
    if call.json:
        call.answer(rules_test.as_json(results, str(path)))
    else:
        rules_test.render(results, str(path), call.out, call.language)
    return DONE if all(result.passed for result in results) else UNWELL


@rules.command("lint", cls=Command)
def lint(
    context: typer.Context,
    live: Annotated[bool, typer.Option("--live", help="Ask Redmine for the names, too.")] = False,
) -> int:
    """Tell what is wrong in the rules and the matrix: gaps, conflicts, what nothing reaches."""
    call = call_of(context)
    # what is wrong is what lint is asked for
    settings = call.settings(lambda _: (), secrets=live)
    found = rules_lint.run(settings)
    if live:
        with call.redmine(settings) as redmine:
            found += rules_lint.located(settings, redmine_names.findings(settings, redmine))
    if call.json:
        call.answer(rules_lint.as_json(found, settings.matrix, call.language))
    else:
        rules_lint.render(found, settings.matrix, call.out, call.language)
    return UNWELL if found else DONE


@rules.command("replay", cls=Command)
def replay(
    context: typer.Context,
    show_all: Annotated[bool, typer.Option("--all", help="Show all that differ.")] = False,
) -> int:
    """Decide the whole history anew, from the facts and configurations kept with it."""
    call = call_of(context)
    with call.app(servers=False, takes_long=True) as app:
        replayed = replaying.replay(app.store(), objections, app.observer)
    if call.json:
        call.answer(replaying.as_json(replayed))
    else:
        zone = ZoneInfo(app.settings.general.timezone)
        limit = len(replayed.differing) if show_all else 50
        replaying.show(replayed, call.out, call.language, zone, limit)
    return DONE if replayed.good else UNWELL


@rules.command("diff", cls=Command)
def diff(
    context: typer.Context,
    other: Annotated[
        Path, typer.Argument(metavar="DIR", help="The directory of another configuration.")
    ],
    show_all: Annotated[bool, typer.Option("--all", help="Show every ticket.")] = False,
) -> int:
    """What another configuration would change over what is stored; writes nothing anywhere."""
    call = call_of(context)
    present = call.settings()
    with call.app(other) as app:
        store = app.stack.enter_context(Store.open(present.database))
        found = rules_diff.diff(app.road(store), store, app.cycle(), present.hash)
    if call.json:
        call.answer(rules_diff.as_json(found, call.language))
    else:
        limit = len(found.plan.edits) if show_all else 50
        rules_diff.show(found, app.settings, call.out, call.language, limit)
    return UNWELL if found.decided.unread else DONE
