"""Prose of ours in every mark-up of the real Redmine: our layout and links, and nobody else's."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from sandbox.redmine import Redmine

from itsm_sync.desk.prose import rendered
from itsm_sync.desk.signals.telling import marker
from itsm_sync.model.markup import Markup
from itsm_sync.model.prose import (
    Address,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Prose,
    TicketNumber,
    Verbatim,
)
from itsm_sync.model.signals import kept_mark
from itsm_sync.model.words import Message, Words
from tests.acceptance.test_safe_text import BY_HAND, KNOWN, Renderer, read

URL = "http://ci.example.com/job/a_b/17/?x=1&y=(2)#l-3"
OURS = "http://ci.example.com/job/a_b/17/?x=1&y=%282%29#l-3"
LAYOUT = {"p", "br", "wbr", "h3", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "pre",
          "code", "a"}  # fmt: skip
# What ends a block of code, and what is read in one all the same.
BREAKERS = (
    "</pre> <b>x</b> @admin #1 {{toc}}",
    "a\n```\n@admin #1 [x](http://e.example)\n```\n~~~\n{{hello_world}}",
    "</code></pre>\n\nh1. 제목\n\n|a|b|\n<notextile><script>alert(1)</script></notextile>",
    "    들여 쓴 줄\n\n````\n#1\n`````\n<pre><code class=\"ruby\">",
)  # fmt: skip


class Seen(HTMLParser):
    """The tags, the addresses and the text of a piece of HTML; of code, apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.marked: list[str] = []
        self.text, self.code = "", ""
        self._depth = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.add(tag)
        if said.get("class") != "wiki-anchor":  # Redmine's own, at every heading
            self.links += [said["href"] or ""] if "href" in said else []
        self.marked += [f"{n}={v}" for n, v in attrs if n in ("id", "style", "src", "onclick")]
        self._depth += tag == "pre"
        self.text += "\n" if tag in ("p", "br", "li", "tr", "h3", "td", "th") else ""

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.code += data
        else:
            self.text += data


@pytest.fixture(scope="module")
def renderer(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return Renderer(
        redmine=Redmine.make(tmp_path_factory.mktemp("prose") / "one", template=template)
    )


def flat(text: str) -> str:
    return " ".join(" ".join(read(text)).split())


def blocks(text: str) -> tuple[Prose, ...]:
    """A hostile text in every kind of block."""
    link, number = Address(text=text, url=URL), TicketNumber(1)
    return (
        (Heading(Message("{text}", {"text": text})),),
        (Paragraph((text,)), Paragraph(("빌드 ", text, Words(ko=text, en=text)))),
        (Bullets(((text,), (text, " (", number, ") ", text), ("x", link, ".", text))),),
        (Grid(head=("작업", text), rows=(((text,), (link,)), ((number, text), ("",)))),),
        (Paragraph((link, "에서 ", number, "과 ", link)),),
    )


def test_hostile_words_make_no_link_mention_or_layout_in_any_block(renderer: Renderer) -> None:
    proses = [prose for text in BY_HAND for prose in blocks(text)]
    shown = renderer.render({m: [rendered(p, "ko", m) for p in proses] for m in KNOWN})
    for markup, pages in shown.items():
        for prose, (page, mentioned) in zip(proses, pages, strict=True):
            found = Seen(page)
            where = (markup, rendered(prose, "ko", Markup(markup)), page)
            assert found.tags <= LAYOUT, where
            assert not any(mentioned), where
            # Without mark-up Redmine itself escapes an ampersand in an address twice.
            links = {link.replace("&amp;", "&") for link in found.links}
            assert links <= {OURS, "/issues/1"}, where
            assert found.marked == [], where


@pytest.mark.parametrize("markup", [m for m in KNOWN if m is not Markup.NONE])
def test_each_block_is_shown_as_what_it_is(renderer: Renderer, markup: Markup) -> None:
    link = Address(text="배포 (운영) #17", url=URL)
    prose = (
        Heading(Message("Cause")),
        Paragraph(("보라: ", link, "에서 ", TicketNumber(1), "과 (", TicketNumber(2), ")")),
        Bullets((("하나",), (link, ".", " 둘"))),
        Grid(head=("작업", "빌드"), rows=((("a|b",), (link,)), (("c",), ("",)))),
        Verbatim("줄 1 <x>\n\n  줄 2"),
    )
    ((page, _),) = renderer.render({markup: [rendered(prose, "ko", markup)]})[markup]
    found = Seen(page)
    assert {"h3", "p", "ul", "li", "table", "tr", "th", "td", "pre", "a"} <= found.tags
    assert found.links == [OURS, "/issues/1", "/issues/2", OURS, OURS], page
    assert found.code.strip("\n").replace("\u2060", "") == "줄 1 <x>\n\n  줄 2"
    assert flat(found.text).startswith("Cause¶ 보라: 배포 (운영) #17 에서 #1 과 (#2) 하나"), page
    assert "a|b" in found.text


def test_a_log_can_not_break_out_of_its_block(renderer: Renderer) -> None:
    texts = (*BREAKERS, *BY_HAND)
    proses = [(Verbatim(text), Paragraph(("끝",))) for text in texts]
    shown = renderer.render({m: [rendered(p, "ko", m) for p in proses] for m in KNOWN})
    for markup, pages in shown.items():
        for text, (page, mentioned) in zip(texts, pages, strict=True):
            found = Seen(page)
            assert found.tags <= {"p", "br", "wbr", "pre", "code"}, (markup, page)
            assert (found.links, found.marked) == ([], []), (markup, page)
            assert not any(mentioned), (markup, text, mentioned)
            if markup != Markup.NONE:
                assert found.code.count("\n") >= text.strip("\n").count("\n"), (markup, page)
                assert flat(found.code) == flat(text), (markup, page)
                assert flat(found.text) == "끝", (markup, page)


def test_prose_for_a_mark_up_that_is_not_known_does_nothing_in_any(renderer: Renderer) -> None:
    proses = [prose for text in BY_HAND for prose in blocks(text)]
    proses += [(Verbatim(text),) for text in (*BREAKERS, *BY_HAND)]
    texts = [rendered(prose, "ko", Markup.UNKNOWN) for prose in proses]
    for pages in renderer.render(dict.fromkeys(KNOWN, texts)).values():
        for page, mentioned in pages:
            found = Seen(page)
            assert found.tags <= {"p", "br", "wbr", "a"}, page
            assert set(found.links) <= {"/issues/1"}, page
            assert not any(mentioned)


def test_the_lines_by_which_our_texts_are_known_read_as_themselves(renderer: Renderer) -> None:
    marks = [
        marker(f"{name}/0123456789/20260302T090000Z")
        for name in ("builds", "code_scanning", "secret_scanning", "source", "user")
    ] + [kept_mark("live"), kept_mark("deliveries")]
    texts = [f"글\n\n{mark}" for mark in marks]
    for pages in renderer.render(dict.fromkeys(KNOWN, texts)).values():
        for text, (page, mentioned) in zip(texts, pages, strict=True):
            found = Seen(page)
            assert found.tags <= {"p", "br"}, page
            assert read(found.text) == read(text)
            assert not any(mentioned)
