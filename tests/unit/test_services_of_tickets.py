"""Which service a ticket is of in reports."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.model.catalogue import Category, Job, Service
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.operations.world.common import Telling
from itsm_sync.operations.world.services import Services
from itsm_sync.reports.periods import Period
from itsm_sync.routing import Catalogue
from itsm_sync.store import Measured, Store
from tests.builders import NOON, item, words

WEEK = Period(since=NOON, until=NOON + timedelta(days=7))
API = Service(id="api", name=words("API"), team="it", repositories=("abc/api",),
              jobs=(Job(job="abc/deploy/api"),),
              categories=(Category(project="abc-app", category="API"),))  # fmt: skip
CATALOGUE = Catalogue(
    services=(
        Service(id="portal", name=words("포털"), team="it", projects=("abc-app",)),
        API,
        Service(id="mobile", name=words("모바일"), team="it", repositories=("abc/mobile",)),
    ),
    people=(),
)


@pytest.fixture
def store(store: Store) -> Store:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    ticket = item(1, facts={"project": "abc-app"})
    store.keep("redmine", Batch(stream="issues", items=(ticket,)), "c1")
    return store


def service(
    store: Store,
    *,
    process: str = "incident",
    catalogue: Catalogue = CATALOGUE,
    audience: Audience = Audience.PRIVATE,
    category: str = "",
) -> str:
    """The service of ticket 1, which stands in the portal's project."""
    facts = {"project": "abc-app", "category": category}
    one = Measured(item=item(1, facts=facts), process=process)
    telling = Telling(audience=audience, period=WEEK, catalogue=catalogue)
    return Services(store=store, telling=telling).of({1: one})[1]


def opened(store: Store, facts: Facts, first: str = "") -> None:
    """Ticket 1 is that of an episode."""
    episode = Episode(key="e", signal="builds", line="l", standing=Standing.OPEN, began=NOON,
                      opened=NOON, first=first, facts=facts)  # fmt: skip
    store.keep_episodes("builds", "l", [episode])
    store.link("e", 1)


def naming(store: Store, *repositories: str) -> None:
    """Pull requests of these repositories name ticket 1."""
    pulls = [
        replace(
            item(key=f"github:{name}/pull/1", source="github", kind="pull"),
            ticket=None,
            facts={"repository": name, "references": ("redmine:issue/1",)},
        )
        for name in repositories
    ]
    store.keep("github", Batch(stream="s", items=tuple(pulls)), "c1")


def test_what_people_open_is_of_its_project_s_service(store: Store) -> None:
    naming(store, "abc/api")
    assert service(store) == "portal"


def test_in_a_project_of_several_services_it_is_of_its_category_s(store: Store) -> None:
    assert service(store, category="API") == "api"
    assert service(store, category="Portal") == "portal"


def test_a_category_moves_no_signal_s_ticket(store: Store) -> None:
    opened(store, {"repository": "abc/mobile"})
    assert service(store, category="API") == "mobile"


@pytest.mark.parametrize(
    ("facts", "mine"),
    [
        ({"job": "abc/deploy/api"}, "api"),
        ({"repository": "abc/api"}, "api"),
        ({"service": "api"}, "api"),
        ({"node": "agent-1"}, ""),
        ({"job": "abc/other", "service": "gone"}, ""),
    ],
)
def test_a_signal_s_ticket_is_of_the_service_of_what_failed_and_not_of_its_project(
    store: Store, facts: Facts, mine: str
) -> None:
    opened(store, facts)
    assert service(store) == mine


def test_where_the_episode_does_not_tell_what_failed_its_first_item_does(store: Store) -> None:
    naming(store, "abc/api")
    opened(store, {}, first="github:abc/api/pull/1")
    assert service(store) == "api"


@pytest.mark.parametrize(
    ("repositories", "mine"),
    [
        (("abc/api",), "api"),
        (("abc/api", "abc/unknown"), "api"),
        (("abc/api", "abc/mobile"), "portal"),
        (("abc/unknown",), "portal"),
        ((), "portal"),
    ],
)
def test_a_release_is_of_the_service_of_what_names_it(
    store: Store, repositories: tuple[str, ...], mine: str
) -> None:
    naming(store, *repositories)
    assert service(store, process="release") == mine


def test_a_private_service_is_named_to_those_alone_who_may_know_it(store: Store) -> None:
    hidden = Catalogue(services=(replace(API, audience=Audience.PRIVATE),), people=())
    opened(store, {"job": "abc/deploy/api"})
    assert service(store, catalogue=hidden) == "api"
    assert service(store, catalogue=hidden, audience=Audience.PUBLIC) == ""
