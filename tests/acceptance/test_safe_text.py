"""Text reads as itself in every mark-up of the real Redmine: no link, mention, macro or layout."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sandbox.redmine import Redmine

from itsm_sync.model.markup import Markup, escaped
from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program
from tests.acceptance.pages import PLAIN, foreign, shown

RUBY = Path(__file__).parent / "shown.rb"
KNOWN = tuple(markup for markup in Markup if markup is not Markup.UNKNOWN)
HARMLESS = {"p", "br", "wbr"}
BATCH = 200
# What people, mails, logs and attackers write; the words are in `shown.rb`'s project.
BY_HAND = (
    "R&D (CSI) 10% #12 a_b",
    "@admin 확인 바랍니다 (@yujin), user:yujin user#1 user:admin.",
    "#1 ##1 #1-2 #note-1 r12 svn|r12 abc-app:r12 commit:12 source:x export:x source:'a b'",
    'attachment:x.png document:abc document#1 version:1.0 version:"1.0" forum#1 message#1 news#1',
    "project:abc project#1 news:abc forum:abc !#1 !r12 !version:1.0 !@admin !:abc",
    "[[Wiki]] [[abc-app:Wiki|제목]] ![[Wiki]] [[#anchor]]",
    "{{toc}} !{{toc}} {{hello_world}} {{macro_list}} {{macro(0)}} {{collapse\n안쪽\n}}",
    'http://e.example "x":http://e.example https://e.example/a?b=c&d=e www.e.example ftp://e.example',
    "mail@e.example mailto:mail@e.example [x](http://e.example) [x]: http://e.example <http://e.example>",
    "!http://e.example/x.png! !x.png! ![x](x.png) src=\"x.png\" src=\"a@2x.png\"",
    "ABC(def) 지속적 서비스 개선 CSI(지속) IT(기획팀)",
    "|a|b|\n|-|-|\n|c|d|\n\na\n:-:\nb",
    "h1. 제목\n\nh2(x). 제목\n\np(x). 글\n\nbq. 글\n\nfn1. 글[1]\n\n# 제목\n\n글\n===\n\n글\n---",
    "* a\n** b\n# c\n- d\n+ e\n1. f\n2) g\n- [ ] h",
    "> 인용\n>> 인용\n\n---\n\n***\n\n- - -\n\n_ _ _",
    "*a* _b_ __c__ **d** -e- +f+ ^g^ ~h~ ~~i~~ %j% ??k?? @l@ `m` ==n== 가_나_다 a*b*c",
    "<script>alert(1)</script> <b>x</b> <!-- y --> <pre>z</pre> <code>a</code>",
    "<notextile>*b*</notextile> <redpre#1>",
    "&lt; &amp; &#35;12 &#x23; &copy; & && x%x% :redsh#1: <redpre#1>",
    "``` \n코드\n```\n\n~~~\n코드\n~~~\n\n    들여 쓴 줄\n\ttab\n",
    "C:\\temp\\*x* \\# \\_ \\r12 C# 2*3*4 = 24 {color:red}x %{color:red}x% p{color:red}. x",
)  # fmt: skip
PIECES = tuple(dict.fromkeys(piece for text in BY_HAND for piece in text.split()))
GLUE = (" ", " ", " ", "\n", "\n\n", "\n  ", "", "(", ")", "-", ",", ">", "\t", '"', "*", "_", "!",
        "[", ":", "|", ".", "\\", "\u00a0")  # fmt: skip
WRITTEN = st.lists(st.sampled_from(PIECES) | st.sampled_from(GLUE), max_size=12).map("".join)
TYPED = st.text("ar1 \n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~가A", max_size=25)
BATCHES = st.lists(WRITTEN | TYPED, min_size=BATCH, max_size=BATCH)


class Shown(HTMLParser):
    """The tags and the text of a piece of HTML."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(f"{tag} {attrs}" if attrs else tag)
        self.text += "\n" if tag in ("p", "br") else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> list[str]:
    """What a reader sees of a text: its lines, without width what has none."""
    seen = text.replace("\u2060", "").replace("\u00a0", " ")
    return [line for line in (" ".join(part.split()) for part in re.split("[\r\n]+", seen)) if line]


Rendered = dict[str, list[tuple[str, list[str]]]]  # by mark-up: HTML, logins mentioned


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """Redmine's own rendering, many texts a call."""

    redmine: Redmine

    def render(self, texts: Mapping[Markup, Sequence[str]]) -> Rendered:
        given, answer = self.redmine.root / "texts.json", self.redmine.root / "shown.json"
        given.write_text(json.dumps(texts), encoding="utf-8")
        self.redmine.runner(RUBY, {"TEXTS": str(given), "SHOWN": str(answer)})
        found: Rendered = json.loads(answer.read_text("utf-8"))
        return found


@pytest.fixture(scope="module")
def renderer(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """A Redmine that is not served."""
    return Renderer(
        redmine=Redmine.make(tmp_path_factory.mktemp("shown") / "one", template=template)
    )


def unfaithful(text: str, page: str, mentioned: list[str]) -> bool:
    found = Shown(page)
    return bool(found.tags - HARMLESS or any(mentioned)) or read(found.text) != read(text)


def check(renderer: Renderer, texts: Sequence[str]) -> None:
    shown = renderer.render({markup: [escaped(t, markup) for t in texts] for markup in KNOWN})
    wrong = [
        (markup, text, page)
        for markup, pages in shown.items()
        for text, (page, mentioned) in zip(texts, pages, strict=True)
        if unfaithful(text, page, mentioned)
    ]
    assert wrong == []


def test_hostile_text_reads_as_itself_in_every_mark_up(renderer: Renderer) -> None:
    check(renderer, BY_HAND)


def test_the_same_text_unescaped_is_links_mentions_and_layout(renderer: Renderer) -> None:
    """The control: the check sees what it is there for."""
    shown = renderer.render(dict.fromkeys(KNOWN, BY_HAND))
    for markup, pages in shown.items():
        bad = [unfaithful(text, *page) for text, page in zip(BY_HAND, pages, strict=True)]
        assert sum(bad) >= (9 if markup == "none" else 15), markup
        assert pages[1][1][:1] == ["admin"], markup


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(texts=BATCHES)
def test_any_text_reads_as_itself_in_every_mark_up(renderer: Renderer, texts: list[str]) -> None:
    check(renderer, texts)


def test_text_for_a_mark_up_that_is_not_known_does_nothing_in_any(renderer: Renderer) -> None:
    texts = [escaped(text, Markup.UNKNOWN) for text in BY_HAND]
    for pages in renderer.render(dict.fromkeys(KNOWN, texts)).values():
        for page, mentioned in pages:
            assert Shown(page).tags <= HARMLESS
            assert not any(mentioned)


HOSTILE = "시스템 이슈 *식별* CSI(약어) #1 @admin r12 {{hello_world}} [[Wiki]] R&D 10% a_b"
FULL = """
Setting.text_formatting = '{markup}'
IssueCustomField.where(name: ['책임', '라우팅 근거']).update_all("format_store =
  '--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess\ntext_formatting: full\n'")
raise 'not rendered' unless IssueCustomField.find_by!(name: '책임').reload.full_text_formatting?
"""


@pytest.mark.parametrize("markup", ["textile", "markdown", "common_mark", ""])
def test_notes_and_rendered_fields_read_as_themselves_and_are_written_once(
    program: Program, markup: str
) -> None:
    office = program.office
    office.redmine.runner(FULL.format(markup=markup))
    for name, old, new in (
        ("settings", "visibility: private", "visibility: public"),
        ("matrix", "ko: Redmine을 사용하여 시스템 이슈 식별 및 해결", f"ko: '{HOSTILE}'"),
    ):
        file = program.configuration / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    office.create("yujin", "로그인 화면이 안 열려요")
    assert program.sync().status == 0
    number = office.create("yujin", "포털 로그인이 안 됩니다. 모두 접속 불가")
    said = program.sync()
    assert said.status == 0, said.err
    pages = [r for r in program.proxy.requests if re.fullmatch(r"/issues/\d+", r.path)]
    assert len(pages) == 1
    found = shown(program, number)
    assert HOSTILE in found.text.replace("\u2060", "")
    assert found.tags <= PLAIN
    assert foreign(found) == []
    again = program.sync()
    assert again.json["edits"]["planned"] == 0
    assert not [r for r in program.proxy.requests if re.fullmatch(r"/issues/\d+", r.path)]
    assert office.value(number, FieldName.RESPONSIBILITY)
