"""Which stream a webhook is about. Only that is read of what it says; nothing of it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from itsm_sync.app.scope import reader
from itsm_sync.settings import Jenkins, Settings
from itsm_sync.sources.github.streams import stream_name
from itsm_sync.sources.jenkins.cursors import builds_of
from itsm_sync.sources.jenkins.jobs import selected

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be read now: the streams of a source that fit a pattern."""

    source: str
    stream: str


# What GitHub calls an event -> the stream of a repository in which it shows.
GITHUB_EVENTS: Final = {
    "issues": "issues",
    "issue_comment": "issues",
    "pull_request": "issues",
    "pull_request_review": "issues",
    "pull_request_review_comment": "issues",
    "pull_request_review_thread": "issues",
    "sub_issues": "issues",
    "workflow_run": "runs",
    "release": "releases",
    "deployment": "deployments",
    "deployment_status": "deployments",
    "dependabot_alert": "dependabot",
    "code_scanning_alert": "code-scanning",
    "secret_scanning_alert": "secret-scanning",
    "gollum": "wiki",
    "repository": "repository",
    "public": "repository",
    "branch_protection_rule": "branch",
    "branch_protection_configuration": "branch",
    "repository_ruleset": "branch",
}
# What Redmine calls an event -> the streams; it does not say whose wiki, so that all are meant.
REDMINE_EVENTS: Final[Mapping[str, str]] = {
    "issue.created": "issues",
    "issue.updated": "issues",
    "issue.deleted": "vanished",
    "wiki_page.created": "wiki:*",
    "wiki_page.updated": "wiki:*",
    "wiki_page.deleted": "wiki:*",
}


def github(payload: Payload, event: str, settings: Settings) -> Due | None:
    """Answer what a GitHub event makes due; None: it is of a repository or kind not read."""
    configured = settings.general.github
    repository = payload.get("repository")
    name = repository.get("full_name") if isinstance(repository, dict) else None
    if configured is None or not isinstance(name, str) or event not in GITHUB_EVENTS:
        return None
    for ours in configured.repositories:
        if ours.casefold() == name.casefold():
            return Due("github", stream_name(ours, GITHUB_EVENTS[event]))
    return None


def redmine(payload: Payload, _event: str, _settings: Settings) -> Due | None:
    """Answer what a Redmine event makes due; Redmine says numbers of projects, and settings names,
    so that one of a project that is not read makes a read that finds nothing.
    """
    kind = payload.get("type")
    if not isinstance(kind, str) or kind not in REDMINE_EVENTS:
        return None
    return Due("redmine", REDMINE_EVENTS[kind])


def jenkins(payload: Payload, _event: str, settings: Settings) -> Due | None:
    """Answer what a notification makes due: the builds of the job whose address it tells."""
    controllers = settings.general.jenkins
    alone = len(controllers) == 1
    for address in _addresses(payload):
        for controller in controllers:
            job = _job(address, controller, alone=alone)
            if job and selected(job, controller.jobs):
                return Due(reader(controller, alone=alone), builds_of(job))
    return None


def _addresses(payload: Payload) -> Iterator[str]:
    """Answer the addresses that Jenkins' plugins tell, whole ones first."""
    build = payload.get("build")
    build = build if isinstance(build, dict) else {}
    told = (build.get("full_url"), payload.get("buildUrl"), payload.get("url"), build.get("url"))
    yield from (one for one in told if isinstance(one, str))


def _job(address: str, controller: Jenkins, *, alone: bool) -> str:
    """Answer the full name of the job at an address of that controller, or "".

    One controller alone may be known to others by another name than to us.
    """
    if address.casefold().startswith(f"{controller.url.casefold()}/"):
        path = address[len(controller.url) + 1 :]
    elif alone:
        path = address if address.startswith("job/") else f"job/{_after_job(address)}"
    else:
        return ""
    parts = path.partition("?")[0].split("/")
    names = []
    while len(parts) >= 2 and parts[0] == "job" and parts[1]:
        names.append(unquote(parts[1]))
        parts = parts[2:]
    return "/".join(names)


def _after_job(address: str) -> str:
    try:
        return urlsplit(address).path.partition("/job/")[2]
    except ValueError:  # no address at all
        return ""
