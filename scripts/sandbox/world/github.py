"""The ABC world (sample data) as GitHub's documents; see `standins.github`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.standins.github import new_repository, rows
from sandbox.world.things import (
    BOT,
    Alert,
    Deployment,
    Pull,
    Release,
    RepositoryIssue,
    Spine,
    WikiEdit,
    WorkflowRun,
)

# The account of the sample; GITHUB_TOKEN. It may push, so it sees drafts (GitHub fact 13).
USER = "itsm-sync-bot"
TOKEN = "sample-github-token"

Document = dict[str, Any]


def documents(spine: Spine) -> Document:
    """Answer tokens and repositories of the world."""
    maker = _Maker(spine)
    return {
        "tokens": {TOKEN: USER},
        "repositories": {r.name: maker.repository(r.name) for r in spine.repositories},
        "moved": {},
    }


def said(at: datetime) -> str:
    """Answer a time as GitHub says it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


class _Maker:
    def __init__(self, spine: Spine) -> None:
        self._spine = spine
        self._logins = {person.login: person.github or person.login for person in spine.people}
        self._private = {r.name for r in spine.repositories if r.private}
        self._builds = {build.name: build for build in spine.builds}

    def repository(self, name: str) -> Document:
        """Answer the documents of one repository."""
        spine = self._spine
        described = next(r for r in spine.repositories if r.name == name)
        commits = [c for c in spine.commits if c.repository == name and c.on_main]
        pushed = said(commits[-1].on_main or spine.now) if commits else said(described.created)
        found = new_repository(
            name,
            at=said(described.created),
            private=described.private,
            description=described.description,
            language=described.language,
            default_branch=described.default_branch,
            archived=described.archived,
            updated_at=pushed,
            pushed_at=pushed,
        )
        head = commits[-1].sha if commits else f"{rows.number_for(name):040x}"
        main = rows.branch(name, at=pushed, sha=head, name=described.default_branch)
        main["protected"] = main["protection"]["enabled"] = described.alerts
        found["branches"] = {described.default_branch: main}
        found["pushers"] = [USER]
        if not described.alerts:
            # As GitHub describes each of them switched off.
            found["off"] = {"dependabot": 403, "secret-scanning": 404, "code-scanning": 404}
        found["issues"] = self._of(name, spine.repository_issues, self._issue)
        found["pulls"] = self._of(name, spine.pulls, self._pull)
        found["reviews"] = {
            str(p.number): self._reviews(p) for p in spine.pulls if name == p.repository
        }
        found["files"] = {
            str(p.number): self._files(p) for p in spine.pulls if name == p.repository
        }
        found["releases"] = self._of(name, spine.releases, self._release)
        found["deployments"] = self._of(name, spine.deployments, self._deployment)
        found["statuses"] = {
            str(d.id): self._statuses(d) for d in spine.deployments if name == d.repository
        }
        found["runs"] = self._of(name, spine.workflow_runs, self._run)
        found["events"] = self._of(name, spine.wiki_edits, self._edit)
        for kind, make in _ALERTS.items():
            alerts = [a for a in spine.alerts if a.repository == name and a.kind == kind]
            found[kind.replace("_", "-")] = [self._alert(alert, make) for alert in alerts]
        return found

    @staticmethod
    def _of(name: str, things: Any, make: Callable[[Any], Document]) -> list[Document]:
        return [make(thing) for thing in things if thing.repository == name]

    def _login(self, login: str) -> str:
        return login if login == BOT else self._logins[login]

    def _issue(self, issue: RepositoryIssue) -> Document:
        at = said(issue.opened)
        return rows.issue(
            issue.repository,
            issue.number,
            at=at,
            author=self._login(issue.author),
            assignees=[self._login(login) for login in issue.assignees],
            labels=issue.labels,
            title=issue.title,
            body=issue.body,
            updated_at=said(issue.updated),
            milestone=_milestone(issue, at),
            comments=issue.comments,
            **_closed(issue.closed),
        )

    def _pull(self, pull: Pull) -> Document:
        ended = pull.merged or pull.closed
        return rows.pull(
            pull.repository,
            pull.number,
            at=said(pull.opened),
            author=self._login(pull.author),
            labels=pull.labels,
            private=pull.repository in self._private,
            branch=pull.branch,
            base=pull.base,
            sha=pull.commits[-1],
            fork_deleted=pull.fork_deleted,
            title=pull.title,
            body=pull.body,
            draft=pull.draft,
            state="closed" if ended else "open",
            updated_at=said(pull.updated),
            closed_at=said(ended) if ended else None,
            merged=pull.merged is not None,
            merged_at=said(pull.merged) if pull.merged else None,
            merged_by=rows.user(self._login(pull.merged_by)) if pull.merged_by else None,
            merge_commit_sha=pull.merge_sha or None,
            commits=len(pull.commits),
            changed_files=len(pull.paths),
            requested_reviewers=[rows.user(self._login(login)) for login in pull.requested],
        )

    def _reviews(self, pull: Pull) -> list[Document]:
        return [
            rows.review(
                pull.repository,
                pull.number,
                at=said(review.at),
                author=self._login(review.author),
                state=review.state,
                body=review.body,
                commit_id=pull.commits[-1],
            )
            for review in pull.reviews
        ]

    def _files(self, pull: Pull) -> list[Document]:
        return [rows.file(pull.repository, path, pull.commits[-1]) for path in pull.paths]

    def _release(self, release: Release) -> Document:
        return rows.release(
            release.repository,
            release.id,
            at=said(release.created),
            author=self._login(release.author),
            tag_name=release.tag,
            name=release.name,
            body=release.body,
            draft=release.draft,
            prerelease=release.prerelease,
            published_at=said(release.published) if release.published else None,
            updated_at=said(release.published or release.created),
        )

    def _deployment(self, deployment: Deployment) -> Document:
        return rows.deployment(
            deployment.repository,
            deployment.id,
            at=said(deployment.at),
            creator=self._login(deployment.creator),
            sha=deployment.sha,
            ref=deployment.ref,
            environment=deployment.environment,
            description=f"Jenkins {deployment.build}" if deployment.build else None,
            updated_at=said(deployment.updated),
        )

    def _statuses(self, deployment: Deployment) -> list[Document]:
        return [
            rows.status(
                deployment.repository,
                deployment.id,
                status.state,
                at=said(status.at),
                creator=self._login(deployment.creator),
                description=status.description,
                environment=deployment.environment,
            )
            for status in deployment.statuses
        ]

    def _run(self, run: WorkflowRun) -> Document:
        return rows.run(
            run.repository,
            run.id,
            at=said(run.created),
            actor=self._login(run.actor),
            private=run.repository in self._private,
            name=run.workflow,
            path=run.path,
            event=run.event,
            head_branch=run.branch,
            head_sha=run.sha,
            display_title=run.title,
            run_number=run.number,
            run_attempt=run.attempt,
            status=run.status,
            conclusion=run.conclusion,
            run_started_at=said(run.started),
            updated_at=said(run.updated),
        )

    def _edit(self, edit: WikiEdit) -> Document:
        return rows.wiki_event(
            edit.repository,
            edit.id,
            at=said(edit.at),
            author=self._login(edit.author),
            page=edit.page,
            title=edit.title,
            action=edit.action,
            sha=edit.sha,
        )

    def _alert(self, alert: Alert, make: Callable[..., Document]) -> Document:
        by = rows.user(self._login(alert.ended_by)) if alert.ended_by else None
        ended = said(alert.ended) if alert.ended else None
        row = make(alert)
        row["state"], row["updated_at"] = alert.state, said(alert.updated)
        if alert.kind == "code_scanning":
            row["most_recent_instance"]["state"] = alert.state
        endings: dict[str, Document] = {
            "dismissed": {
                "dismissed_at": ended,
                "dismissed_by": by,
                "dismissed_reason": alert.reason,
            },
            "auto_dismissed": {"auto_dismissed_at": ended},
            "fixed": {"fixed_at": ended},
            "resolved": {"resolved_at": ended, "resolved_by": by, "resolution": alert.reason},
        }
        return {**row, **endings.get(alert.state, {})}


def _dependabot(alert: Alert) -> Document:
    return rows.dependabot_alert(
        alert.repository,
        alert.number,
        at=said(alert.created),
        ecosystem=alert.ecosystem,
        package=alert.package,
        severity=alert.severity,
        summary=alert.title,
        description=alert.description,
        advisory=alert.advisory,
        vulnerable=alert.vulnerable,
        patched=alert.patched,
        manifest=alert.manifest,
    )


def _code_scanning(alert: Alert) -> Document:
    return rows.code_scanning_alert(
        alert.repository,
        alert.number,
        at=said(alert.created),
        rule=alert.rule,
        tool=alert.tool,
        severity=alert.severity,
        title=alert.title,
        message=alert.description,
        path=alert.path,
        line=alert.line,
        sha=alert.sha,
    )


def _secret_scanning(alert: Alert) -> Document:
    return rows.secret_scanning_alert(
        alert.repository,
        alert.number,
        at=said(alert.created),
        secret_type=alert.secret_type,
        secret_type_display_name=alert.title,
    )


_ALERTS = {
    "dependabot": _dependabot,
    "code_scanning": _code_scanning,
    "secret_scanning": _secret_scanning,
}


def _milestone(issue: RepositoryIssue, at: str) -> Document | None:
    return rows.milestone(issue.repository, issue.milestone, at) if issue.milestone else None


def _closed(at: datetime | None) -> Document:
    if at is None:
        return {}
    return {"state": "closed", "state_reason": "completed", "closed_at": said(at)}
