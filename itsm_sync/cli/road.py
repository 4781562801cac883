"""plan, apply, sync, undo, adopt, explain."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from itsm_sync.app.clock import utc_now
from itsm_sync.app.wiring import App, deciders, objections
from itsm_sync.cli.call import DONE, UNWELL, Call, call_of
from itsm_sync.cli.complaints import BadCall
from itsm_sync.cycle import Summary
from itsm_sync.desk.approvals import Meanings
from itsm_sync.desk.quiet import ruby
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.words import Message
from itsm_sync.operations import adopt as adopting
from itsm_sync.operations import cycles, pausing, summary
from itsm_sync.operations import undo as undoing
from itsm_sync.operations.clocks_shown import by_line
from itsm_sync.operations.explain import explanation as explain
from itsm_sync.operations.explain import published as reported
from itsm_sync.operations.explain.given import read_items
from itsm_sync.operations.explain.showing import show
from itsm_sync.operations.explain.then import explain_then, moment
from itsm_sync.operations.files import write_report
from itsm_sync.settings import Settings


def plan(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the plan to this file (0600).")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every ticket.")] = False,
    shape: Annotated[
        Literal["text", "json", "rails"],
        typer.Option("--format", help="rails: a script for `rails runner` that mails nobody."),
    ] = "text",
) -> int:
    """Show what would be written, field by field; write nothing to Redmine."""
    call = call_of(context)
    call.json = call.json or shape == "json"
    if shape == "rails" and call.json and out is None:
        raise BadCall(Message("--format rails with --json needs --out FILE for the script"))
    with call.app() as app:
        road = app.road()
        made = cycles.plan(road, app.settings, app.cycle())
    if shape == "rails":
        script = ruby(made.plan.edits, road.desk.account.id)
        if out is None:
            print(script)  # noqa: T201
            return summary.exit_status(made)
        write_report(out, script)
    elif out is not None:
        cycles.write_plan(made, call.language, out)
    _show(call, made, app.settings.redmine.fields, limit=None if show_all else 50)
    return summary.exit_status(made)


def _show(call: Call, made: Summary, fields: summary.Fields, limit: int | None) -> None:
    if call.json:
        shown = summary.plan_json(made.plan, call.language)
        call.answer(summary.as_json(made) | {"plan": shown})
        return
    limit = len(made.plan.edits) if limit is None else limit
    summary.show_plan(made.plan, fields, call.out, call.language, limit)
    summary.show(made, call.out, call.language)


def apply(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A plan that `plan --out` wrote, or a held one.")],
) -> int:
    """Write that plan, once; only edits that are planned again just so are sent."""
    call = call_of(context)
    with call.app() as app:
        made, left = cycles.apply(app.road(), app.settings, app.cycle(), file)
    _report(call, made, {"left": list(left)})
    if left:
        tickets = ", ".join(f"#{one}" if isinstance(one, int) else one for one in left)
        call.warn(
            Message("left, because their plan is another now: {tickets}", {"tickets": tickets})
        )
    return UNWELL if left else summary.exit_status(made)


def sync(context: typer.Context) -> int:
    """One cycle: pull, classify, route, plan, apply."""
    call = call_of(context)
    with call.app() as app:
        app.keep_heartbeat()
        made = cycles.sync(app.road(), app.settings, app.cycle())
    _report(call, made, {})
    if made.plan.held:
        params = {"file": str(app.settings.held_plan)}
        call.warn(Message("once looked at, `itsm-sync apply {file}` lets go what is held", params))
    if made.paused is not None:
        call.warn(pausing.told(made.paused))
    if app.settings.general.write != "on":
        call.warn("`write: observe`: nothing was written; `itsm-sync plan` shows what would be")
    return summary.exit_status(made)


def _report(call: Call, made: Summary, more: dict[str, Any]) -> None:
    if call.json:
        call.answer(summary.as_json(made) | more)
    else:
        summary.show(made, call.out, call.language)


def adopt(context: typer.Context) -> int:
    """Rebuild a lost database from what stands in Redmine; write nothing there, ask nothing."""
    call = call_of(context)
    with call.app(takes_long=True) as app:
        found = adopting.adopt(app.road(), app.settings, app.cycle())
    if call.json:
        call.answer(adopting.as_json(found))
    else:
        adopting.show(found, call.out, call.language)
    return summary.exit_status(found.summary)


def undo(
    context: typer.Context,
    cycle: Annotated[str, typer.Argument(help="A cycle, as `status` names it.")],
) -> int:
    """Put back what that cycle wrote, where it is still ours."""
    call = call_of(context)
    with call.app() as app:
        undone = undoing.undo(app.road(), app.cycle(), cycle)
    if call.json:
        call.answer(undoing.as_json(undone))
    else:
        undoing.show(undone, call.out, call.language)
    return DONE if undone.complete else UNWELL


def why(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="A key, 42, #42 or an address.")] = None,
    item: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Items as JSON or JSON lines; `-` is standard input."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="The decision of then: an ISO date (its end) or date-time."
        ),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Also the rules and conditions that failed.")
    ] = False,
) -> int:
    """Why: each rule tried, each condition, the row chosen; today or, with --at, then."""
    call = call_of(context)
    if (key is None) == (item is None) or (item is not None and at is not None):
        raise BadCall(Message("name a KEY (and perhaps --at TIME) or an --item FILE"))
    if item is not None:
        settings = call.settings()
        given = read_items(item, sys.stdin)
        found = list(explain.explain_items(*deciders(settings), given))
        matrix = settings.matrix
    else:
        with call.app(servers=False) as app:
            settings = app.settings
            report = reported.published(app.store(), str(key), then=at is not None)
            if report is not None:
                return _reported(call, settings, report)
            explained, matrix = _stored(app, str(key), at)
            found = [explained]
    zone = ZoneInfo(settings.general.timezone)
    for explained in found:
        if call.json and item is not None:
            call.line(explain.as_json(explained, matrix, call.language))
        elif call.json:
            call.answer(explain.as_json(explained, matrix, call.language))
        else:
            show(
                explained,
                matrix,
                call.out,
                call.language,
                zone,
                everything=show_all,
                where=by_line(call.directory),
            )
    return DONE


def _reported(call: Call, settings: Settings, report: reported.Published) -> int:
    if call.json:
        call.answer(reported.as_json(report))
    else:
        reported.show(report, settings.reporting, call.out, call.language)
    return DONE


def _stored(app: App, key: str, at: str | None) -> tuple[explain.Explained, Matrix]:
    if at is None:
        meanings = Meanings.of(app.settings.redmine.approvals)
        found = explain.explain_key(
            app.store(),
            app.router,
            app.catalogue,
            meanings,
            key,
            levels=app.settings.sla,
            now=utc_now(),
        )
        return found, app.settings.matrix
    zone = ZoneInfo(app.settings.general.timezone)
    asked = moment(at, zone, utc_now())
    return explain_then(app.store(), key, asked, zone, objections)


COMMANDS = {
    "plan": plan,
    "apply": apply,
    "sync": sync,
    "undo": undo,
    "adopt": adopt,
    "explain": why,
}
