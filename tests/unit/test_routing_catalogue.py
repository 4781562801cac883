"""What the catalogue adds to an item."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from itsm_sync.model.catalogue import Category, Job, Person, Service
from itsm_sync.model.items import Audience, Fact, Item
from itsm_sync.model.matrix import Matrix, Team
from itsm_sync.model.words import Words
from itsm_sync.routing import Catalogue

NOW = datetime(2026, 11, 1, tzinfo=UTC)
NAME = Words(ko="이름", en="name")
PORTAL = Service(
    id="portal",
    name=NAME,
    team="it",
    repositories=("abc/portal",),
    jobs=(Job(job="abc/build/portal"), Job(job="abc/deploy/*", deploys="production")),
    projects=("abc-app",),
)
SEOJUN = Person(name="김서준", team="it", redmine="seojun", jenkins="sjkim", github="seojun-kim")
SUA = Person(name="강수아", team="business")


def facts_of(source: str, kind: str, **facts: Fact) -> dict[str, Fact]:
    item = Item(
        key="k",
        source=source,
        kind=kind,
        title="",
        url="",
        state="",
        created_at=NOW,
        updated_at=NOW,
        facts=facts,
    )
    return dict(Catalogue((PORTAL,), (SEOJUN, SUA)).enriched(item).facts)


def a_matrix() -> Matrix:
    return Matrix(
        title=NAME,
        teams={"it": Team(name=NAME)},
        processes={},
        domains={"application": NAME},
        stages={},
        rows=(),
        ownership=(),
        raci=(),
    )


def test_a_repository_names_the_service_its_team_and_domain() -> None:
    facts = facts_of("github", "issue", repository="abc/portal")
    assert (facts["service"], facts["service_team"], facts["service_domain"]) == (
        "portal",
        "it",
        "application",
    )
    assert "tracked" not in facts


def test_a_deploy_job_names_its_environment() -> None:
    facts = facts_of("jenkins", "build", job="abc/deploy/portal-prod")
    assert (facts["environment"], facts["deploys"], facts["tracked"]) == ("production", True, True)


def test_a_star_stays_within_a_name() -> None:
    assert "service" not in facts_of("jenkins", "build", job="abc/deploy/eu/portal")


@pytest.mark.parametrize(
    ("branch", "tracked"), [("main", True), ("release/2.4", True), ("feature/login", False)]
)
def test_a_multibranch_build_is_found_by_the_job_above_its_branch(
    branch: str, tracked: bool
) -> None:
    facts = facts_of("jenkins", "build", job=f"abc/build/portal/{branch}", branch=branch)
    assert (facts["service"], facts["deploys"], facts["tracked"]) == ("portal", False, tracked)


def test_a_pull_request_counts_by_the_branch_it_goes_to() -> None:
    facts = facts_of("github", "pull", repository="abc/portal", branch="feature/x", base="main")
    assert facts["tracked"] is True


def test_a_subproject_belongs_to_the_nearest_service_above() -> None:
    facts = facts_of("redmine", "issue", project="abc-app-web", projects=("abc", "abc-app"))
    assert facts["service"] == "portal"


API = Service(
    id="api",
    name=NAME,
    team="it",
    repositories=("abc/api",),
    categories=(Category(project="abc-app", category="API"),),
)
SHARED = Catalogue((PORTAL, API), ())


@pytest.mark.parametrize(
    ("facts", "service", "ground"),
    [
        ({"project": "abc-app", "category": "api"}, "api", ("category", "api", "abc-app")),
        ({"project": "abc-app", "category": "Batch"}, "portal", ("project", "abc-app", "")),
        ({"project": "abc-app"}, "portal", ("project", "abc-app", "")),
        ({"project": "x", "projects": ("abc-app", "x"), "category": "API"}, "api",
         ("category", "API", "abc-app")),
        ({"project": "other", "category": "API"}, None, None),
        ({"project": "abc-app", "category": "API", "repository": "abc/portal"}, "portal",
         ("repository", "abc/portal", "")),
        ({"project": "abc-app", "category": "API", "service": "portal"}, "portal", None),
        ({"project": "abc-app", "category": "API", "service": "gone"}, "api",
         ("category", "API", "abc-app")),
    ],
)  # fmt: skip
def test_the_category_decides_before_the_project_and_what_failed_before_both(
    facts: dict[str, Fact], service: str | None, ground: tuple[str, str, str] | None
) -> None:
    found, _ = SHARED.belonging(facts)
    assert (found and found.id, SHARED.ground(facts)) == (service, ground)


def test_a_project_of_a_services_own_decides_before_a_category_of_the_one_above() -> None:
    web = replace(PORTAL, id="web", projects=("abc-app-web",))
    facts: dict[str, Fact] = {"projects": ("abc-app", "abc-app-web"), "category": "API"}
    found, _ = Catalogue((PORTAL, API, web), ()).belonging(facts)
    assert found is web


def test_a_category_without_a_project_is_one_of_each_project_of_the_service() -> None:
    mine = replace(PORTAL, projects=("a", "b"), categories=(Category(category="DB"),))
    assert list(mine.categorised()) == [(0, "a", "DB"), (0, "b", "DB")]
    assert mine.told_apart
    assert API.told_apart
    assert not replace(API, categories=()).told_apart


def test_a_category_of_two_services_and_one_without_a_project_are_told_with_their_path() -> None:
    batch = replace(
        API,
        id="batch",
        repositories=(),
        categories=(
            Category(project="abc-app", category="Batch"),
            Category(project="abc-app", category="api"),
            Category(category="lost"),
        ),
    )
    found = Catalogue((PORTAL, API, batch), ()).problems(a_matrix())
    assert {(path, str(text)) for _, path, text in found} == {
        (
            ("services", 2, "categories", 1),
            "the category `api` of `abc-app` is also that of number 2 in the list",
        ),
        (
            ("services", 2, "categories", 2),
            "the category `lost` has no project, and the service has none either",
        ),
    }


def test_what_the_source_said_is_never_replaced() -> None:
    facts = facts_of("jenkins", "build", job="abc/deploy/x", environment="staging")
    assert facts["environment"] == "staging"


@pytest.mark.parametrize(
    ("source", "fact", "name"),
    [
        ("redmine", "author", "김서준"),
        ("redmine", "author", "seojun"),
        ("github", "author", "Seojun-Kim"),
        ("jenkins", "user", "sjkim"),
    ],
)
def test_a_persons_team_is_found_by_name_or_login(source: str, fact: str, name: str) -> None:
    assert facts_of(source, "issue", **{fact: name})["author_team"] == "it"


def test_the_author_goes_before_who_started_it() -> None:
    facts = facts_of("jenkins", "build", author="강수아", user="sjkim")
    assert facts["author_team"] == "business"


def test_a_login_of_another_system_is_nobody() -> None:
    assert "author_team" not in facts_of("redmine", "issue", author="seojun-kim")


def test_dangling_and_double_names_are_told_with_their_path() -> None:
    services = (
        PORTAL,
        Service(id="portal", name=NAME, team="ghosts", domain="moon", projects=("abc-app",)),
    )
    people = (SEOJUN, Person(name="이하은", team="nobody", redmine="seojun"))
    found = Catalogue(services, people).problems(a_matrix())
    assert {(file, path) for file, path, _ in found} == {
        ("services", ("services", 1, "team")),
        ("services", ("services", 1, "domain")),
        ("services", ("services", 1, "id")),
        ("services", ("services", 1, "projects")),
        ("people", ("people", 1, "team")),
        ("people", ("people", 1, "redmine")),
    }


def test_only_a_repository_of_the_service_can_be_left_unbuilt() -> None:
    service = replace(PORTAL, unbuilt=("abc/portal", "abc/protal"))
    ((file, path, text),) = Catalogue((service,), ()).problems(a_matrix())
    assert (file, path) == ("services", ("services", 0, "unbuilt", 1))
    assert "`abc/protal` is none of the service's `repositories`" in str(text)


@pytest.mark.parametrize(
    ("service", "source", "seen"),
    [
        (Audience.PRIVATE, Audience.PUBLIC, Audience.PRIVATE),
        (Audience.PUBLIC, Audience.PRIVATE, Audience.PRIVATE),
        (Audience.PUBLIC, Audience.PUBLIC, Audience.PUBLIC),
    ],
)
def test_an_audience_is_only_ever_narrowed_by_its_service(
    service: Audience, source: Audience, seen: Audience
) -> None:
    item = Item(
        key="k",
        source="jenkins",
        kind="job",
        title="",
        url="",
        state="",
        created_at=NOW,
        updated_at=NOW,
        audience=source,
        facts={"job": "abc/build/portal"},
    )
    portal = replace(PORTAL, audience=service)
    assert Catalogue((portal,), ()).enriched(item).audience is seen


def test_all_else_of_an_item_stays_as_it_is() -> None:
    values = {field.name: f"its {field.name}" for field in fields(Item)}
    item = Item(**values | {"created_at": NOW, "updated_at": NOW})  # type: ignore[arg-type]
    known: dict[str, Fact] = {"tracked": True}
    assert item.knowing(known, Audience.PRIVATE) == replace(
        item, facts=known, audience=Audience.PRIVATE
    )


@pytest.mark.parametrize("name", ["created_at", "updated_at"])
def test_a_time_without_zone_is_refused(name: str) -> None:
    times = {"created_at": NOW, "updated_at": NOW} | {name: NOW.replace(tzinfo=None)}
    with pytest.raises(ValueError, match=f"k: {name} has no time zone"):
        Item(key="k", source="", kind="", title="", url="", state="", **times)
