"""What GitHub answers where it has nothing to show."""

import json

from sandbox.standins.server import JSON, Answer


def message(text: str, status: int) -> Answer:
    return Answer.json({"message": text, "documentation_url": "", "status": str(status)}, status)


def not_found() -> Answer:
    return message("Not Found", 404)


def off(feature: str, status: int) -> Answer:
    """Answer that a repository does not have the feature."""
    said = {
        "dependabot": "Dependabot alerts are disabled for this repository.",
        "secret-scanning": "Secret scanning is disabled on this repository.",
        "code-scanning": "no analysis found",
        "issues": "Issues are disabled for this repo",
    }
    return message(said.get(feature, "Resource not accessible by personal access token"), status)


def redirect(url: str) -> Answer:
    body = json.dumps({"message": "Moved Permanently", "url": url}).encode()
    return Answer(status=301, body=body, headers={"Content-Type": JSON, "Location": url})
