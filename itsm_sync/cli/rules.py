"""rules test | lint: for the people who own the rules."""

from pathlib import Path
from typing import Annotated

import typer

from itsm_sync.app.wiring import deciders
from itsm_sync.cli.call import DONE, UNWELL, call_of
from itsm_sync.operations import redmine_names, rules_lint, rules_test
from itsm_sync.settings import cases

rules = typer.Typer(no_args_is_help=True, help="The rules' own tests, and what is wrong with them.")


@rules.command("test")
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


@rules.command("lint")
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
