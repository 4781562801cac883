"""The ABC world: one coherent sample organisation, the same each time it is made."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sandbox.configuration import SHIPPED
from sandbox.world import organisation
from sandbox.world.redmine import GROUPS, documents, loader
from sandbox.world.spine import Spine, build
from sandbox.world.stories import stories

from itsm_sync.model.references import tickets_named
from itsm_sync.settings import cases, load

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> Spine:
    return build(1, 300, now=NOW)


def test_the_same_seed_size_and_now_give_an_equal_world(world: Spine) -> None:
    assert build(1, 300, now=NOW) == world
    assert build(2, 300, now=NOW) != world


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        build(now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_seed_gives_what_the_sample_promises(seed: int) -> None:
    world = build(seed, 300, now=NOW)
    results = Counter(build.result for build in world.builds)
    assert {"SUCCESS", "FAILURE", "UNSTABLE", "ABORTED", "NOT_BUILT"} <= set(results)
    assert len(world.builds) >= 400
    assert results[None] >= 2
    assert {pull.state for pull in world.pulls} == {"open", "merged", "closed"}
    assert any(pull.fork_deleted for pull in world.pulls)
    assert sum(not ticket.closed for ticket in world.tickets) >= 150
    assert any(run.attempt == 2 for run in world.workflow_runs)
    assert any(release.draft for release in world.releases)


def test_nothing_lies_in_the_future(world: Spine) -> None:
    times = [
        *(t.updated for t in world.tickets),
        *(journal.at for t in world.tickets for journal in t.journals),
        *(commit.at for commit in world.commits),
        *(pull.updated for pull in world.pulls),
        *(review.at for pull in world.pulls for review in pull.reviews),
        *(issue.updated for issue in world.repository_issues),
        *(release.published or release.created for release in world.releases),
        *(deployment.updated for deployment in world.deployments),
        *(run.updated for run in world.workflow_runs),
        *(alert.updated for alert in world.alerts),
        *(edit.at for edit in world.wiki_edits),
        *(build.finished or build.started for build in world.builds),
        *(item.since for item in world.queue),
        *(page.at for page in world.wiki_pages),
    ]
    assert max(times) <= NOW
    assert min(times) >= NOW - timedelta(days=93)


def test_what_names_another_thing_names_one_that_is_there(world: Spine) -> None:
    commits = {commit.sha for commit in world.commits}
    builds = {build.name for build in world.builds}
    versions = {version.name for version in world.versions}
    numbers = {ticket.number for ticket in world.tickets}
    assert all(set(b.commits) <= commits and b.sha in commits | {""} for b in world.builds)
    assert all(set(pull.commits) <= commits for pull in world.pulls)
    assert all(deployment.sha in commits for deployment in world.deployments)
    assert all(d.build in builds for d in world.deployments if d.build)
    assert all(release.version in versions for release in world.releases)
    assert all(ticket.version in versions | {""} for ticket in world.tickets)
    assert all(relation.to in numbers for t in world.tickets for relation in t.relations)
    assert all(set(pull.tickets) <= numbers for pull in world.pulls)


def test_a_build_holds_commits_that_were_there(world: Spine) -> None:
    at = {commit.sha: commit.at for commit in world.commits}
    assert all(at[sha] <= build.started for build in world.builds for sha in build.commits)


def test_a_message_names_the_tickets_that_the_commit_is_for(world: Spine) -> None:
    named = [commit for commit in world.commits if commit.tickets]
    assert len(named) > 50
    for commit in named:
        keys = {f"redmine:issue/{number}" for number in commit.tickets}
        assert keys <= set(tickets_named(commit.message))


def test_code_names_only_tickets_that_were_there_when_it_was_written(world: Spine) -> None:
    created = {ticket.number: ticket.created for ticket in world.tickets}
    for pull in world.pulls:
        assert all(created[number] < pull.opened for number in pull.tickets)


def test_the_deploy_of_the_api_is_broken_since_days(world: Spine) -> None:
    tries = [build for build in world.builds if build.job == "abc/deploy/api-prod"]
    late = [build for build in tries if build.started > NOW - timedelta(days=5)]
    assert len(late) >= 3
    assert {build.result for build in late} == {"FAILURE"}
    assert "SUCCESS" in {build.result for build in tries}


def test_the_end_to_end_test_is_flaky(world: Spine) -> None:
    results = [build.result for build in world.builds if build.job == "abc/test/e2e"]
    assert 0.15 < Counter(results)["UNSTABLE"] / len(results) < 0.6


def test_build_numbers_rise_without_gaps(world: Spine) -> None:
    by_job: dict[tuple[str, str], list[int]] = {}
    for made in world.builds:
        by_job.setdefault((made.job, made.branch), []).append(made.number)
    for numbers in by_job.values():
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_one_node_is_offline_and_one_short_of_disk(world: Spine) -> None:
    nodes = {node.name: node for node in world.nodes}
    assert [name for name, node in nodes.items() if node.offline] == ["agent-03"]
    assert (nodes["agent-04"].disk_free or 0) < 1024**3


def test_alerts_come_in_all_kinds_and_states(world: Spine) -> None:
    states = {(alert.kind, alert.state) for alert in world.alerts}
    wanted = ("open", "fixed", "dismissed", "auto_dismissed")
    assert {("dependabot", state) for state in wanted} <= states
    assert {("code_scanning", "open"), ("secret_scanning", "open")} <= states
    assert [r.name for r in world.repositories if not r.alerts] == ["abc/legacy-billing"]
    assert not any(alert.repository == "abc/legacy-billing" for alert in world.alerts)


# ---------------------------------------------------------------- tickets


def test_tickets_are_numbered_in_the_order_they_were_made(world: Spine) -> None:
    assert [ticket.number for ticket in world.tickets] == list(range(1, 301))
    created = [ticket.created for ticket in world.tickets]
    assert created == sorted(created)


def test_the_closed_project_has_closed_tickets_only(world: Spine) -> None:
    legacy = [ticket for ticket in world.tickets if ticket.project == "abc-legacy"]
    assert legacy
    assert all(ticket.closed for ticket in legacy)


def test_a_ticket_stands_where_its_history_leads(world: Spine) -> None:
    for ticket in world.tickets:
        changes = [change for journal in ticket.journals for change in journal.changes]
        for name, now in (("status", ticket.status), ("assignee", ticket.assignee)):
            ours = [change for change in changes if change.field == name]
            assert all(a.new == b.old for a, b in pairwise(ours))
            if ours:
                assert ours[-1].new == now
        assert (ticket.status in ("완료", "거절")) == (ticket.closed is not None)
        times = [ticket.created, *(journal.at for journal in ticket.journals)]
        assert times == sorted(times)


def test_no_open_ticket_lies_below_a_closed_one(world: Spine) -> None:
    tickets = {ticket.number: ticket for ticket in world.tickets}
    below = [ticket for ticket in world.tickets if ticket.parent]
    assert len(below) >= 5
    for ticket in below:
        parent = tickets[ticket.parent or 0]
        assert parent.closed is None
        assert parent.project == ticket.project


def test_a_few_tickets_are_private_and_nothing_public_quotes_them(world: Spine) -> None:
    private = [ticket for ticket in world.tickets if ticket.private]
    assert 1 <= len(private) <= 6
    numbers = {ticket.number for ticket in private}
    assert not any(numbers & set(pull.tickets) for pull in world.pulls)


def test_open_tickets_mean_every_process_of_the_matrix_and_some_are_hard(world: Spine) -> None:
    matrix = load(SHIPPED, {}, secrets=False).matrix
    meant = {ticket.meant for ticket in world.tickets if not ticket.closed}
    assert meant == set(matrix.processes)
    hard = {ticket.hard for ticket in world.tickets if not ticket.closed}
    assert {"two processes", "negation", "drill", "no keyword"} <= hard


def test_subjects_are_no_copies_of_the_rules_own_cases() -> None:
    told = {story.subject for story in stories()}
    assert not told & {case.title for case, _ in cases(SHIPPED / "cases.yaml")}


# ---------------------------------------------------------------- the document and its loader


def test_people_are_those_of_the_configuration(world: Spine) -> None:
    people = load(SHIPPED, {}, secrets=False).people
    ours = {(p.name, p.team, p.login, p.jenkins, p.github) for p in world.people if p.team}
    assert ours == {(p.name, p.team, p.redmine, p.jenkins, p.github) for p in people}


def test_groups_are_those_of_the_matrix() -> None:
    teams = load(SHIPPED, {}, secrets=False).matrix.teams
    assert {name: team.group for name, team in teams.items()} == GROUPS


def test_jobs_and_repositories_are_those_of_the_configuration(world: Spine) -> None:
    services = load(SHIPPED, {}, secrets=False).services
    known = {name for service in services for name in service.repositories}
    assert known == {repository.name for repository in world.repositories}
    deploying = {job.job: job.deploys for s in services for job in s.jobs if job.deploys}
    assert deploying == {job.name: job.deploys for job in world.jobs if job.deploys}


def test_services_that_share_a_project_are_told_apart_by_categories_of_tickets(
    world: Spine,
) -> None:
    services = load(SHIPPED, {}, secrets=False).services
    shared = {(project, name) for one in services for _, project, name in one.categorised()}
    assert {project for project, _ in shared} == {"abc", "abc-app"}
    assert shared <= {(ticket.project, ticket.category) for ticket in world.tickets}


def test_the_document_names_only_what_it_has(world: Spine) -> None:
    told = documents(world)
    people = {person["login"] for person in told["people"]}
    projects = {project["identifier"]: project for project in told["projects"]}
    for ticket in told["tickets"]:
        assert ticket["author"] in people
        assert ticket["assignee"] in people | {None}
        assert ticket["category"] in (*projects[ticket["project"]]["categories"], None)
        assert len(ticket["subject"]) <= 255
    on = {(version["project"], version["name"]) for version in told["versions"]}
    assert all((t["project"], t["version"]) in on for t in told["tickets"] if t["version"])


def test_the_document_tells_nobody_what_a_ticket_means(world: Spine) -> None:
    assert not {"meant", "hard"} & set(documents(world)["tickets"][0])


def test_the_loader_ends_with_the_part_that_is_asked() -> None:
    assert loader("organisation").endswith("AbcWorld.new.organisation\n")
    assert loader("tickets").endswith("AbcWorld.new.tickets\n")


def test_a_small_world_is_a_world_too() -> None:
    small = build(3, 20, now=NOW)
    assert len(small.tickets) == 20
    assert len(small.jobs) == len(organisation.JOBS)
