"""letters, resync, prune: what is set aside, read again, and let go."""

from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from itsm_sync.app.clock import utc_now
from itsm_sync.app.scope import retrying
from itsm_sync.cli.call import DONE, UNWELL, call_of
from itsm_sync.cli.complaints import BadCall
from itsm_sync.cli.helping import Command, Group
from itsm_sync.cli.in_spite import in_spite
from itsm_sync.cli.telling import deliver_anew
from itsm_sync.model.deliveries import REPORTS
from itsm_sync.model.letters import LetterKind, Retrying
from itsm_sync.model.words import Message
from itsm_sync.operations import letters as letter_work
from itsm_sync.operations import period
from itsm_sync.operations import prune as pruning
from itsm_sync.operations import resync as resyncing

letters = typer.Typer(cls=Group, help="What is set aside: list it, have it tried again.")


@letters.callback(invoke_without_command=True)
def alone(context: typer.Context) -> int | None:
    """What is set aside, with its cause and since when; the same as `letters list`."""
    return _list(context) if context.invoked_subcommand is None else None


@letters.command("list", cls=Command)
def listed(context: typer.Context) -> int:
    """What is set aside: payloads, values that Redmine refused, tickets not opened, reports."""
    return _list(context)


def _list(context: typer.Context) -> int:
    call = call_of(context)
    with in_spite(call) as kept:
        said, now = kept.settings, utc_now()
        found = kept.store.letters(retrying(said) if said is not None else Retrying())
        return kept.answer(
            lambda: {"letters": letter_work.letters_json(found, now)},
            lambda: letter_work.show(found, call.out, call.language, call.zone, now),
        )


@letters.command("retry", cls=Command)
def retry(
    context: typer.Context,
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY", help="Keys of `letters list`; also 42 or #42."),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="All of this source.")] = None,
) -> int:
    """Try again: payloads and reports now, what Redmine refused in the next cycle."""
    call = call_of(context)
    if not (keys or everything or source):
        raise BadCall(Message("name KEYs, --source SOURCE or --all"))
    with call.app() as app:
        road = app.road()
        wanted = letter_work.chosen(
            road.store.letters(road.retrying),
            keys or [],
            source,
            everything=everything,
            sources=[*(one.name for one in road.sources), REPORTS],
        )
        reports = [one for one in wanted if one.kind is LetterKind.DELIVERY]
        others = [one for one in wanted if one.kind is not LetterKind.DELIVERY]
        retried = letter_work.Retried()
        if others:
            retried = letter_work.retry(road, app.cycle(), others)
        if reports:
            retried = replace(retried, delivered=deliver_anew(app, road.store, reports))
    if call.json:
        call.answer(letter_work.as_json(retried))
    else:
        letter_work.tell(retried, call.out, call.language)
    return DONE if retried.complete else UNWELL


def resync(
    context: typer.Context,
    *,
    source: Annotated[str, typer.Option(metavar="NAME", help="A source, as `status` names it.")],
    stream: Annotated[
        str | None, typer.Option(metavar="NAME", help="One of its streams; else all.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Only what changed since a day or a time: 2026-03-01."),
    ] = None,
) -> int:
    """Read a source again, from the beginning or since a time; write nothing to Redmine."""
    call = call_of(context)
    with call.app(takes_long=True) as app:
        zone = ZoneInfo(app.settings.general.timezone)
        start = period.moment("--since", since, zone)
        found = resyncing.resync(app.road(), app.cycle(), source, stream, start)
    if call.json:
        call.answer(resyncing.as_json(found))
    else:
        resyncing.show(found, call.out, call.language)
    return DONE if found.complete else UNWELL


def prune(
    context: typer.Context,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only count what is old.")] = False,
) -> int:
    """Let go of what is old and needed by nothing any more."""
    call = call_of(context)
    with call.app(servers=False, takes_long=True) as app:
        watch = app.watch()
        registry = watch.registry if watch else None
        pruned = pruning.prune(
            app.store(), registry, app.settings.schedules.prune.keep, utc_now(), dry=dry
        )
    if call.json:
        call.answer(pruning.as_json(pruned))
    else:
        pruning.show(pruned, call.out, call.language)
    return DONE


COMMANDS = {"resync": resync, "prune": prune}
