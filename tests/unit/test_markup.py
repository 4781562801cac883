"""Escaped text: quiet where nothing is to do, and read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.clients.redmine_payloads import ticket
from itsm_sync.desk.forms import Form, form
from itsm_sync.desk.sending import attributes
from itsm_sync.model.markup import Markup, Rendering, escaped, plain
from itsm_sync.model.plans import Edit, FieldEdit, NoteEdit
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from itsm_sync.settings import TicketField
from tests.builders import FIELD_IDS
from tests.builders import ticket as seen
from tests.redmine_builders import issue

REAL = tuple(markup for markup in Markup if markup is not Markup.UNKNOWN)


@pytest.mark.parametrize("markup", REAL)
@pytest.mark.parametrize(
    "text",
    [
        "사건 관리: 규칙 «지금 쓸 수 없는 서비스» – “로그인이 안, 접속 불가”에서 → IT기획팀",
        "R&D (CSI) 10% a_b, 2026-03-02 09:30, 1/2 - e-mail; it's 5 + 3 = 8?",
        "Incident Management (사건 관리)\n지속적 서비스 개선 (CSI)",
    ],
)
def test_everyday_text_is_sent_as_it_is(text: str, markup: Markup) -> None:
    sent = escaped(text, markup)
    assert sent.replace("  \n", "\n").replace("&#61;", "=") == text


@pytest.mark.parametrize(
    ("markup", "sent"),
    [
        (Markup.TEXTILE, "&#35;12 &#64;a &#42;b* CSI&#40;x)"),
        (Markup.MARKDOWN, "&#35;12 &#64;a &#42;b* CSI(x)"),
        (Markup.COMMON_MARK, "&#35;<wbr>12 &#64;<wbr>a &#42;b* CSI(x)"),
        (Markup.NONE, "#\u206012 @\u2060a *b* CSI(x)"),
        (Markup.UNKNOWN, "12 a b CSI x"),
    ],
)
def test_a_mark_is_taken_apart(markup: Markup, sent: str) -> None:
    assert escaped("#12 @a *b* CSI(x)", markup) == sent


@given(text=st.text(' ar1\n!"#%&()*+-.:;<=>@[\\]^_`{|}~가\u00a0'), markup=st.sampled_from(REAL))
def test_escaped_text_is_read_back_as_it_was(text: str, markup: Markup) -> None:
    given = normal(text.replace("\u00a0", "&#38;"))
    assert plain(normal(escaped(given, markup))) == given


@given(st.text("ar1 #&;*<>가\u2060"))
def test_what_was_never_escaped_or_is_no_work_of_ours_stays(text: str) -> None:
    assert plain(text) == text or "&#" in text or "\u2060" in text


def test_a_persons_reference_is_no_work_of_ours() -> None:
    assert plain("R&#38;D") == "R&#38;D"


@pytest.mark.parametrize(
    ("rendering", "reason", "note"),
    [
        (Rendering(markup=Markup.TEXTILE), "규칙 #1", "&#64;admin"),
        (
            Rendering(markup=Markup.TEXTILE, fields=frozenset({FIELD_IDS[FieldName.REASON]})),
            "규칙 &#35;1",
            "&#64;admin",
        ),
        (Rendering(fields=frozenset({FIELD_IDS[FieldName.REASON]})), "규칙 #1", "admin"),
    ],
)
def test_notes_are_escaped_and_fields_only_where_redmine_renders_them(
    rendering: Rendering, reason: str, note: str
) -> None:
    why = Message("test")
    fields = (FieldEdit(name=FieldName.REASON, old="", new="규칙 #1", why=why),)
    text = NoteEdit(text="@admin", private=True)
    edit = Edit(ticket=seen(), key="redmine:issue/1", fields=fields, note=text)
    sent = attributes(edit, rendering)
    assert sent["custom_fields"] == [{"id": FIELD_IDS[FieldName.REASON], "value": reason}]
    assert sent["notes"] == note


def test_a_rendered_field_is_read_as_the_text_that_was_written() -> None:
    fields = {FieldName.REASON: TicketField(name="근거"), FieldName.TEAM: TicketField(name="팀")}
    value = "규칙 &#35;1"
    found = ticket(
        issue(
            custom_fields=[
                {"id": 1, "name": "근거", "value": value},
                {"id": 2, "name": "팀", "value": value},
            ]
        ),
        fields,
    )
    assert found.project == Ref(id=2, name="ABC 애플리케이션")
    assert found.value(FieldName.REASON) == "규칙 #1"
    assert found.value(FieldName.TEAM) == value


PAGE = """
<script src="/javascripts/jstoolbar/jstoolbar.js?1"></script>{script}
<script src="/javascripts/jstoolbar/lang/jstoolbar-ko.js?1"></script>
<textarea name="issue[custom_field_values][7]" class="text_cf cf_7 wiki-edit"></textarea>
<textarea name="issue[custom_field_values][8]" class="text_cf cf_8"></textarea>{notes}
"""
NOTES = '<textarea name="issue[notes]" class="wiki-edit"></textarea>'


@pytest.mark.parametrize(
    ("script", "notes", "formatting"),
    [
        ("textile", NOTES, Markup.TEXTILE),
        ("markdown", NOTES, Markup.MARKDOWN),
        ("common_mark", NOTES, Markup.COMMON_MARK),
        ("fancy_editor", NOTES, Markup.UNKNOWN),
        ("", NOTES, Markup.NONE),
        ("", "", Markup.UNKNOWN),
    ],
)
def test_a_tickets_page_tells_the_mark_up_and_the_fields_that_have_it(
    script: str, notes: str, formatting: Markup
) -> None:
    named = f'<script src="/javascripts/jstoolbar/{script}.js?1"></script>' if script else ""
    found = form(PAGE.format(script=named, notes=notes))
    assert found.text_formatting is formatting
    assert found.rendered == {7}
    assert Form().text_formatting is Markup.UNKNOWN
