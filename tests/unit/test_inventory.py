"""Configuration items and their relations, from what was pulled and what is written down."""

from dataclasses import replace
from datetime import timedelta

from itsm_sync.model.catalogue import Job, Service
from itsm_sync.model.inventory import (
    CiKind,
    CiState,
    ConfigurationItem,
    Inventory,
    Known,
    Relation,
    RelationKind,
    observed,
)
from itsm_sync.model.items import Audience
from itsm_sync.model.matrix import Ownership
from itsm_sync.model.words import Words
from itsm_sync.routing import Catalogue
from itsm_sync.routing.inventory import make
from tests.builders import MATRIX, NOON, row
from tests.inventory_builders import (
    ALL_READ,
    PORTAL,
    SCOPE,
    built,
    deployment,
    job,
    known,
    node,
    repository,
    sighting,
    unread,
    workflow_run,
)

DAY = timedelta(days=1)
KEEPING = replace(
    MATRIX,
    processes={**MATRIX.processes, "configuration": Words(ko="구성 관리", en="Configuration")},
    rows=(*MATRIX.rows, row("keeper", "it", "구성 관리")),
    ownership=(Ownership(process="configuration", row="keeper"), *MATRIX.ownership),
)


def made(what: Known | None = None, *services: Service) -> Inventory:
    return make(what or known(), Catalogue(services or (PORTAL,), ()), KEEPING, NOON)


def one(inventory: Inventory, key: str) -> ConfigurationItem:
    (found,) = (item for item in inventory.items if item.key == key)
    return found


def ends(inventory: Inventory, kind: str) -> set[tuple[str, str]]:
    return {(r.origin, r.target) for r in inventory.relations if r.kind == kind}


def test_every_kind_is_there_with_its_service_and_who_holds_it() -> None:
    inventory = made()
    assert [(i.kind.value, i.key, i.service, i.team, i.row) for i in inventory.items] == [
        ("service", "service:portal", "portal", "business", "keeper"),
        ("project", "redmine:project/abc-app", "portal", "business", "keeper"),
        ("project", "redmine:project/abc", "", "it", "keeper"),
        ("repository", "github:abc/portal", "portal", "business", "keeper"),
        ("job", "jenkins:ci:abc/build/portal", "portal", "business", "keeper"),
        ("job", "jenkins:ci:abc/deploy/portal-prod", "portal", "business", "keeper"),
        ("environment", "environment:portal/production", "portal", "business", "keeper"),
        ("node", "jenkins:ci:node/agent-01", "", "it", "keeper"),
    ]
    assert {item.state for item in inventory.items} == {CiState.ACTIVE}


def test_they_hang_together() -> None:
    inventory = made()
    assert ends(inventory, "builds") == {("jenkins:ci:abc/build/portal", "github:abc/portal")}
    assert ends(inventory, "deploys_to") == {
        ("jenkins:ci:abc/deploy/portal-prod", "environment:portal/production")
    }
    belonging = ends(inventory, "belongs_to")
    assert ("redmine:project/abc-app", "redmine:project/abc") in belonging
    assert {origin for origin, target in belonging if target == "service:portal"} == {
        "redmine:project/abc-app",
        "github:abc/portal",
        "jenkins:ci:abc/build/portal",
        "jenkins:ci:abc/deploy/portal-prod",
        "environment:portal/production",
    }


def test_since_when_and_until_when_something_was_seen() -> None:
    found = one(made(), "jenkins:ci:abc/build/portal")
    assert (found.first_seen, found.last_seen) == (NOON - 40 * DAY, NOON)


def test_a_matrix_without_the_process_names_no_row() -> None:
    inventory = make(known(), Catalogue((PORTAL,), ()), MATRIX, NOON)
    assert one(inventory, "github:abc/portal").row == ""
    assert one(inventory, "github:abc/portal").team == "business"
    assert one(inventory, "jenkins:ci:node/agent-01").team == ""


def test_a_multibranch_project_is_one_job_whatever_its_branches() -> None:
    branches = [job(f"abc/build/api/{b}", branch=b) for b in ("main", "feature/login")]
    shown = known(*branches, relations=(built("abc/build/api/feature/login", "abc/portal"),))
    inventory = made(shown, replace(PORTAL, jobs=(Job(job="abc/build/api"),)))
    (found,) = inventory.of(CiKind.JOB)
    assert (found.key, found.name.en, found.service) == (
        "jenkins:ci:abc/build/api",
        "abc/build/api",
        "portal",
    )
    assert ends(inventory, "builds") == {(found.key, "github:abc/portal")}


def test_a_freestyle_job_is_not_taken_for_a_branch() -> None:
    inventory = made(known(job("abc/deploy/main")), replace(PORTAL, jobs=()))
    assert [item.name.en for item in inventory.of(CiKind.JOB)] == ["abc/deploy/main"]


def test_workflows_and_environments_of_github_are_known_by_what_ran() -> None:
    relations = (
        *observed(workflow_run("abc/portal", "CI")),
        *observed(deployment("abc/portal", "Production", 1)),
        *observed(deployment("abc/portal", "github-pages", 2)),
        *observed(workflow_run("abc/elsewhere", "CI")),
    )
    inventory = made(known(relations=relations))
    workflow = one(inventory, "github:abc/portal/workflow/CI")
    assert (workflow.kind, workflow.name.en, workflow.service) == (
        CiKind.JOB,
        "abc/portal: CI",
        "portal",
    )
    # GitHub's Production is the one that the job deploys to.
    assert ends(inventory, "deploys_to") == {
        ("jenkins:ci:abc/deploy/portal-prod", "environment:portal/production"),
        ("github:abc/portal", "environment:portal/production"),
        ("github:abc/portal", "environment:portal/github-pages"),
    }
    assert not any("elsewhere" in item.key for item in inventory.items)


def test_a_workflow_that_ran_a_year_ago_is_left_out() -> None:
    (run,) = observed(workflow_run("abc/portal", "CI"))
    old = replace(run, seen_at=NOON - 366 * DAY)
    assert not any("workflow" in item.key for item in made(known(relations=(old,))).items)


def test_a_job_that_was_turned_to_another_repository_builds_that_one() -> None:
    scope = replace(SCOPE, repositories=("abc/portal", "abc/api"))
    relations = (
        built("abc/build/portal", "abc/portal", NOON - 100 * DAY),
        built("abc/build/portal", "abc/api", NOON),
    )
    shown = known(job(), repository(), repository("abc/api"), scope=scope, relations=relations)
    assert ends(made(shown), "builds") == {("jenkins:ci:abc/build/portal", "github:abc/api")}


def test_where_a_job_runs_is_told() -> None:
    runs = Relation(origin="jenkins:ci:abc/build/portal", target="jenkins:ci:node/agent-01",
                    kind=RelationKind.RUNS_ON, seen_at=NOON)  # fmt: skip
    inventory = made(known(job(), node(), relations=(runs,)))
    assert ends(inventory, "runs_on") == {(runs.origin, runs.target)}


def test_states_are_those_of_the_systems() -> None:
    shown = known(
        job(disabled=True),
        repository(state="archived"),
        node(offline=True),
        projects=(replace(known().projects[0], closed=True),),
    )
    inventory = made(shown)
    assert one(inventory, "jenkins:ci:abc/build/portal").state is CiState.DISABLED
    assert one(inventory, "github:abc/portal").state is CiState.ARCHIVED
    assert one(inventory, "jenkins:ci:node/agent-01").state is CiState.OFFLINE
    assert one(inventory, "redmine:project/abc").state is CiState.CLOSED


def test_what_is_private_and_what_belongs_to_a_private_service_is_private() -> None:
    shown = known(repository(audience=Audience.PRIVATE), node(), job("elsewhere"))
    inventory = made(shown, replace(PORTAL, jobs=()))
    hidden = {item.key for item in inventory.items if item.audience is Audience.PRIVATE}
    assert hidden == {"github:abc/portal"}
    inventory = made(known(), replace(PORTAL, audience=Audience.PRIVATE))
    public = {item.key for item in inventory.items if item.audience is Audience.PUBLIC}
    assert public == {"redmine:project/abc", "jenkins:ci:node/agent-01"}


def test_a_project_that_not_everybody_sees_is_private() -> None:
    shown = known(projects=(replace(known().projects[0], public=False),))
    assert one(made(shown), "redmine:project/abc").audience is Audience.PRIVATE


def test_what_vanished_is_told_for_thirty_days() -> None:
    for days, there in ((1, True), (29, True), (31, False)):
        shown = known(sighting(job(), gone=NOON - days * DAY))
        states = [i.state for i in made(shown, replace(PORTAL, jobs=())).of(CiKind.JOB)]
        assert states == ([CiState.VANISHED] if there else [])


def test_an_agent_made_for_one_build_is_not_missed() -> None:
    gone = sighting(node(), gone=NOON - DAY)
    assert [i.state for i in made(known(gone)).of(CiKind.NODE)] == [CiState.VANISHED]
    short = replace(gone, first_seen=NOON - DAY - timedelta(hours=3))
    assert list(made(known(short)).of(CiKind.NODE)) == []


def test_a_name_of_the_services_that_is_not_there_is_missing_where_all_was_read() -> None:
    shown = known(node(), projects=())
    inventory = made(shown)
    assert one(inventory, "jenkins:ci:abc/build/portal").state is CiState.MISSING
    assert one(inventory, "redmine:project/abc-app").state is CiState.MISSING
    assert one(inventory, "github:abc/portal").state is CiState.UNKNOWN, "a 404 is no evidence"
    readings = unread(("jenkins", "jobs"), ("redmine", "projects"))
    inventory = made(replace(shown, readings=readings))
    assert one(inventory, "jenkins:ci:abc/build/portal").state is CiState.UNKNOWN
    assert one(inventory, "redmine:project/abc-app").state is CiState.UNKNOWN


def test_a_repository_that_the_settings_do_not_read_is_missing() -> None:
    shown = known(scope=replace(SCOPE, repositories=("abc/other",)))
    assert one(made(shown), "github:abc/portal").state is CiState.MISSING
    unused = known(scope=replace(SCOPE, repositories=None))
    assert one(made(unused), "github:abc/portal").state is CiState.UNKNOWN


def test_what_is_read_no_more_is_no_configuration_item() -> None:
    """A controller or a repository that was taken out of the settings leaves its items behind."""
    shown = known(
        job("abc/old", controller="old"),
        node("old-agent", controller="old"),
        repository("abc/old"),
    )
    assert not any("old" in item.key for item in made(shown).items)


def test_two_controllers_keep_their_jobs_apart() -> None:
    controllers = {
        name: replace(SCOPE.controllers["ci"], reader=f"jenkins:{name}") for name in ("a", "b")
    }
    shown = known(
        sighting(job("abc/x", controller="a"), reader="jenkins:a"),
        sighting(job("abc/x", controller="b"), reader="jenkins:b"),
        scope=replace(SCOPE, controllers=controllers),
        readings=ALL_READ,
    )
    service = replace(PORTAL, jobs=(Job(job="abc/x", controller="b"),))
    inventory = made(shown, service)
    assert one(inventory, "jenkins:a:abc/x").service == ""
    assert one(inventory, "jenkins:b:abc/x").service == "portal"
