"""Workflow runs, alerts and wiki edits of the ABC world's GitHub (sample data)."""

from datetime import datetime, timedelta
from random import Random

from sandbox.world.code import moment, sha
from sandbox.world.organisation import IT_PEOPLE
from sandbox.world.things import Alert, Commit, Pull, WikiEdit, WorkflowRun

_WORKFLOWS = {
    "abc/portal": ("CI", ".github/workflows/ci.yml"),
    "abc/api": ("CI", ".github/workflows/ci.yml"),
    "abc/mobile": ("Android", ".github/workflows/android.yml"),
    "abc/docs": ("Pages", ".github/workflows/pages.yml"),
}


def workflow_runs(
    chance: Random, commits: tuple[Commit, ...], pulls: tuple[Pull, ...], now: datetime
) -> tuple[WorkflowRun, ...]:
    """Answer a run for each newest commit; one was run again, one is under way."""
    pull_of = {name: pull for pull in pulls for name in pull.commits}
    chosen = [c for c in commits if c.repository in _WORKFLOWS][-140:]
    counted: dict[str, int] = {}
    runs = []
    for place, commit in enumerate(chosen):
        name, path = _WORKFLOWS[commit.repository]
        number = counted[commit.repository] = counted.get(commit.repository, 200) + 1
        pull = pull_of.get(commit.sha)
        again = place == len(chosen) - 12
        at = commit.at + timedelta(seconds=chance.randint(5, 50))
        running = place == len(chosen) - 1
        started = at + timedelta(hours=1) if again else at
        conclusion = chance.choices(("success", "failure", "cancelled"), (84, 12, 4))[0]
        ended = min(started + timedelta(minutes=chance.randint(2, 11)), now)
        runs.append(
            WorkflowRun(
                id=9_400_000_000 + place,
                repository=commit.repository,
                workflow=name,
                path=path,
                event="pull_request" if pull else "push",
                branch=commit.branch,
                sha=commit.sha,
                title=commit.message.partition("\n")[0],
                actor=commit.author,
                number=number,
                attempt=2 if again else 1,
                status="in_progress" if running else "completed",
                conclusion=None if running else ("success" if again else conclusion),
                created=min(at, now),
                started=min(started, now),
                updated=ended,
                pull=pull.number if pull else None,
            )
        )
    return tuple(runs)


_DEPENDABOT = (
    ("abc/portal", "axios", "npm", "package-lock.json", "high", "Server-Side Request Forgery",
     "< 1.7.4", "1.7.4", "open"),
    ("abc/portal", "vite", "npm", "package-lock.json", "medium", "Path traversal in dev server",
     "< 5.4.6", "5.4.6", "fixed"),
    ("abc/portal", "semver", "npm", "package-lock.json", "low", "Slow regular expression",
     "< 7.5.2", "7.5.2", "auto_dismissed"),
    ("abc/portal", "lodash", "npm", "package-lock.json", "high", "Prototype pollution",
     "< 4.17.21", "4.17.21", "open"),
    ("abc/api", "org.apache.logging.log4j:log4j-core", "maven", "build.gradle", "critical",
     "Remote code execution in log messages", "< 2.23.1", "2.23.1", "open"),
    ("abc/api", "org.springframework:spring-web", "maven", "build.gradle", "high",
     "Open redirect", "< 6.1.6", "6.1.6", "fixed"),
    ("abc/api", "org.postgresql:postgresql", "maven", "build.gradle", "critical",
     "SQL injection in simple mode", "< 42.7.2", "42.7.2", "dismissed"),
    ("abc/batch", "requests", "pip", "requirements.txt", "medium", "Session ignores verify",
     "< 2.32.0", "2.32.0", "open"),
    ("abc/batch", "jinja2", "pip", "requirements.txt", "medium", "Cross-site scripting in xmlattr",
     "< 3.1.4", "3.1.4", "dismissed"),
    ("abc/mobile", "com.squareup.okio:okio", "maven", "build.gradle.kts", "medium",
     "Denial of service in GzipSource", "< 3.4.0", "3.4.0", "open"),
)  # fmt: skip
_CODE = (
    ("abc/portal", "js/reflected-xss", "CodeQL", "high", "src/pages/Orders.tsx", 88, "open"),
    ("abc/portal", "js/unused-local-variable", "CodeQL", "low", "src/api/client.ts", 12,
     "dismissed"),
    ("abc/api", "java/sql-injection", "CodeQL", "critical",
     "src/main/java/abc/order/OrderService.java", 141, "open"),
    ("abc/api", "java/path-injection", "CodeQL", "high",
     "src/main/java/abc/settle/Settlement.java", 60, "fixed"),
    ("abc/batch", "py/clear-text-logging-sensitive-data", "CodeQL", "high", "batch/export.py", 33,
     "open"),
    ("abc/infra", "terraform/open-ingress", "tfsec", "medium", "terraform/network.tf", 19, "open"),
)  # fmt: skip
_SECRETS = (
    ("abc/api", "slack_incoming_webhook_url", "Slack Incoming Webhook URL", "open"),
    ("abc/infra", "aws_access_key_id", "Amazon AWS Access Key ID", "resolved"),
    ("abc/mobile", "google_api_key", "Google API Key", "open"),
)
_ADVISORY = "23456789cfghjmpqrvwx"  # the letters of GitHub's advisory names


def alerts(chance: Random, commits: tuple[Commit, ...], now: datetime) -> tuple[Alert, ...]:
    """Answer alerts of the three kinds in all their states, numbered by kind and repository."""
    made: list[Alert] = []
    counted: dict[tuple[str, str], int] = {}

    def numbered(kind: str, repository: str, state: str) -> tuple[int, datetime, datetime | None]:
        key = (kind, repository)
        counted[key] = counted.get(key, 0) + 1
        created = moment(chance, now - timedelta(days=80), now - timedelta(days=12))
        ended = None if state == "open" else moment(chance, created, now)
        return counted[key], created, ended

    newest = {commit.repository: commit.sha for commit in commits if commit.on_main}
    for repository, package, system, manifest, severity, title, bad, good, state in _DEPENDABOT:
        number, created, ended = numbered("dependabot", repository, state)
        made.append(Alert(
            kind="dependabot", repository=repository, number=number, severity=severity,
            title=f"{title} in {package}", description=f"{package} {bad}: {title}. (sample)",
            state=state, created=created, updated=ended or created, ended=ended,
            ended_by="yejun" if state == "dismissed" else "",
            reason="tolerable_risk" if state == "dismissed" else "",
            package=package, ecosystem=system, manifest=manifest, advisory=_advisory(chance),
            vulnerable=bad, patched=good,
        ))  # fmt: skip
    for repository, rule, tool, severity, path, line, state in _CODE:
        number, created, ended = numbered("code_scanning", repository, state)
        made.append(Alert(
            kind="code_scanning", repository=repository, number=number, severity=severity,
            title=rule, description=f"{rule} in {path} (sample)", state=state, created=created,
            updated=ended or created, ended=ended,
            ended_by="doyun" if state == "dismissed" else "",
            reason="won't fix" if state == "dismissed" else "",
            rule=rule, tool=tool, path=path, line=line, sha=newest[repository],
        ))  # fmt: skip
    for repository, secret, title, state in _SECRETS:
        number, created, ended = numbered("secret_scanning", repository, state)
        made.append(Alert(
            kind="secret_scanning", repository=repository, number=number, severity="high",
            title=title, description=f"{title} (sample)", state=state, created=created,
            updated=ended or created, ended=ended, ended_by="yejun" if ended else "",
            reason="revoked" if ended else "", secret_type=secret, path="config/local.env",
            line=3, sha=newest[repository],
        ))  # fmt: skip
    return tuple(made)


def _advisory(chance: Random) -> str:
    parts = ("".join(chance.choices(_ADVISORY, k=4)) for _ in range(3))
    return "-".join(("GHSA", *parts))


_PAGES = ("운영-절차서", "장애-대응", "배포-되돌리기", "아키텍처", "교육-자료", "Home")


def wiki_edits(chance: Random, now: datetime) -> tuple[WikiEdit, ...]:
    """Answer edits of the documentation's wiki, oldest first; each page is created first."""
    times = sorted(moment(chance, now - timedelta(days=60), now) for _ in range(14))
    seen: set[str] = set()
    made = []
    for number, at in enumerate(times, 1):
        page = _PAGES[number % len(_PAGES)]
        made.append(
            WikiEdit(
                id=33_000_000_000 + number,
                repository="abc/docs",
                page=page,
                title=page.replace("-", " "),
                action="edited" if page in seen else "created",
                author=chance.choice(IT_PEOPLE),
                at=at,
                sha=sha(chance),
            )
        )
        seen.add(page)
    return tuple(made)
