"""All measures over a store as a service has it, by the shipped configuration."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sandbox.bench_reports import gathering
from sandbox.stored import END, filled

from itsm_sync.model.items import Audience
from itsm_sync.model.reporting import DIGEST, Chosen, Report, Span
from itsm_sync.model.reporting import Section as Part
from itsm_sync.operations.reporting.making import Maker
from itsm_sync.reports.document import Document, Figures, Form, Notice, Table
from itsm_sync.reports.forms import render
from itsm_sync.reports.measures.flow import flow
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import MEASURES, section
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World
from itsm_sync.routing import Catalogue
from itsm_sync.settings import Settings, load
from itsm_sync.store import Store

SHIPPED = Path(__file__).parents[2] / "config"
ITEMS, DAYS = 1000, 60
MARCH = Period(since=END.replace(month=3), until=END)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(SHIPPED, {}, secrets=False)


@pytest.fixture(scope="module")
def store(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("store") / "itsm-sync.db"
    filled(path, settings, ITEMS, DAYS)
    with Store.open(f"sqlite:///{path}") as made:
        yield made


def world(store: Store, settings: Settings, audience: Audience = Audience.PRIVATE) -> World:
    return gathering(store, settings).world(MARCH, audience, END)


def test_everything_stored_of_the_window_is_in_the_world_once(
    store: Store, settings: Settings
) -> None:
    seen = world(store, settings)
    stored = Counter(item.kind for item in store.items() if item.updated_at < END)
    assert len(seen.tickets) == stored["issue"] == ITEMS // 5
    mine = [item for item in store.items() if seen.window.holds(item.updated_at)]
    counted = Counter(item.kind for item in mine)
    assert len(seen.builds) == counted["build"] + counted["workflow_run"]
    assert len(seen.deployments) >= counted["deployment"]
    assert len(seen.alerts) == stored["dependabot_alert"]
    assert seen.unread == 0
    assert all(one.standings for one in seen.tickets if one.process == "incident")


def test_the_open_tickets_of_the_flow_are_those_that_the_store_has(
    store: Store, settings: Settings
) -> None:
    seen = world(store, settings)
    assert flow(seen, MARCH).at_end == sum(1 for _ in store.open_tickets())


def test_all_24_rows_of_the_matrix_are_told(store: Store, settings: Settings) -> None:
    told = tell("matrix", world(store, settings), settings)
    (table,) = [block for block in told if isinstance(block, Table)]
    assert len(table.rows) == 24
    assert any(row[2] for row in table.rows)


@pytest.mark.parametrize("audience", list(Audience))
def test_each_measure_is_told_twice_alike_and_tells_nothing_private(
    store: Store, settings: Settings, audience: Audience
) -> None:
    first = world(store, settings, audience)
    again = world(store, settings, audience)
    for name in MEASURES:
        assert tell(name, first, settings) == tell(name, again, settings)
    private = {i.key for i in store.items() if i.audience is Audience.PRIVATE and i.ticket}
    there = {f"redmine:issue/{one.number}" for one in first.tickets}
    assert bool(there & private) is (audience is Audience.PRIVATE)
    assert bool(first.untold) is (audience is Audience.PUBLIC)


def tell(name: str, seen: World, settings: Settings) -> tuple[object, ...]:
    zone = ZoneInfo("Asia/Seoul")
    voice = Voice(matrix=settings.matrix, language="ko", zone=zone, services=seen.services)
    return section(name, seen, MARCH, voice, Options()).blocks


def maker(store: Store, settings: Settings, now: datetime) -> Maker:
    gather = gathering(store, settings)
    return Maker(
        store=store,
        settings=settings,
        catalogue=Catalogue(settings.services, settings.people),
        gather=lambda period, audience: gather.world(period, audience, now),
        render=render,
    )


SPAN = Span(key="2026-03", since=MARCH.since, until=MARCH.until)


def report(store: Store, settings: Settings, now: datetime) -> Document:
    """Answer a report about March, made then."""
    parts = (Part(measures=(Chosen("tickets"),)), Part(measures=(Chosen("oldest_tickets"),)))
    title = {"ko": "월간", "en": "Monthly"}
    made = Report(title=title, sections=parts)
    return maker(store, settings, now).document("monthly", made, SPAN, "en")


@pytest.mark.parametrize("name", sorted(load(SHIPPED, {}, secrets=False).reporting.reports))
def test_each_shipped_report_is_made_in_every_form(
    store: Store, settings: Settings, name: str
) -> None:
    shipped = settings.reporting.reports[name]
    team = next(iter(settings.matrix.teams)) if shipped.audience == "team" else ""
    make = maker(store, settings, END)
    document = make.document(name, shipped, SPAN, "ko", team=team)
    assert document.title.startswith(shipped.title["ko"])
    asked = [part for part in shipped.sections if part.measures[0].name != DIGEST]
    assert len(document.sections) >= len(asked) or team
    assert settings.hash_reported in document.foot[-1]  # what the service levels are stands in it
    for form in Form:
        assert render(document, form).main.content, form
    english = make.document(name, shipped, SPAN, "en", team=team)
    assert len(english.sections) == len(document.sections)


def test_of_a_period_that_is_not_over_nothing_is_older_than_it_is(
    store: Store, settings: Settings
) -> None:
    now = END - timedelta(days=10)
    early, late = report(store, settings, now), report(store, settings, END)
    notices = [b.text for s in early.sections for b in s.blocks if isinstance(b, Notice)]
    until = f"{now.astimezone(ZoneInfo('Asia/Seoul')):%Y-%m-%d %H:%M}"
    assert notices[0] == (
        f"The period is not over: counted until {until}, and compared with a time as long."
    )
    assert not [b for s in late.sections for b in s.blocks
                if isinstance(b, Notice) and "not over" in b.text]  # fmt: skip
    (table,) = [b for s in early.sections for b in s.blocks if isinstance(b, Table)]
    for *_, since, age in table.rows:
        assert age == now - since
    assert early.subtitle == late.subtitle
    (figures,) = [b for s in early.sections for b in s.blocks if isinstance(b, Figures)]
    assert all(one.before is not None for one in figures.figures)
