"""Configurations of an earlier time, made anew of what is kept of them."""

from dataclasses import dataclass

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Routing
from itsm_sync.model.words import Message
from itsm_sync.routing import Catalogue, Router
from itsm_sync.settings import Inspect, kept
from itsm_sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciders:
    """What one configuration decides with."""

    matrix: Matrix
    router: Router
    catalogue: Catalogue

    def route(self, asked: Item) -> Routing:
        """Answer the decision for an item as it was asked then."""
        return self.router.route(self.catalogue.enriched(asked))


def deciders(store: Store, name: str, inspect: Inspect) -> Deciders:
    """Make what the configuration of that hash decided with.

    Raises:
        ConfigurationError: it is not kept, was changed in the database, or is not valid any more;
            with every problem.
    """
    files = store.configuration(name)
    if files is None:
        told = Message("this configuration is not kept")
        raise ConfigurationError([Problem(file=name, path=(), text=told)])
    found = kept(name, files, inspect)
    return Deciders(
        matrix=found.matrix,
        router=Router(found.matrix, found.rules),
        catalogue=Catalogue(found.services, found.people),
    )
