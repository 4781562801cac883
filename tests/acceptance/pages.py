"""What a ticket's page shows inside our fields and notes."""

from html.parser import HTMLParser

import requests

from tests.acceptance.conftest import Program

REDMINE_S_OWN = "https://www.redmine.org/"  # at the foot of each page
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


class Browser(HTMLParser):
    """What a whole page asks a browser to fetch, follow or run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self._script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        for name, value in attrs:
            if name in ("href", "src", "action", "formaction"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts.append(data)


def shown(program: Program, number: int) -> Shown:
    return _read(program, f"/issues/{number}", Shown())


def wiki_page(program: Program, project: str, title: str) -> Shown:
    return _read(program, f"/projects/{project}/wiki/{title}", WikiPage())


def _read(program: Program, path: str, found: Shown) -> Shown:
    found.feed(whole(program, path))
    return found


def whole(program: Program, path: str) -> str:
    """A page of Redmine's as an administrator gets it."""
    page = requests.get(
        f"{program.office.redmine.url}{path}",
        headers={"X-Redmine-API-Key": program.office.keys["admin"]},
        timeout=60,
    )
    page.raise_for_status()
    return page.text


def dangers(page: str, *places: str) -> list[str]:
    """What of a whole page would be fetched from elsewhere than those places, or run."""
    found = Browser(page)
    ours = (*places, REDMINE_S_OWN, "/", "#", "?")
    own = ("", "javascript:void(0)", "javascript:void(0);")
    strange = [u for u in found.addresses if u.startswith("//") or not u.startswith(ours)]
    told = [one for one in (*found.handlers, *found.scripts) if "alert(" in one]
    return [one for one in strange if one not in own] + told


def foreign(found: Shown) -> list[str]:
    """Answer the links that are not Redmine's own beside a field or a note."""
    ours = ("/search", "/issues?", "/queries")
    return [link for link in found.links if not link.startswith(ours)]
