"""Puts together what makes reports and what takes them to their places."""

from functools import cache

from itsm_sync.app.clock import utc_now
from itsm_sync.app.scope import readers
from itsm_sync.app.wiring import App
from itsm_sync.clients.mail import MailClient
from itsm_sync.clients.redmine_publishing import Press
from itsm_sync.cycle.naming import names_of
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.markup import Markup
from itsm_sync.model.watching import Watching
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.delivering import Courier
from itsm_sync.operations.reporting.making import Gather, Maker
from itsm_sync.operations.world import Clocks, Gathering
from itsm_sync.reports.forms import render
from itsm_sync.routing.service_levels.clocks import Clocks as LevelClocks
from itsm_sync.store import Store


def maker(app: App, store: Store) -> Maker:
    """Answer what makes reports of a store."""
    return Maker(
        store=store,
        settings=app.settings,
        catalogue=app.catalogue,
        gather=_gatherer(app, store),
        render=render,
    )


def courier(app: App, store: Store) -> Courier:
    """Answer what takes reports to their places; its doors close with the app."""

    @cache
    def mail() -> MailClient:
        settings = app.settings.general.mail
        if settings is None:  # what `load` would have told
            told = Message("mail needs a server: `mail` in settings.yaml")
            raise ConfigurationError([app.settings.documents["settings"].problem((), told)])
        door = MailClient(settings)
        app.stack.callback(door.close)
        return door

    @cache
    def markup() -> Markup:
        return app.markup(store)

    return Courier(
        store=store,
        clock=utc_now,
        observer=app.observer,
        press=cache(lambda: Press(app.doors.redmine)),
        mail=mail,
        markup=markup,
        beside=app.settings.held_plan.parent,
        writes=app.settings.general.write == "on",
        undisturbed=app.signals.held_back,
    )


def _gatherer(app: App, store: Store) -> Gather:
    """Answer what gathers the world of a period from the store."""
    settings = app.settings
    watching = settings.watching or Watching()
    gathering = Gathering(
        store=store,
        matrix=settings.matrix,
        catalogue=app.catalogue,
        production=frozenset(name.casefold() for name in watching.deliveries.production),
        histories=store.histories,
        clocks=_clocks(app, store),
        bots=frozenset(filter(None, [store.bot()])),
        sources=readers(settings),
    )
    return lambda period, audience: gathering.world(period, audience, utc_now())


def _clocks(app: App, store: Store) -> Clocks:
    """Answer what tells how a ticket stands by the service levels; nothing where none are known."""
    levels, lists, bot = app.settings.sla, store.offered(), store.bot()
    if levels is None or lists is None or bot is None:
        return lambda *_: ()
    return LevelClocks(levels, names_of(lists, levels), bot).standings
