"""What a ticket's page shows inside our fields and notes."""

from html.parser import HTMLParser

import requests

from tests.acceptance.conftest import Program

PLAIN = {"div", "span", "p", "br", "wbr", "strong", "em", "ul", "li", "a", "hr"}


class Shown(HTMLParser):
    """What a ticket's page shows inside our fields and notes: the tags, and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if self._depth:
            self.tags.add(tag)
            self.links += [said["href"] or ""] if "href" in said else []
        kinds = (said.get("class") or "").split()
        if tag == "div" and (self._depth or self.begins(kinds, said.get("id") or "")):
            self._depth += 1

    def begins(self, kinds: list[str], name: str) -> bool:
        """Whether a `div` of these classes and this id holds what is looked at."""
        ours = any(kind.startswith("cf_") for kind in kinds)
        return ours or ("wiki" in kinds and "journal" in name)

    def handle_data(self, data: str) -> None:
        self.text += data if self._depth else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1


class WikiPage(Shown):
    """What a wiki page shows."""

    def begins(self, kinds: list[str], name: str) -> bool:
        return "wiki-page" in kinds


def shown(program: Program, number: int) -> Shown:
    return _read(program, f"/issues/{number}", Shown())


def wiki_page(program: Program, project: str, title: str) -> Shown:
    return _read(program, f"/projects/{project}/wiki/{title}", WikiPage())


def _read(program: Program, path: str, found: Shown) -> Shown:
    page = requests.get(
        f"{program.office.redmine.url}{path}",
        headers={"X-Redmine-API-Key": program.office.keys["admin"]},
        timeout=60,
    )
    page.raise_for_status()
    found.feed(page.text)
    return found


def foreign(found: Shown) -> list[str]:
    """Answer the links that are not Redmine's own beside a field or a note."""
    ours = ("/search", "/issues?", "/queries")
    return [link for link in found.links if not link.startswith(ours)]
