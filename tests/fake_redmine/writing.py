"""Wiki pages."""

from collections.abc import Mapping
from typing import Any

from tests.fake_redmine.refusing import Refused
from tests.fake_redmine.rights import may
from tests.fake_redmine.showing import stamp
from tests.fake_redmine.world import Project, Text, User, World

Json = dict[str, Any]


def index(world: World, project: Project) -> list[Json]:
    """Show the pages of a project's wiki."""
    return [
        {"title": title, "version": len(versions), "created_on": stamp(versions[0].at),
         "updated_on": stamp(versions[-1].at)}
        for (where, title), versions in sorted(world.wiki.items()) if where == project.id
    ]  # fmt: skip


def page(world: World, project: Project, title: str, version: int) -> Json:
    """Show a page in a version; 0 is the last."""
    versions = world.wiki.get((project.id, title), [])
    if not versions or version > len(versions):
        raise Refused(404)
    shown = versions[version - 1]
    author = world.principals[shown.author]
    return {
        "title": title,
        "text": shown.text,
        "version": version or len(versions),
        "author": {"id": author.id, "name": author.name},
        "comments": "",
        "created_on": stamp(versions[0].at),
        "updated_on": stamp(shown.at),
    }


def write(
    world: World, user: User, project: Project, title: str, wanted: Mapping[str, Any]
) -> bool:
    """Write a page; answer whether it is new. The same text makes no version (Redmine fact 24)."""
    if not may(world, user, "edit_wiki_pages", project):
        raise Refused(403)
    versions = world.wiki.setdefault((project.id, title), [])
    if int(wanted.get("version", len(versions))) != len(versions):
        raise Refused(409)
    if not versions or versions[-1].text != wanted["text"]:
        versions.append(Text(author=user.id, text=wanted["text"], at=world.now()))
        return len(versions) == 1
    return False
