"""Accounts: people's and programs'."""

from sandbox.standins.github.rows.names import API, WEB, Row, node_id, number_for


def user(login: str) -> Row:
    """Answer an account; a login that ends in `[bot]` is a program's."""
    bot = login.endswith("[bot]")
    api = f"{API}/users/{login}"
    return {
        "login": login,
        "id": number_for(login),
        "node_id": node_id("U", login),
        "avatar_url": f"{WEB}/avatars/{number_for(login)}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{WEB}/{'apps/' if bot else ''}{login.removesuffix('[bot]')}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": "Bot" if bot else "User",
        "site_admin": False,
    }


def whole_user(login: str) -> Row:
    """Answer an account as it answers for itself."""
    at = "2020-01-01T00:00:00Z"
    unsaid = ("company", "location", "email", "hireable", "bio")
    numbers = ("public_repos", "public_gists", "followers", "following")
    return {
        **user(login),
        "user_view_type": "public",
        "name": login,
        "blog": "",
        **dict.fromkeys(unsaid),
        **dict.fromkeys(numbers, 0),
        "created_at": at,
        "updated_at": at,
    }
