"""What real GitHubs answered goes through the parsers: none dropped, numbers and times as sent."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.model.items import Audience, Item
from itsm_sync.sources.github.alerts import (
    code_scanning_item,
    dependabot_item,
    secret_scanning_item,
)
from itsm_sync.sources.github.conversations import is_pull, issue_item, pull_item, touched
from itsm_sync.sources.github.deliveries import deployment_item, release_item, run_item
from itsm_sync.sources.github.grounds import about, repository_item, wiki_items
from itsm_sync.sources.github.payloads import Place

PLACE = Place(repository="abc/app")
Row = dict[str, Any]
Parse = Callable[[Row, Place], Item]


def at(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def devlake(folder: Path, name: str) -> list[Row]:
    file = folder / "github" / "devlake" / f"github_api_{name}.json"
    return [row["data"] for row in json.loads(file.read_text(encoding="utf-8"))]


def webhooks(folder: Path, event: str, part: str) -> list[Row]:
    file = folder / "github" / "octokit_webhook_examples.json"
    found = json.loads(file.read_text(encoding="utf-8"))[event]
    return [example[part] for example in found if example.get(part)]


def examples(folder: Path, path: str) -> list[Row]:
    """The official examples of an operation, lists and single rows."""
    file = folder / "github" / "openapi_examples.json"
    found: list[Row] = []
    for name, value in json.loads(file.read_text(encoding="utf-8"))[f"GET {path}"].items():
        if name.startswith("200"):
            found += value if isinstance(value, list) else value.get("workflow_runs", [value])
    return [row for row in found if "$ref" not in row]  # a name is no answer


REPOSITORY = "/repos/{owner}/{repo}"
ALERTS = ("dependabot", "code-scanning", "secret-scanning")


def rows_of(folder: Path, kind: str) -> Iterator[Row]:
    """Every recorded row of a kind, whoever recorded it."""
    match kind:
        case "issue":
            yield from devlake(folder, "issues")
            yield from webhooks(folder, "issues", "issue")
            yield from webhooks(folder, "issue_comment", "issue")
            yield from examples(folder, f"{REPOSITORY}/issues")
            yield from examples(folder, f"{REPOSITORY}/issues/{{issue_number}}")
        case "pull":
            yield from devlake(folder, "pull_requests")
            yield from webhooks(folder, "pull_request", "pull_request")
            yield from webhooks(folder, "pull_request_review", "pull_request")
            yield from examples(folder, f"{REPOSITORY}/pulls")
            yield from examples(folder, f"{REPOSITORY}/pulls/{{pull_number}}")
        case "release":
            yield from webhooks(folder, "release", "release")
            yield from examples(folder, f"{REPOSITORY}/releases")
            yield from examples(folder, f"{REPOSITORY}/releases/latest")
            yield from examples(folder, f"{REPOSITORY}/releases/{{release_id}}")
        case "deployment":
            yield from webhooks(folder, "deployment", "deployment")
            yield from webhooks(folder, "deployment_status", "deployment")
            yield from examples(folder, f"{REPOSITORY}/deployments")
            yield from examples(folder, f"{REPOSITORY}/deployments/{{deployment_id}}")
        case "run":
            yield from devlake(folder, "runs")
            yield from webhooks(folder, "workflow_run", "workflow_run")
            yield from examples(folder, f"{REPOSITORY}/actions/runs")
            yield from examples(folder, f"{REPOSITORY}/actions/runs/{{run_id}}")
        case _:
            if kind != "secret-scanning":
                yield from webhooks(folder, f"{kind.replace('-', '_')}_alert", "alert")
            yield from examples(folder, f"{REPOSITORY}/{kind}/alerts")
            yield from examples(folder, f"{REPOSITORY}/{kind}/alerts/{{alert_number}}")


# kind -> its parser, how many rows there are at least, and what the row's state is.
KINDS: dict[str, tuple[Parse, int, Callable[[Row], str]]] = {
    "issue": (issue_item, 50, lambda row: row["state"]),
    "pull": (pull_item, 55, lambda row: "merged" if row.get("merged_at") else row["state"]),
    "release": (release_item, 8, lambda row: "draft" if row["draft"] else "published"),
    "deployment": (deployment_item, 8, lambda row: "pending"),
    "run": (run_item, 40, lambda row: row["conclusion"] or row["status"]),
    "dependabot": (dependabot_item, 4, lambda row: row["state"]),
    "code-scanning": (code_scanning_item, 7, lambda row: row.get("state") or "open"),
    "secret-scanning": (secret_scanning_item, 2, lambda row: row["state"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_recorded_row_is_an_item_equal_to_it(recordings: Path, kind: str) -> None:
    parse, least, state = KINDS[kind]
    rows = list(rows_of(recordings, kind))
    assert len(rows) >= least
    for row in rows:
        item = parse(row, PLACE)
        assert item.key == f"github:abc/app/{kind}/{row.get('number', row.get('id'))}"
        assert item.state == state(row)
        assert item.url == (row["url"] if kind == "deployment" else row["html_url"])
        began = row.get("published_at") if kind == "release" else None
        assert item.created_at == at(began or row["created_at"])
        assert item.updated_at == at(changed(row, began))
        assert item.title
        private = Audience.PRIVATE if kind in ALERTS else Audience.PUBLIC
        assert item.audience is private


def changed(row: Row, began: str | None) -> str:
    updated = row.get("updated_at") or began or row["created_at"]
    return max(updated, began) if began else str(updated)


def test_recorded_pulls_tell_all_that_rules_ask(recordings: Path) -> None:
    rows = list(rows_of(recordings, "pull"))
    for row in rows:
        facts = pull_item(row, PLACE).facts
        assert facts["merged"] is bool(row["merged_at"])
        assert facts["sha"] == row["head"]["sha"]
        assert facts["branch"] == row["head"]["ref"]
        assert facts["base"] == row["base"]["ref"]
        assert facts.get("author", "") == ((row["user"] or {}).get("login") or "")
        assert facts.get("labels", ()) == tuple(part["name"] for part in row["labels"])
    assert any(row["head"]["repo"] is None for row in rows)  # forks that are gone


def test_recorded_issue_lists_have_pull_requests_in_them(recordings: Path) -> None:
    # GitHub fact 4
    rows = devlake(recordings, "issues")
    pulls = [row for row in rows if is_pull(row)]
    assert 0 < len(pulls) < len(rows)
    assert all("/pull/" in row["html_url"] for row in pulls)


def test_recorded_reviews_are_counted_once_a_reviewer(recordings: Path) -> None:
    pull = next(rows_of(recordings, "pull"))
    by_pull: dict[str, list[Row]] = {}
    for review in devlake(recordings, "pull_request_reviews"):
        by_pull.setdefault(review["pull_request_url"], []).append(review)
    counted = 0
    for reviews in by_pull.values():
        objected = {r["user"]["login"] for r in reviews if r["state"] == "CHANGES_REQUESTED"}
        facts = pull_item(pull, PLACE, reviews).facts
        assert facts["changes_requested"] == len(objected)
        counted += len(objected)
    assert counted > 0


def test_official_file_lists_give_their_paths(recordings: Path) -> None:
    files = examples(recordings, f"{REPOSITORY}/pulls/{{pull_number}}/files")
    assert touched(files) == tuple(row["filename"] for row in files)


def test_a_recorded_deployment_has_its_latest_status(recordings: Path) -> None:
    statuses = webhooks(recordings, "deployment_status", "deployment_status")
    deployments = webhooks(recordings, "deployment_status", "deployment")
    for row, status in zip(deployments, statuses, strict=True):
        assert deployment_item(row, PLACE, status).state == status["state"]


def test_recorded_repositories_are_items(recordings: Path) -> None:
    found = examples(recordings, REPOSITORY)
    found += webhooks(recordings, "release", "repository")
    for row in found:
        item = repository_item(about(row), PLACE, protected=True)
        assert item.facts["branch"] == row["default_branch"]
        assert item.url == row["html_url"]
    assert len(found) > 5


def test_official_events_other_than_of_wikis_are_no_items(recordings: Path) -> None:
    events = examples(recordings, f"{REPOSITORY}/events")
    assert len(events) >= 2
    assert [item for event in events for item in wiki_items(event, PLACE)] == []
