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
        ours = any(kind.startswith("cf_") for kind in kinds)
        note = "wiki" in kinds and "journal" in (said.get("id") or "")
        if tag == "div" and (self._depth or ours or note):
            self._depth += 1

    def handle_data(self, data: str) -> None:
        self.text += data if self._depth else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1


def shown(program: Program, number: int) -> Shown:
    page = requests.get(
        f"{program.office.redmine.url}/issues/{number}",
        headers={"X-Redmine-API-Key": program.office.keys["admin"]},
        timeout=60,
    )
    page.raise_for_status()
    found = Shown()
    found.feed(page.text)
    return found


def foreign(found: Shown) -> list[str]:
    """Answer the links that are not Redmine's own beside a field or a note."""
    ours = ("/search", "/issues?", "/queries")
    return [link for link in found.links if not link.startswith(ours)]
