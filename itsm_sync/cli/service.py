"""run, status, pause, resume: the daemon, and how things stand."""

import logging
import sys
from getpass import getuser
from typing import Annotated

import typer

from itsm_sync.app.clock import utc_now
from itsm_sync.app.scope import retrying, timetable
from itsm_sync.app.signals import Signals, hear_no_more
from itsm_sync.app.supervisor import Supervisor
from itsm_sync.app.wiring import App, start
from itsm_sync.cli.call import DONE, WRONG, Call, call_of, problems_json
from itsm_sync.clients.known import Known
from itsm_sync.daemon.service import Daemon
from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.ports import Observer
from itsm_sync.model.words import Message
from itsm_sync.operations import pausing, status
from itsm_sync.settings import Glimpse, Settings, database, glimpse
from itsm_sync.store import Store


def run(context: typer.Context) -> int:
    """The daemon: read, decide and write at the times of schedules.yaml, until a signal ends it.

    SIGHUP reads the configuration again.
    """
    call = call_of(context)
    level = logging.DEBUG if call.verbose else logging.INFO
    supervisor = Supervisor(call.environment)
    known = Known()
    hidden: set[str] = set()  # an old secret is one still, and in use where the new one is wrong

    def make(signals: Signals, listeners: tuple[Observer, ...]) -> App:
        app = start(
            call.directory,
            call.environment,
            stream=sys.stderr,
            level=level,
            listeners=(*listeners, supervisor),
            signals=signals,
            hidden=hidden,
            known=known,
        )
        app.keep_heartbeat()
        return app

    daemon = Daemon(make=make, clock=utc_now)
    with supervisor.watching(lambda: daemon.pulse.alive):
        daemon.run()
        hear_no_more()
    return DONE


def how(context: typer.Context) -> int:
    """How things stand: counts, last cycles, sources, findings, dead letters.

    What can be shown is shown also where the configuration is wrong, and what is wrong is told.
    """
    call = call_of(context)
    try:
        with call.app(servers=False) as app:
            _show(call, app.store(), app.settings)
    except ConfigurationError as error:
        return _show_in_spite(call, error)
    return DONE


def _show_in_spite(call: Call, error: ConfigurationError) -> int:
    """Show what can be shown with a configuration that is wrong, and what is wrong with it."""
    try:
        address = database.address(call.directory, call.environment)
    except ConfigurationError:
        raise error from None
    with Store.open(address) as store:
        _show(call, store, glimpse(call.directory, call.environment), error)
    return WRONG


def _show(
    call: Call,
    store: Store,
    settings: Settings | Glimpse | None,
    error: ConfigurationError | None = None,
) -> None:
    terms = status.Terms()
    if settings is not None:
        terms = status.Terms(retrying=retrying(settings), timetable=timetable(settings))
    if call.json:
        wrong = problems_json(error) if error is not None else {}
        call.answer(status.as_json(store, utc_now(), terms) | wrong)
        return
    status.show(store, call.out, call.language, call.zone, utc_now(), terms=terms)
    if error is not None:
        told = "the configuration is wrong in {n} places; nothing else than this can be done by it:"
        call.list_problems(Message(told, {"n": len(error.problems)}), error)


def pause(
    context: typer.Context,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the others.")] = "",
) -> int:
    """Write nothing to Redmine until `resume`; a cycle that is running stops writing, too.

    It needs the database alone, whatever is wrong with the configuration. Who has paused first
    stays the one who is named.
    """
    call = call_of(context)
    with call.store() as store:
        first = store.pause(_user(), why, utc_now())
        return _told_paused(call, store, already=not first)


def resume(context: typer.Context) -> int:
    """Let cycles write again."""
    call = call_of(context)
    with call.store() as store:
        store.resume()
        return _told_paused(call, store)


def _told_paused(call: Call, store: Store, *, already: bool = False) -> int:
    paused = store.paused()
    if call.json:
        call.answer(pausing.as_json(store))
    elif paused is not None:
        call.warn(pausing.told_already(paused, call.zone) if already else pausing.told(paused))
    else:
        call.out.print(say("cycles write as the settings say", call.language))
    return DONE


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "?"


COMMANDS = {"run": run, "status": how, "pause": pause, "resume": resume}
