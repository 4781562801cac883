"""What happens to a repository's wiki."""

from typing import Any

from sandbox.standins.github.rows.names import API, WEB, Row, number_for


def wiki_event(repository_name: str, identity: int, *, at: str, **details: Any) -> Row:
    """Answer the event of one edited wiki page."""
    login = details.pop("author", "jiwoo-choi")
    page = details.pop("page", "Home")
    sha = details.pop("sha", f"{identity:040x}")
    return {
        "id": str(identity),
        "type": "GollumEvent",
        "actor": {
            "id": number_for(login),
            "login": login,
            "display_login": login,
            "gravatar_id": "",
            "url": f"{API}/users/{login}",
            "avatar_url": f"{WEB}/avatars/{number_for(login)}",
        },
        "repo": {
            "id": number_for(repository_name),
            "name": repository_name,
            "url": f"{API}/repos/{repository_name}",
        },
        "payload": {
            "pages": [
                {
                    "page_name": page,
                    "title": details.pop("title", page),
                    "summary": None,
                    "action": details.pop("action", "edited"),
                    "sha": sha,
                    "html_url": f"{WEB}/{repository_name}/wiki/{page}",
                }
            ]
        },
        "public": True,
        "created_at": at,
        **details,
    }
