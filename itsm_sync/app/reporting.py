"""Puts together what makes reports and what takes them to their places."""

from functools import cache

from itsm_sync.app.wiring import App, utc_now
from itsm_sync.clients.mail import MailClient
from itsm_sync.clients.redmine_publishing import Press
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.markup import Markup
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.delivering import Courier
from itsm_sync.operations.reporting.making import Maker
from itsm_sync.reports.forms import render
from itsm_sync.store import Store


def maker(app: App, store: Store) -> Maker:
    """Answer what makes reports of a store."""
    return Maker(
        store=store,
        settings=app.settings,
        catalogue=app.catalogue,
        gather=gatherer(app, store),
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
        press=cache(lambda: Press(app.redmine)),
        mail=mail,
        markup=markup,
        beside=app.settings.held_plan.parent,
        writes=app.settings.general.write == "on",
        undisturbed=app.signals.held_back,
    )


def gatherer(app: App, store: Store):
    from itsm_sync.reports.world import World

    return lambda period, audience: World(
        matrix=app.settings.matrix, window=period, now=utc_now(), audience=audience
    )
