"""Where the inventory and services.yaml part company; absence counts only where all was read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.locale import say
from itsm_sync.model.catalogue import Job, Service
from itsm_sync.model.inventory import Drift, Known, observed
from itsm_sync.model.items import Audience
from itsm_sync.routing import Catalogue
from itsm_sync.routing.inventory import drift, make
from tests.builders import MATRIX, NOON
from tests.inventory_builders import (
    ALL_READ,
    PORTAL,
    SCOPE,
    built,
    job,
    known,
    node,
    repository,
    sighting,
    unread,
    workflow_run,
)

DAY = timedelta(days=1)
JOBLESS = replace(PORTAL, jobs=())


def found(what: Known | None = None, *services: Service) -> Drift:
    what = what or known()
    catalogue = Catalogue(services or (PORTAL,), ())
    return drift(make(what, catalogue, MATRIX, NOON), what, catalogue)


def keys(what: Known | None = None, *services: Service) -> list[str]:
    return [finding.key for finding in found(what, *services).wrong]


def test_a_world_as_it_is_written_down_has_no_drift() -> None:
    assert found() == Drift()


def test_a_repository_that_nothing_builds() -> None:
    shown = known(repository(), relations=())
    assert keys(shown, JOBLESS) == ["drift/repository/abc/portal/no-job"]


def test_a_build_a_workflow_or_an_untold_job_of_the_service_builds_it() -> None:
    assert keys(known(job(), repository()), JOBLESS) == ["drift/job/ci:abc/build/portal/no-service"]
    ran = known(repository(), relations=tuple(observed(workflow_run("abc/portal"))))
    assert keys(ran, JOBLESS) == []
    untold = known(job(), repository(), relations=())
    assert keys(untold, replace(PORTAL, jobs=(Job(job="abc/build/portal"),))) == []


def test_a_job_of_the_service_that_builds_another_repository_builds_not_this_one() -> None:
    scope = replace(SCOPE, repositories=("abc/portal", "abc/api"))
    shown = known(
        job(),
        repository(),
        repository("abc/api"),
        scope=scope,
        readings={
            **ALL_READ,
            ("github", "abc/api/repository"): ALL_READ["github", "abc/portal/runs"],
            ("github", "abc/api/runs"): ALL_READ["github", "abc/portal/runs"],
        },
    )
    service = replace(
        PORTAL, jobs=(Job(job="abc/build/portal"),), repositories=("abc/portal", "abc/api")
    )
    assert keys(shown, service) == ["drift/repository/abc/api/no-job"]


def test_an_archived_repository_needs_no_job() -> None:
    assert keys(known(repository(state="archived"), relations=()), JOBLESS) == []


def test_a_repository_that_is_not_to_be_built_needs_no_job() -> None:
    meant = replace(JOBLESS, unbuilt=("abc/portal",))
    assert keys(known(repository(), relations=()), meant) == []


def test_nothing_is_built_where_no_jenkins_is_read() -> None:
    shown = known(repository(), scope=replace(SCOPE, controllers={}), relations=())
    assert keys(shown, JOBLESS) == []


def test_a_repository_of_a_vanished_job_has_none() -> None:
    shown = known(sighting(job(), gone=NOON - DAY), repository())
    assert keys(shown, JOBLESS) == [
        "drift/repository/abc/portal/no-job",
        "drift/job/ci:abc/build/portal/vanished",
    ]


def test_jobs_and_repositories_that_no_service_names() -> None:
    assert keys(known(), replace(JOBLESS, repositories=(), projects=())) == [
        "drift/repository/abc/portal/no-service",
        "drift/job/ci:abc/build/portal/no-service",
        "drift/job/ci:abc/deploy/portal-prod/no-service",
    ]


def test_a_multibranch_job_that_nobody_names_is_told_once() -> None:
    branches = [job(f"abc/build/api/{b}", branch=b) for b in ("main", "feature/login")]
    shown = known(*branches, repository(), relations=(built("abc/build/api/main", "abc/portal"),))
    assert keys(shown, JOBLESS) == ["drift/job/ci:abc/build/api/no-service"]


def test_a_line_may_name_one_branch_of_a_multibranch_project() -> None:
    branch = job("abc/build/api/main", branch="main")
    service = replace(PORTAL, jobs=(Job(job="abc/build/api/main"),))
    assert keys(known(branch, repository(), relations=()), service) == []


def test_names_of_the_services_that_match_nothing() -> None:
    service = replace(PORTAL, jobs=(*PORTAL.jobs, Job(job="abc/gone/*"), Job(job="abc/typo")),
                      projects=("abc-app", "abc-old"),
                      repositories=("abc/portal", "abc/unread"))  # fmt: skip
    assert keys(known(), service) == [
        "drift/repository/abc/unread/missing",
        "drift/job/*:abc/gone/*/missing",
        "drift/job/*:abc/typo/missing",
        "drift/project/abc-old/missing",
    ]


def test_a_line_for_a_controller_that_is_not_read_matches_nothing() -> None:
    service = replace(PORTAL, jobs=(*PORTAL.jobs, Job(job="abc/build/portal", controller="seuol")))
    assert keys(known(), service) == ["drift/job/seuol:abc/build/portal/missing"]


def test_a_vanished_job_that_the_services_name_is_told_once() -> None:
    shown = known(sighting(job(), gone=NOON - DAY), job("abc/deploy/portal-prod"), repository())
    assert keys(shown) == ["drift/job/*:abc/build/portal/missing"]


def test_what_vanished_is_told_for_thirty_days() -> None:
    for days, told in ((1, True), (31, False)):
        shown = known(sighting(job("abc/x"), gone=NOON - days * DAY), sighting(node(), gone=NOON))
        assert ("drift/job/ci:abc/x/vanished" in keys(shown)) is told
        assert "drift/node/ci:agent-01/vanished" in keys(shown)


def test_a_renamed_repository_is_told_and_a_private_one_s_new_name_is_not() -> None:
    renamed = repository(full_name="abc/new-portal")
    jobs = (job(), job("abc/deploy/portal-prod"))
    (wrong,) = found(known(*jobs, renamed)).wrong
    assert (wrong.key, wrong.kind) == ("drift/repository/abc/portal/renamed", "drift.renamed")
    assert "abc/new-portal" in str(wrong.message)
    (wrong,) = found(known(*jobs, replace(renamed, audience=Audience.PRIVATE))).wrong
    assert "new-portal" not in str(wrong.message)
    assert keys(known(*jobs, repository(full_name="ABC/Portal"))) == []


@pytest.mark.parametrize(
    ("unwell", "key"),
    [
        (("jenkins", "jobs"), "drift/job/ci:abc/x/no-service"),
        (("jenkins", "jobs"), "drift/job/*:abc/build/portal/missing"),
        (("jenkins", "jobs"), "drift/job/ci:abc/old/vanished"),
        (("jenkins", "nodes"), "drift/node/ci:agent-01/vanished"),
        (("jenkins", ""), "drift/repository/abc/portal/no-job"),
        (("github", "abc/portal/runs"), "drift/repository/abc/portal/no-job"),
        (("github", "abc/portal/repository"), "drift/repository/abc/portal/no-job"),
        (("redmine", "projects"), "drift/project/abc-app/missing"),
    ],
)
def test_where_a_source_was_not_read_in_full_nothing_is_learnt(
    unwell: tuple[str, str], key: str
) -> None:
    shown = known(
        job("abc/x"),
        repository(),
        sighting(job("abc/old"), gone=NOON - DAY),
        sighting(node(), gone=NOON - DAY),
        projects=(),
        relations=(),
    )
    assert key in keys(shown)
    learnt = found(replace(shown, readings=unread(unwell)))
    assert key not in [finding.key for finding in learnt.wrong]
    assert key in learnt.undecided
    assert len(learnt.wrong) > 0, "the others' drift is told all the same"


def test_a_stream_that_never_answered_was_not_read() -> None:
    learnt = found(known(job("abc/x"), readings={}), JOBLESS)
    assert learnt.wrong == ()
    assert "drift/job/ci:abc/x/no-service" in learnt.undecided


def test_of_systems_that_are_not_configured_nothing_is_said() -> None:
    nothing = known(node(), scope=replace(SCOPE, controllers={}, repositories=None), relations=())
    assert found(nothing) == Drift()


def test_drift_is_told_in_both_languages() -> None:
    shown = known(job("abc/x"), repository(), relations=())
    said = [say(finding.message, "ko") for finding in found(shown, JOBLESS).wrong]
    assert said == [
        "저장소 abc/portal: 빌드하는 작업이나 워크플로가 없습니다",
        "작업 abc/x: services.yaml의 어느 서비스에도 속하지 않습니다",
    ]


def test_a_very_long_name_is_cut_in_the_sentence() -> None:
    (wrong,) = found(known(job("x" * 900), repository(), relations=()),
                     replace(JOBLESS, repositories=())).wrong[1:]  # fmt: skip
    assert len(str(wrong.message)) < 300
