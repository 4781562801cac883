"""check: what signals.yaml needs of Redmine."""

from dataclasses import replace
from datetime import date

from itsm_sync.model.catalogue import Service
from itsm_sync.model.watching import (
    Alerts,
    Builds,
    Nodes,
    Schedules,
    Security,
    Statuses,
    Urgency,
    Watching,
)
from itsm_sync.model.watching.schedules import Scheduled
from itsm_sync.model.words import Words
from itsm_sync.operations.check_wanted import wanted
from itsm_sync.settings import Settings
from tests.redmine_place import shipped

NAME = Words(ko="교육", en="Training")
REVIEW = Scheduled(
    id="review", name=NAME, process="csi", every="month", start=date(2026, 1, 1), tracker="지원"
)


def settings(watching: Watching | None, *services: Service) -> Settings:
    return replace(shipped(), watching=watching, services=services)


def service(name: str, **more: tuple[str, ...]) -> Service:
    return Service(id=name, name=Words(ko=name, en=name), team="it-planning", **more)


def test_where_nothing_is_watched_for_nothing_is_needed() -> None:
    assert wanted(settings(None)) is None


def test_tickets_are_opened_in_each_services_first_project_or_in_the_first_of_all() -> None:
    services = service("portal", projects=("abc-app", "abc-biz")), service("batch")
    found = wanted(settings(Watching(), *services))
    assert found is not None
    assert {project for project, _ in found.places} == {"abc", "abc-app"}
    assert {"사건", "문제", "릴리스"} <= {tracker for _, tracker in found.places}


def test_a_part_that_names_its_project_needs_no_other() -> None:
    watching = Watching(nodes=Nodes(project="abc-infra", tracker="장비", priority="긴급"))
    found = wanted(settings(watching, service("portal", projects=("abc-app",))))
    assert found is not None
    assert [place for place in found.places if place[1] == "장비"] == [("abc-infra", "장비")]
    assert "긴급" in found.priorities


def test_a_part_that_is_switched_off_needs_nothing() -> None:
    off = Schedules(enabled=False, tickets=(replace(REVIEW, tracker="교육"),))
    watching = Watching(builds=Builds(enabled=False, tracker="빌드"), schedules=off)
    found = wanted(settings(watching))
    assert found is not None
    assert not {"빌드", "교육"} & {tracker for _, tracker in found.places}


def test_the_priorities_of_severities_and_of_production_are_asked_for() -> None:
    section = Security(severities={"critical": Urgency(priority="최우선")})
    watching = Watching(builds=Builds(production_priority="운영 긴급"), security=section)
    found = wanted(settings(watching))
    assert found is not None
    assert {"최우선", "운영 긴급"} <= set(found.priorities)
    off = Alerts(enabled=False)
    nothing = replace(section, dependabot=off, code_scanning=off, secret_scanning=off)
    found = wanted(settings(Watching(security=nothing)))
    assert found is not None
    assert "최우선" not in found.priorities


def test_what_the_calendar_opens_is_of_no_service() -> None:
    watching = Watching(schedules=Schedules(tickets=(replace(REVIEW, tracker="교육"),)))
    found = wanted(settings(watching, service("portal", projects=("abc-app",))))
    assert found is not None
    assert [place for place in found.places if place[1] == "교육"] == [("abc", "교육")]


def test_statuses_and_private_projects_are_asked_for() -> None:
    secret = service("portal", private_projects=("abc-secret",))
    watching = Watching(statuses=Statuses(open="신규"))
    found = wanted(settings(watching, secret))
    assert found is not None
    assert (found.statuses, found.closing) == (("신규",), ("완료",))
    leaves = wanted(settings(Watching(), secret))
    assert leaves is not None
    assert leaves.statuses == ()  # each tracker's first
    assert found.rejecting == ("거절", "Rejected")
    assert found.private == ("abc-secret",)
