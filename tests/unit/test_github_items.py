"""What the parsers make of GitHub's rows, beyond what recorded answers show."""

from datetime import UTC, datetime

import pytest
from sandbox.standins.github import rows

from itsm_sync.model.items import Audience
from itsm_sync.sources.github.alerts import dependabot_item, secret_scanning_item
from itsm_sync.sources.github.conversations import issue_item, pull_item, touched
from itsm_sync.sources.github.deliveries import deployment_item, release_item, run_item
from itsm_sync.sources.github.grounds import wiki_items
from itsm_sync.sources.github.payloads import SHAPE_ERRORS, Place

PLACE = Place(repository="abc/app")
PRIVATE = Place(repository="abc/app", private=True)
APP = "abc/app"
AT, LATER = "2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z"


def verdicts(*reviews: tuple[str, str]) -> tuple[object, object]:
    said = [rows.review(APP, 7, at=AT, author=who, state=state) for who, state in reviews]
    facts = pull_item(rows.pull(APP, 7, at=AT, author="doyun-park"), PLACE, said).facts
    return facts["approvals"], facts["changes_requested"]


def test_a_reviewer_counts_by_the_last_verdict() -> None:
    assert verdicts(("haeun-lee", "CHANGES_REQUESTED"), ("haeun-lee", "APPROVED")) == (1, 0)
    assert verdicts(("haeun-lee", "APPROVED"), ("haeun-lee", "COMMENTED")) == (1, 0)
    assert verdicts(("haeun-lee", "APPROVED"), ("haeun-lee", "DISMISSED")) == (0, 0)
    assert verdicts(("haeun-lee", "APPROVED"), ("jiwoo-choi", "APPROVED")) == (2, 0)


def test_nobody_approves_an_own_pull_request() -> None:
    assert verdicts(("doyun-park", "APPROVED")) == (0, 0)


def test_a_pull_request_of_a_deleted_fork_keeps_its_branch() -> None:
    item = pull_item(rows.pull(APP, 7, at=AT, fork_deleted=True, branch="fix/1"), PLACE)
    assert (item.facts["branch"], item.facts["fork"]) == ("fix/1", True)


def test_an_author_whose_account_is_gone_is_nobody() -> None:
    row = rows.issue(APP, 7, at=AT)
    row["user"] = None
    assert "author" not in issue_item(row, PLACE).facts


def test_programs_are_told_from_people() -> None:
    bot = issue_item(rows.issue(APP, 7, at=AT, author="dependabot[bot]"), PLACE)
    person = issue_item(rows.issue(APP, 7, at=AT, author="doyun-park"), PLACE)
    assert (bot.facts["author_is_bot"], person.facts["author_is_bot"]) == (True, False)


def test_everything_of_a_private_repository_is_private() -> None:
    # GitHub fact 16
    items = [
        issue_item(rows.issue(APP, 1, at=AT), PRIVATE),
        release_item(rows.release(APP, 1, at=AT), PRIVATE),
        run_item(rows.run(APP, 1, at=AT), PRIVATE),
        *wiki_items(rows.wiki_event(APP, 1, at=AT), PRIVATE),
    ]
    assert {item.audience for item in items} == {Audience.PRIVATE}


def test_alerts_are_private_wherever_they_are() -> None:
    # GitHub fact 16
    alert = dependabot_item(rows.dependabot_alert(APP, 1, at=AT), PLACE)
    assert alert.audience is Audience.PRIVATE


def test_a_secret_is_in_no_part_of_an_item() -> None:
    row = rows.secret_scanning_alert(APP, 1, at=AT, secret="very-secret")
    assert "very-secret" not in str(secret_scanning_item(row, PLACE))


def test_an_item_keeps_the_node_id() -> None:
    # GitHub fact 10
    row = rows.issue(APP, 7, at=AT)
    assert issue_item(row, PLACE).facts["node_id"] == row["node_id"]


def test_a_release_begins_with_its_publication() -> None:
    # GitHub fact 13
    item = release_item(rows.release(APP, 1, at=AT, published_at=LATER), PLACE)
    assert item.created_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    draft = release_item(rows.release(APP, 1, at=AT, draft=True, published_at=None), PLACE)
    assert (draft.state, draft.created_at) == ("draft", datetime(2026, 3, 1, 9, tzinfo=UTC))


def test_a_deployment_without_status_is_pending() -> None:
    row = rows.deployment(APP, 1, at=AT, environment="staging")
    item = deployment_item(row, PLACE)
    assert (item.state, item.facts["environment"]) == ("pending", "staging")
    ended = deployment_item(row, PLACE, rows.status(APP, 1, "failure", at=LATER))
    assert ended.state == "failure"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Jenkins abc/deploy/portal-prod #302", ()),
        ("Jenkins portal-prod #302", ()),
        ("abc/deploy/portal-prod #302: SUCCESS", ()),
        ("Fixes #302", ("redmine:issue/302",)),
        ("Jenkins abc/deploy/portal-prod #41 for #302", ("redmine:issue/302",)),
    ],
)
def test_the_number_of_a_build_is_no_ticket(said: str, named: tuple[str, ...]) -> None:
    row = rows.deployment(APP, 1, at=AT, environment="production", description=said)
    assert deployment_item(row, PLACE).facts.get("references", ()) == named


def test_a_run_tells_its_attempt() -> None:
    # GitHub fact 12
    item = run_item(rows.run(APP, 1, at=AT, run_attempt=3, name=None), PLACE)
    assert item.facts["run_attempt"] == 3
    assert item.facts["workflow"] == ".github/workflows/ci.yml"


def test_a_renamed_file_counts_under_both_names() -> None:
    file = {"filename": "new.py", "previous_filename": "old.py"}
    assert touched([file]) == ("new.py", "old.py")


def test_times_are_utc_whatever_zone_they_come_in() -> None:
    item = issue_item(rows.issue(APP, 1, at="2026-03-01T18:00:00+09:00"), PLACE)
    assert item.created_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert item.created_at.utcoffset() is not None


@pytest.mark.parametrize("missing", ["number", "state", "html_url", "created_at"])
def test_a_row_without_what_it_must_have_is_an_error(missing: str) -> None:
    row = rows.issue(APP, 1, at=AT)
    del row[missing]
    row.pop("updated_at", None)
    with pytest.raises(SHAPE_ERRORS):
        issue_item(row, PLACE)


@pytest.mark.parametrize("row", [None, [], "x", 7])
def test_what_is_no_row_at_all_is_an_error(row: object) -> None:
    with pytest.raises(SHAPE_ERRORS):
        issue_item(row, PLACE)  # type: ignore[arg-type]


def test_a_merged_pull_request_tells_its_commit_and_who_merged_it() -> None:
    told = {"merge_commit_sha": "a" * 40, "merged_by": {"login": "haeun-lee"}}
    merged = pull_item({**rows.pull(APP, 7, at=AT), **told, "merged_at": LATER}, PLACE)
    assert (merged.facts["merge_sha"], merged.facts["merged_by"]) == ("a" * 40, "haeun-lee")
    # of an open one it is the commit of a trial merge
    assert "merge_sha" not in pull_item({**rows.pull(APP, 7, at=AT), **told}, PLACE).facts
