"""Alerts: Dependabot's, code scanning's and secret scanning's."""

from typing import Any

from sandbox.standins.github.rows.names import API, WEB, Row


def _alert(repository_name: str, kind: str, number: int, at: str) -> Row:
    return {
        "number": number,
        "url": f"{API}/repos/{repository_name}/{kind}/alerts/{number}",
        "html_url": f"{WEB}/{repository_name}/security/{kind}/{number}",
        "created_at": at,
        "updated_at": at,
        "state": "open",
    }


def dependabot_alert(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open Dependabot alert; `package`, `severity` and so on make its parts."""
    package = {
        "ecosystem": details.pop("ecosystem", "npm"),
        "name": details.pop("package", "sample-package"),
    }
    severity = details.pop("severity", "high")
    summary = details.pop("summary", "Sample weakness (sample data)")
    advisory = details.pop("advisory", f"GHSA-samp-le00-{number:04d}")
    weakness = {
        "package": package,
        "severity": severity,
        "vulnerable_version_range": details.pop("vulnerable", "< 2.0.0"),
        "first_patched_version": {"identifier": details.pop("patched", "2.0.0")},
    }
    return {
        **_alert(repository_name, "dependabot", number, at),
        "dependency": {
            "package": package,
            "manifest_path": details.pop("manifest", "package.json"),
            "scope": "runtime",
            "relationship": "direct",
        },
        "security_advisory": {
            "ghsa_id": advisory,
            "cve_id": None,
            "summary": summary,
            "description": details.pop("description", "Sample data."),
            "vulnerabilities": [weakness],
            "severity": severity,
            "cvss": {"score": 7.5, "vector_string": None},
            "cwes": [],
            "identifiers": [{"value": advisory, "type": "GHSA"}],
            "references": [],
            "published_at": at,
            "updated_at": at,
            "withdrawn_at": None,
        },
        "security_vulnerability": weakness,
        "dismissed_at": None,
        "dismissed_by": None,
        "dismissed_reason": None,
        "dismissed_comment": None,
        "fixed_at": None,
        "auto_dismissed_at": None,
        **details,
    }


def code_scanning_alert(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open code scanning alert."""
    rule = details.pop("rule", "sample/rule")
    severity = details.pop("severity", "high")
    title = details.pop("title", "Sample rule (sample data)")
    path, line = details.pop("path", "src/sample.py"), details.pop("line", 1)
    analysis = ".github/workflows/codeql.yml:analyze"
    state = details.get("state", "open")
    return {
        **_alert(repository_name, "code-scanning", number, at),
        "instances_url": f"{API}/repos/{repository_name}/code-scanning/alerts/{number}/instances",
        "fixed_at": None,
        "dismissed_by": None,
        "dismissed_at": None,
        "dismissed_reason": None,
        "dismissed_comment": None,
        "rule": {
            "id": rule,
            "severity": "error" if severity in ("critical", "high") else "warning",
            "security_severity_level": severity,
            "description": title,
            "name": rule,
            "tags": ["security"],
        },
        "tool": {"name": details.pop("tool", "CodeQL"), "guid": None, "version": "2.19.0"},
        "most_recent_instance": {
            "ref": "refs/heads/main",
            "analysis_key": analysis,
            "category": analysis,
            "environment": "{}",
            "state": state,
            "commit_sha": details.pop("sha", f"{number:040x}"),
            "message": {"text": details.pop("message", "Sample data.")},
            "location": {
                "path": path,
                "start_line": line,
                "end_line": line,
                "start_column": 1,
                "end_column": 2,
            },
            "classifications": [],
        },
        **details,
    }


def secret_scanning_alert(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open secret scanning alert; its secret is no secret."""
    kind = details.get("secret_type", "sample_api_token")
    api = f"{API}/repos/{repository_name}/secret-scanning/alerts/{number}"
    return {
        **_alert(repository_name, "secret-scanning", number, at),
        "locations_url": f"{api}/locations",
        "secret_type": kind,
        "secret_type_display_name": kind.replace("_", " ").title(),
        "secret": "sample-secret-that-must-not-travel",
        "resolution": None,
        "resolved_by": None,
        "resolved_at": None,
        "resolution_comment": None,
        "push_protection_bypassed": False,
        "push_protection_bypassed_by": None,
        "push_protection_bypassed_at": None,
        "validity": "unknown",
        "publicly_leaked": False,
        "multi_repo": False,
        **details,
    }
