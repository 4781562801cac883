"""Releases of the ABC world's repositories (sample data), each with its Redmine version."""

from datetime import datetime, timedelta
from random import Random

from sandbox.world.organisation import IT_PEOPLE
from sandbox.world.things import Commit, Release, Ticket


def releases(
    chance: Random, commits: tuple[Commit, ...], tickets: tuple[Ticket, ...], now: datetime
) -> tuple[Release, ...]:
    """Answer what was released: one draft, one prerelease, each with its Redmine version."""
    listed = (
        ("abc/portal", "v2.2.0", "2.2", -78), ("abc/portal", "v2.3.0", "2.3", -44),
        ("abc/portal", "v2.3.1", "2.3.1", -19), ("abc/portal", "v2.4.0-rc.1", "2.4", -4),
        ("abc/portal", "v2.4.0", "2.4", None),
        ("abc/api", "v2.2.0", "2.2", -78), ("abc/api", "v2.3.0", "2.3", -44),
        ("abc/api", "v2.3.1", "2.3.1", -19), ("abc/api", "v2.4.0-rc.1", "2.4", -5),
        ("abc/batch", "v2.3.0", "2.3", -43),
        ("abc/mobile", "1.0.0", "1.0", -60), ("abc/mobile", "1.1.0-beta", "1.1", -8),
    )  # fmt: skip
    made = []
    for number, (repository, tag, version, days) in enumerate(listed, 1):
        at = now - timedelta(days=1, hours=3) if days is None else now + timedelta(days=days)
        ours = [c for c in commits if c.repository == repository and c.on_main and c.on_main < at]
        named = tuple(t.number for t in tickets if t.version == version and t.created < at)[:6]
        notes = "\n".join(f"- #{n}" for n in named)
        made.append(
            Release(
                id=71_000_000 + number,
                repository=repository,
                tag=tag,
                name=f"{repository.partition('/')[2]} {tag}",
                body=f"## 변경 내용\n{notes}\n\n(sample)",
                author=chance.choice(IT_PEOPLE),
                sha=ours[-1].sha,
                created=at - timedelta(hours=2),
                published=None if days is None else at,
                draft=days is None,
                prerelease="-" in tag,
                version=version,
                tickets=named,
            )
        )
    return tuple(made)
