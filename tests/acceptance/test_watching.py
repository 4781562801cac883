"""The figures of the HTTP port against what the servers themselves counted."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
import requests
from sandbox.standins.server import StandIn

from itsm_sync.app.clock import utc_now
from itsm_sync.app.wiring import App, start
from itsm_sync.operations import cycles
from itsm_sync.web import Metrics, Premises
from tests.acceptance.conftest import Town
from tests.premises import Hinted, served
from tests.scrapes import Scrape, scrape

CANARY = "인수합병 극비 청사진"
pytestmark = pytest.mark.timeout(600)


@contextmanager
def at_work(town: Town, metrics: Metrics) -> Iterator[App]:
    """The program in this process, heard by the figures."""
    program = town.program
    environment = {**program.environment, "ITSM_SYNC_HTTP": "127.0.0.1:0"}
    listeners = (metrics,)
    with start(program.configuration, environment, stream=StringIO(), listeners=listeners) as app:
        yield app


def asked(server: StandIn) -> Counter[str]:
    """What a server counted: requests by status."""
    return Counter(str(request.status) for request in server.requests)


def told(found: Scrape, source: str) -> Counter[str]:
    """What the port tells: requests by status, those that there were."""
    return Counter(
        {
            labels["status"]: int(value)
            for labels, value in found.series("requests_total")
            if labels["source"] == source and value
        }
    )


def test_the_figures_are_those_that_the_servers_counted(watched: Town) -> None:
    office, proxy = watched.program.office, watched.program.proxy
    for number in range(3):
        office.create("yujin", f"로그인 화면이 안 열려요 {number}")
    office.create("seojun", CANARY, is_private=True)
    metrics = Metrics()
    for server in (proxy, watched.jenkins, watched.github):
        server.forget_requests()

    with at_work(watched, metrics) as app:
        store = app.store()
        premises = Premises(
            settings=app.settings, store=store, hints=Hinted(), observer=app.observer, clock=utc_now
        )
        with served(premises, metrics) as port:
            port._looking._fresh = 0.0
            first = cycles.sync(app.road(store), app.settings, app.cycle())
            written = [r for r in proxy.requests if r.method == "PUT"]
            found = scrape(port.url)

            assert len(written) == len(first.plan.edits) > 0
            # what follows a new ticket (its watchers, its relations) is no PUT
            edits = len(written) + len(first.followed)
            assert found.value("edits_total", outcome="applied") == edits
            opened = [r for r in proxy.requests if (r.method, r.path) == ("POST", "/issues.json")]
            assert found.value("openings_total", outcome="opened") == len(opened)
            signals = [(one, n) for one, n in found.series("signal_tickets_total") if n]
            assert sum(n for one, n in signals if one["did"] == "opened") == len(opened)
            for source, server in (
                ("redmine", proxy),
                ("jenkins", watched.jenkins),
                ("github", watched.github),
            ):
                assert told(found, source) == asked(server), source
                count = found.value("request_seconds_count", source=source)
                assert count == len(server.requests), source
            assert found.value("cycle_seconds_count") == 1
            assert found.value("database_up") == 1

            # A second cycle over the same world writes nothing, and the figures say so.
            cycles.sync(app.road(store), app.settings, app.cycle())
            port_again = requests.get(f"{port.url}/?lang=ko", timeout=30)
            again = scrape(port.url)

            assert [r for r in proxy.requests if r.method == "PUT"] == written
            assert again.value("edits_total", outcome="applied") == edits
            assert again.value("cycle_seconds_count") == 2
            shown = office.redmine.runner("puts Issue.open.count")
            assert again.value("open_tickets") == int(shown)
            assert told(again, "redmine") == asked(proxy)
            for text in (again.text, port_again.text):
                assert CANARY not in text
