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
from itsm_sync.cli.call import DONE, Call, call_of
from itsm_sync.cli.in_spite import in_spite
from itsm_sync.cli.standby import Standby
from itsm_sync.clients.known import Known
from itsm_sync.daemon.service import Daemon
from itsm_sync.locale import say
from itsm_sync.model.ports import Observer
from itsm_sync.operations import pausing, status
from itsm_sync.store import Store


def run(context: typer.Context) -> int:
    """The daemon: read, decide and write at the times of schedules.yaml, until a signal ends it.

    SIGHUP reads the configuration again.
    """
    call = call_of(context)
    level = logging.DEBUG if call.verbose else logging.INFO
    supervisor = Supervisor(call.environment)
    people = (Standby(call),) if sys.stderr.isatty() else ()
    known = Known()
    hidden: set[str] = set()  # an old secret is one still, and in use where the new one is wrong

    def make(signals: Signals, listeners: tuple[Observer, ...]) -> App:
        app = start(
            call.directory,
            call.environment,
            stream=sys.stderr,
            level=level,
            listeners=(*listeners, supervisor, *people),
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
    with in_spite(call) as kept:
        store, said, now = kept.store, kept.settings, utc_now()
        call.warn_if_empty(store)
        terms = status.Terms()
        if said is not None:
            terms = status.Terms(retrying=retrying(said), timetable=timetable(said))
        return kept.answer(
            lambda: status.as_json(store, now, terms),
            lambda: status.show(store, call.out, call.language, call.zone, now, terms=terms),
        )


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
