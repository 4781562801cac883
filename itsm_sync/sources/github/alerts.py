"""Security alerts of the three kinds as items. Always private (GitHub fact 16)."""

from itsm_sync.model.items import Fact, Item
from itsm_sync.sources.github.payloads import (
    Payload,
    Place,
    common,
    first_moment,
    inner,
    item,
    login,
    moment,
    whole,
)

OPEN = "open"


def dependabot_item(row: Payload, place: Place) -> Item:
    """Answer the item of a Dependabot alert.

    GitHub fact 9: state is open, dismissed, auto_dismissed or fixed, and can be open again.
    """
    advisory = row.get("security_advisory")
    dependency = row.get("dependency")
    package = inner(dependency, "package", "name")
    weakness = row.get("security_vulnerability")
    severity = inner(weakness, "severity") or inner(advisory, "severity")
    return _alert(
        row,
        place,
        kind="dependabot_alert",
        name="dependabot",
        title=inner(advisory, "summary") or f"{package}",
        body=inner(advisory, "description"),
        facts={
            "severity": str(severity or ""),
            "package": str(package or ""),
            "ecosystem": str(inner(dependency, "package", "ecosystem") or ""),
            "paths": _path(inner(dependency, "manifest_path")),
            "advisory": str(inner(advisory, "ghsa_id") or ""),
            "cve": str(inner(advisory, "cve_id") or ""),
            "fixed_in": str(inner(weakness, "first_patched_version", "identifier") or ""),
        },
    )


def code_scanning_item(row: Payload, place: Place) -> Item:
    """Answer the item of a code scanning alert; state is open, dismissed, fixed or none yet."""
    rule, seen = row.get("rule"), row.get("most_recent_instance")
    return _alert(
        row,
        place,
        kind="code_scanning_alert",
        name="code-scanning",
        title=inner(rule, "description") or inner(rule, "name") or inner(rule, "id"),
        body=inner(seen, "message", "text"),
        facts={
            "severity": str(
                inner(rule, "security_severity_level") or inner(rule, "severity") or ""
            ),
            "rule": str(inner(rule, "id") or ""),
            "tool": str(inner(row, "tool", "name") or ""),
            "branch": str(inner(seen, "ref") or "").removeprefix("refs/heads/"),
            "sha": str(inner(seen, "commit_sha") or ""),
            "paths": _path(inner(seen, "location", "path")),
        },
    )


def secret_scanning_item(row: Payload, place: Place) -> Item:
    """Answer the item of a secret scanning alert. The secret itself is never read."""
    return _alert(
        row,
        place,
        kind="secret_scanning_alert",
        name="secret-scanning",
        title=row.get("secret_type_display_name") or row.get("secret_type"),
        body="",
        facts={
            "secret_type": str(row.get("secret_type") or ""),
            "validity": str(row.get("validity") or ""),
            "resolution": str(row.get("resolution") or ""),
            "publicly_leaked": bool(row.get("publicly_leaked")),
            "resolved_at": moment(row.get("resolved_at")),
        },
    )


def _alert(
    row: Payload,
    place: Place,
    *,
    kind: str,
    name: str,
    title: object,
    body: object,
    facts: dict[str, Fact | None],
) -> Item:
    number = whole(row, "number")
    by = row.get("dismissed_by") or row.get("resolved_by")
    return item(
        place,
        rest=f"{name}/{number}",
        kind=kind,
        title=title,
        body=body,
        state=row.get("state") or OPEN,
        url=row["html_url"],
        created_at=first_moment(row, "created_at"),
        updated_at=first_moment(row, "updated_at", "created_at"),
        private=True,
        facts={
            **common(row, place, None),
            **facts,
            "dismissed_by": login(by),
            "dismissed_reason": str(row.get("dismissed_reason") or ""),
            "dismissed_at": moment(row.get("dismissed_at") or row.get("auto_dismissed_at")),
            "fixed_at": moment(row.get("fixed_at")),
        },
    )


def _path(path: object) -> tuple[str, ...]:
    return (str(path),) if path else ()
