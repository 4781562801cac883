"""A configuration small enough to see through, for tests that change it. People are sample data."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any


def _named(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"ko": name, "en": name} for name in names}


def _row(row_id: str, team: str) -> dict[str, Any]:
    words = {"ko": row_id, "en": row_id}
    return {"id": row_id, "team": team, "name": words, "role": words, "responsibility": words}


def _words(word: str) -> dict[str, str]:
    return {"title": word}


_FILES: Mapping[str, Any] = {
    "matrix": {
        "title": {"ko": "작은 매트릭스", "en": "a small matrix"},
        "teams": {
            "it": {"name": {"ko": "IT기획팀", "en": "IT planning"}},
            "business": {"name": {"ko": "신사업팀", "en": "New business"}},
        },
        "processes": _named("incident", "change", "request"),
        "domains": _named("application", "business"),
        "stages": _named("none", "approve"),
        "rows": [
            _row("desk", "it"),
            _row("incidents", "it"),
            _row("changes", "it"),
            _row("managers", "business"),
        ],
        "ownership": [
            {"process": "incident", "row": "incidents"},
            {"process": "change", "stage": "approve", "row": "managers"},
            {"process": "change", "row": "changes"},
            {"row": "desk"},
        ],
        "raci": [
            {"process": "incident", "accountable": "incidents"},
            {"process": "change", "accountable": "managers", "consulted": ["changes"]},
            {"process": "request", "accountable": "desk"},
        ],
    },
    "rules": {
        "process": [
            {"name": "장애", "when": _words("안 됩니다"), "then": "incident"},
            {"name": "변경", "when": _words("변경"), "then": "change"},
            {"name": "그 밖", "then": "request"},
        ],
        "domain": [
            {"name": "사업", "when": {"service_domain": "business"}, "then": "business"},
            {"name": "앱", "then": "application"},
        ],
        "stage": [
            {"name": "승인", "when": {"linked": "pull:merged"}, "then": "approve"},
            {"name": "단계 없음", "then": "none"},
        ],
        "audience": [
            {"name": "우리", "when": {"author_team": "it"}, "then": "ours"},
            {"name": "남", "then": "others"},
        ],
    },
    "services": [
        {"id": "portal", "name": {"ko": "포털", "en": "portal"}, "team": "it", "projects": ["abc"]}
    ],
    "people": [{"name": "김서준", "team": "it", "redmine": "seojun"}],
}


def files() -> dict[str, Any]:
    """Answer the values of the files that decide, to be changed at will."""
    return deepcopy(dict(_FILES))


def write(directory: Path, values: Mapping[str, Any]) -> None:
    """Write them into a configuration's directory; JSON is YAML."""
    for name, value in values.items():
        whole = {name: value} if name in ("services", "people") else value
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")
